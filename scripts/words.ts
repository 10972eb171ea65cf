import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Baseline, exceeded, folderOf, shrunk } from './words/baseline.ts';
import { type Use, usesIn } from './words/dialect.ts';

/**
 * Rejects dialect in source, profiles, examples and documentation.
 * `--shrink` lowers the baseline to the current counts; `--all` also prints the allowed uses.
 */
const folders = ['src', 'profiles', 'docs', 'examples'];
const rootPages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];
const extensions = /\.(?:tsx?|md|ya?ml)$/;
const ignored = /(?:^|\/)(?:node_modules|dist)(?:\/|$)/;
const baselinePath = 'scripts/words/baseline.json';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const below = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true }))
    .map((path) => join(folder, path))
    .filter((path) => extensions.test(path) && !ignored.test(path));

const files = [...rootPages, ...(await Promise.all(folders.map(below))).flat()].toSorted();
const baseline = JSON.parse(await readFile(baselinePath, 'utf8')) as Baseline;
const counts = new Map<string, number>();
const found: { readonly file: string; readonly use: Use }[] = [];
for (const file of files) {
  const uses = usesIn(await readFile(file, 'utf8'));
  if (uses.length === 0) continue;
  counts.set(folderOf(file), (counts.get(folderOf(file)) ?? 0) + uses.length);
  found.push(...uses.map((use) => ({ file, use })));
}

const print = ({ file, use }: (typeof found)[number]): void =>
  console.error(`${file}:${use.line}:${use.column}: ${use.text}: ${use.hint}`);

const tooMany = new Set(exceeded(baseline, counts));
if (process.argv.includes('--shrink'))
  await writeFile(baselinePath, `${JSON.stringify(shrunk(baseline, counts), null, 2)}\n`);
else {
  for (const one of found) if (process.argv.includes('--all') || tooMany.has(folderOf(one.file))) print(one);
  for (const folder of tooMany)
    console.error(
      `${folder}: ${counts.get(folder)} uses, ${baseline[folder] ?? 0} allowed by ${baselinePath}`,
    );
  if (tooMany.size > 0) process.exitCode = 1;
}
