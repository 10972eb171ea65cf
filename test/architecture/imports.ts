import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/** An import of one project file by another. */
export interface Import {
  readonly file: string;
  readonly line: number;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Lists source files below `root`, as paths relative to the checkout. */
export const filesUnder = async (root: string): Promise<readonly string[]> =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[^'"();]*?\sfrom\s+)?['"](\.[^'"]+)['"]/gms;
const dynamic = /\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/g;

/** Lists every import of project files in a file, including dynamic ones. */
export const importsOf = async (file: string): Promise<readonly Import[]> => {
  const text = await readFile(file, 'utf8');
  const found: Import[] = [];
  const add = (index: number, target: string, typeOnly: boolean): void => {
    const line = text.slice(0, index).split('\n').length;
    found.push({ file, line, to: relative(process.cwd(), resolve(dirname(file), target)), typeOnly });
  };
  for (const match of text.matchAll(statement)) add(match.index, match[2] ?? '', match[1] !== undefined);
  for (const match of text.matchAll(dynamic)) add(match.index, match[1] ?? '', false);
  return found;
};
