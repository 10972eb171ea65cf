import type { Millis } from '../../../domain/fault.ts';
import { hash } from '../chance.ts';

/** What is deployed: which version, and what is wrong with it or with what it has stored. */
export interface Deployed {
  /** Absent: what is rolled out. */
  readonly version?: string;
  readonly damage?: string;
  /** Files that are of another version than the rest, by path: what was copied one by one. */
  readonly others?: Readonly<Record<string, string>>;
}

/** A directory with what is deployed in it (absent: it is empty), an archive of one, or a file with a text. */
export type Entry = { readonly inode: number; readonly writtenAt: Millis } & (
  | { readonly is: 'tree'; readonly holds?: Deployed }
  | { readonly is: 'archive'; readonly holds?: Deployed; readonly bytes: number }
  | { readonly is: 'file'; readonly text: string }
);
export type NewEntry =
  | { readonly is: 'tree'; readonly holds?: Deployed }
  | { readonly is: 'archive'; readonly holds?: Deployed; readonly bytes: number }
  | { readonly is: 'file'; readonly text: string };

const firstInode = 262_145;

/** The part of a machine's disk on which things are deployed, kept and put aside, by path. */
export class Disk {
  readonly #entries = new Map<string, Entry>();
  #next = firstInode;

  find(path: string): Entry | undefined {
    return this.#entries.get(path);
  }

  get paths(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** A new entry, or another in the place of one: a new inode. */
  put(path: string, entry: NewEntry, now: Millis): void {
    this.#next += 1;
    this.#entries.set(path, { ...entry, inode: this.#next, writtenAt: now });
  }

  /** What is in a directory from now on; it stays the same directory. */
  fill(path: string, holds: Deployed | undefined, now: Millis): void {
    const found = this.#entries.get(path);
    if (found?.is === 'tree')
      this.#entries.set(path, {
        is: 'tree',
        inode: found.inode,
        writtenAt: now,
        ...(holds === undefined ? {} : { holds }),
      });
  }

  /** It keeps its inode, as rename(2) has it. */
  move(from: string, to: string): void {
    const found = this.#entries.get(from);
    if (found === undefined) return;
    this.#entries.delete(from);
    this.#entries.set(to, found);
  }

  remove(path: string): void {
    this.#entries.delete(path);
  }
}

/** True where two directories, or one and an archive, hold the same. */
export const isSame = (a: Deployed | undefined, b: Deployed | undefined): boolean =>
  (a === undefined) === (b === undefined) &&
  a?.version === b?.version &&
  a?.damage === b?.damage &&
  JSON.stringify(a?.others ?? {}) === JSON.stringify(b?.others ?? {});

/** The digest of a deployed file: another one for another version. */
export const digestOf = (file: string, { version = '', damage = '', others = {} }: Deployed): string =>
  Array.from({ length: 8 }, (_, part) =>
    hash(`${file}/${others[file] ?? version}/${damage}/${part}`)
      .toString(16)
      .padStart(8, '0')
      .slice(-8),
  ).join('');
