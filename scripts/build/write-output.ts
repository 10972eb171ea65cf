import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OutputFile } from 'esbuild';

/**
 * Puts a build in place: chunks first (their names hold their hash), then the entry in one step, then what is no longer
 * part of it is removed. A program that starts meanwhile finds the old one or the new one, whole.
 */
export const writeOutput = async (
  files: readonly Pick<OutputFile, 'path' | 'contents'>[],
  outdir: string,
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
  const kept = new Set(named.map((file) => file.name));
  const stale = (await readdir(outdir)).filter((name) => !kept.has(name) && !name.startsWith('.'));
  await Promise.all(stale.map((name) => rm(join(outdir, name), { recursive: true })));
};
