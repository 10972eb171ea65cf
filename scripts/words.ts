import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usesIn } from './words/dialect.ts';

/** Rejects dialect in source, profiles, examples and documentation. */
const folders = ['src', 'profiles', 'docs', 'examples', 'scripts'];
const rootPages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];
const extensions = /\.(?:tsx?|md|ya?ml)$/;
const ignored = /(?:^|\/)(?:node_modules|dist|words)(?:\/|$)/;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const below = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true }))
    .map((path) => join(folder, path))
    .filter((path) => extensions.test(path) && !ignored.test(path));

for (const file of [...rootPages, ...(await Promise.all(folders.map(below))).flat()].toSorted())
  for (const use of usesIn(await readFile(file, 'utf8'))) {
    console.error(`${file}:${use.line}:${use.column}: ${use.text}: ${use.hint}`);
    process.exitCode = 1;
  }
