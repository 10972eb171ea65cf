import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OutputFile } from 'esbuild';

/**
 * Installs a build: chunks first (their names contain hashes), then the entry atomically, then obsolete files are removed. A
 * program that starts meanwhile loads either the old or the new build completely. `kept`: names of files of other programs.
 */
export const writeOutput = async (
  files: readonly Pick<OutputFile, 'path' | 'contents'>[],
  outdir: string,
  kept: readonly string[] = [],
): Promise<void> => {
  await mkdir(outdir, { recursive: true });
  const named = files.map((file) => ({ name: basename(file.path), contents: file.contents }));
  const put = async ({ name, contents }: (typeof named)[number]): Promise<void> => {
    const temporary = join(outdir, `.${name}.${process.pid}`);
    await writeFile(temporary, contents);
    await rename(temporary, join(outdir, name));
  };
  const isEntry = (file: { name: string }): boolean => !/-[A-Z0-9]{8}\.js$/.test(file.name);
  await Promise.all(named.filter((file) => !isEntry(file)).map(put));
  await Promise.all(named.filter(isEntry).map(put));
  const written = new Set([...kept, ...named.map((file) => file.name)]);
  const stale = (await readdir(outdir)).filter((name) => !written.has(name) && !name.startsWith('.'));
  await Promise.all(stale.map((name) => rm(join(outdir, name), { recursive: true })));
};
