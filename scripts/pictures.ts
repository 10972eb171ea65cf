import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { pictures } from './pictures/list.ts';
import type { Picture } from './pictures/picture.ts';
import { take } from './pictures/take.ts';

/** Worlds that run at the same time. */
const atOnce = 2;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const names = process.argv.slice(2);
const unknown = names.filter((name) => !pictures.some(({ file }) => file === name));
if (unknown.length > 0) {
  console.error(`no picture ${unknown.join(', ')}; there are ${pictures.map(({ file }) => file).join(', ')}`);
  process.exit(1);
}

const save = async (picture: Picture): Promise<void> => {
  try {
    const svg = await take(picture);
    await writeFile(`docs/pictures/${picture.file}.svg`, svg);
    console.log(`${picture.file}.svg  ${(Buffer.byteLength(svg) / 1000).toFixed(1)} kB`);
  } catch (error) {
    console.error(`${picture.file}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
};

await mkdir('docs/pictures', { recursive: true });
const left = pictures.filter(({ file }) => names.length === 0 || names.includes(file));
const work = async (): Promise<void> => {
  for (let next = left.shift(); next !== undefined; next = left.shift()) await save(next);
};
await Promise.all(Array.from({ length: atOnce }, work));
