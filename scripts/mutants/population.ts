import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { mutationsOf } from './operators.ts';
import type { Group, Mutant } from './sample.ts';

/** The sources that the sample is drawn from: those whose mistakes would be believed. */
const groups: readonly { readonly name: string; readonly files: readonly string[] }[] = [
  { name: 'runs', files: ['src/runs/**/*.{ts,tsx}'] },
  { name: 'expressions', files: ['src/expressions/**/*.{ts,tsx}'] },
  { name: 'store', files: ['src/store/**/*.{ts,tsx}'] },
  { name: 'mask', files: ['src/domain/mask/**/*.{ts,tsx}'] },
  { name: 'parsers', files: ['src/sources/**/parse*.ts', 'src/sources/**/parse*/**/*.ts'] },
];

/** All source files of the population, with their mutants. */
export interface Population {
  readonly groups: readonly Group[];
  readonly texts: ReadonlyMap<string, string>;
  readonly mutants: readonly Mutant[];
  /** Changes with each change of a source of the population. */
  readonly hash: string;
}

const filesOf = async (patterns: readonly string[]): Promise<readonly string[]> => {
  const files = new Set<string>();
  for await (const file of glob([...patterns])) files.add(file.replaceAll('\\', '/'));
  return [...files].toSorted();
};

/** Reads the sources of the population. Mutants are numbered in the order of groups, files and positions. */
export const readPopulation = async (): Promise<Population> => {
  const texts = new Map<string, string>();
  const mutants: Mutant[] = [];
  const read: Group[] = [];
  const hash = createHash('sha256');
  for (const { name, files } of groups) {
    const own: Mutant[] = [];
    let lines = 0;
    for (const file of await filesOf(files)) {
      const text = await readFile(file, 'utf8');
      texts.set(file, text);
      hash.update(`${file}\0${text}\0`);
      lines += text.split('\n').length;
      for (const mutation of mutationsOf(file, text))
        own.push({ ...mutation, file, id: mutants.length + own.length });
    }
    mutants.push(...own);
    read.push({ name, lines, mutants: own });
  }
  return { groups: read, texts, mutants, hash: hash.digest('hex').slice(0, 16) };
};
