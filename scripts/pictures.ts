import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Tour } from './pictures/picture.ts';
import { take } from './pictures/take.ts';
import { tours } from './pictures/tours.ts';

/** Maximum number of concurrent simulators. */
const concurrency = 2;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const names = process.argv.slice(2);
const unknown = names.filter((name) => !tours.some((tour) => tour.name === name));
if (unknown.length > 0) {
  console.error(`unknown tour ${unknown.join(', ')}. Available: ${tours.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}

const save = async (file: string, svg: string): Promise<void> => {
  await writeFile(`docs/pictures/${file}.svg`, svg);
  console.log(`${file}.svg  ${(Buffer.byteLength(svg) / 1000).toFixed(1)} kB`);
};

const draw = async (tour: Tour): Promise<void> => {
  try {
    await take(tour, save);
  } catch (error) {
    console.error(`${tour.name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
};

await mkdir('docs/pictures', { recursive: true });
const pending = tours.filter(({ name }) => names.length === 0 || names.includes(name));
const work = async (): Promise<void> => {
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) await draw(next);
};
await Promise.all(Array.from({ length: concurrency }, work));
