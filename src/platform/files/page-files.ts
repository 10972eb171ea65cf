import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { WireError } from '../runtime/wire-error.ts';
import { isSkippedDir, localFiles } from './local-files.ts';
import { isInsideDir } from './package-files.ts';

/** Limits of a folder with pages: it may be a checkout with anything in it. */
const mostPages = 2000;
const mostDirs = 2000;
const deepest = 12;

const pageName = /\.(?:md|markdown)$/i;

/** Markdown files below a folder, relative to it with `/`, sorted. */
export interface PageListing {
  readonly paths: readonly string[];
  /** True if the folder has more than are listed. */
  readonly isCut: boolean;
}

/**
 * Lists the Markdown files below a folder. Symbolic links, hidden folders and `node_modules` are left out, and so are folders that
 * cannot be read. Rejects if the folder itself cannot be.
 */
export const listPages = async (folder: string): Promise<PageListing> => {
  const paths: string[] = [];
  const dirs: { readonly at: string; readonly depth: number }[] = [{ at: '', depth: 0 }];
  for (const { at, depth } of dirs) {
    const entries = await readdir(join(folder, at), { withFileTypes: true }).catch((error: unknown) => {
      if (at === '') throw error;
      return [];
    });
    for (const entry of entries) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isFile() && pageName.test(entry.name)) paths.push(path);
      // Iterating over a list includes items added during the iteration.
      if (entry.isDirectory() && !isSkippedDir(entry.name) && depth < deepest && dirs.length < mostDirs)
        dirs.push({ at: path, depth: depth + 1 });
    }
    if (paths.length > mostPages) return { paths: paths.slice(0, mostPages).sort(), isCut: true };
  }
  return { paths: paths.sort(), isCut: dirs.length >= mostDirs };
};

/** The text of a page. Rejects if it is missing, or outside the folder once symbolic links are resolved. */
export const readPage = async (folder: string, path: string): Promise<string> => {
  const file = join(folder, path);
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined) throw new WireError('missing', `${file} no longer exists`);
  if (!isInsideDir(await realpath(folder), real))
    throw new WireError('denied', `${file} is a link to a file outside of ${folder}`);
  const text = await localFiles.read(real);
  if (text === undefined) throw new WireError('missing', `${file} no longer exists`);
  return text;
};
