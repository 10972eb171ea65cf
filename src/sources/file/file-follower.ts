import { defined } from '../../domain/base/defined.ts';
import type { FileStat, ReadFiles } from '../../platform/files/file-interfaces.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { filesMatching } from './file-context.ts';

/** More new data per file and read is skipped: it would delay other work. */
const maxBytes = 4 * 1024 * 1024;

/** Lines written since the previous read. */
interface FollowedLines {
  /** Complete lines, without their line breaks. */
  readonly lines: readonly string[];
  /** Reason some lines may be missing; absent: none are. */
  readonly gap?: string;
}

/** Lines written since the previous read, by the path of their file. */
interface FollowedFiles {
  readonly files: ReadonlyMap<string, readonly string[]>;
  readonly gap?: string;
}

/** Read position in a file. */
interface FollowPosition {
  readonly id: string;
  readonly offset: number;
  /** Bytes just before the offset: a difference reveals another file, whatever its name and inode. */
  readonly mark: string;
}

const markBytes = 64;

/**
 * Follows the files of some globs from read to read, by name and identity. After a rotation it reads the old file to
 * its end, if that still exists, and then the new one from its beginning. A truncated file is read from its beginning.
 * The first read starts at the end of every file and returns nothing.
 */
export class FileFollower {
  readonly #files: ReadFiles;
  readonly #globs: readonly string[];
  #places: ReadonlyMap<string, FollowPosition> | undefined;

  constructor(files: ReadFiles, globs: readonly string[]) {
    this.#files = files;
    this.#globs = globs;
  }

  /** Reads new lines. Throws WireError; the next read then covers the rest. */
  async poll(signal: AbortSignal): Promise<FollowedFiles> {
    const fileStatByPath = new Map<string, FileStat>();
    for (const glob of this.#globs)
      for (const file of await filesMatching(this.#files, glob, signal)) fileStatByPath.set(file.path, file);
    const before = this.#places;
    if (fileStatByPath.size === 0) {
      // Files that appear from now on are new from their first line.
      this.#places = before ?? new Map();
      throw new WireError('missing', 'no file matches the path of the source or signal');
    }
    if (before === undefined) {
      const places = new Map<string, FollowPosition>();
      for (const file of fileStatByPath.values())
        places.set(file.path, await this.#placeAt(file, file.sizeBytes, signal));
      this.#places = places;
      return { files: new Map([...places.keys()].map((path) => [path, []])) };
    }
    const byId = new Map([...before].map(([path, place]) => [place.id, { path, place }]));
    const places = new Map<string, FollowPosition>();
    const parts: (readonly [string, FollowedLines])[] = [];
    for (const file of fileStatByPath.values()) {
      // A rotated file keeps its identity under a new name, and its read position.
      const known = byId.get(file.id)?.place;
      const { offset, ...part } = await this.#since(file, known, signal);
      places.set(file.path, await this.#placeAt(file, offset, signal));
      parts.push([file.path, part]);
    }
    for (const [path, place] of before)
      if (![...fileStatByPath.values()].some((file) => file.id === place.id))
        parts.push([path, await this.#rest(path, place, signal)]);
    this.#places = places;
    const gap = parts.map(([, part]) => part.gap).find((candidate) => candidate !== undefined);
    const all = Map.groupBy(parts, ([path]) => path);
    return {
      files: new Map([...all].map(([path, read]) => [path, read.flatMap(([, { lines }]) => lines)])),
      ...defined({ gap }),
    };
  }

  async #placeAt(file: FileStat, offset: number, signal: AbortSignal): Promise<FollowPosition> {
    return { id: file.id, offset, mark: await this.#markBefore(file.path, offset, signal) };
  }

  async #markBefore(path: string, offset: number, signal: AbortSignal): Promise<string> {
    const from = Math.max(0, offset - markBytes);
    return offset === 0 ? '' : (await this.#files.read(path, { from, maxBytes: offset - from }, signal)).raw;
  }

  async #since(
    file: FileStat,
    known: FollowPosition = { id: file.id, offset: 0, mark: '' },
    signal: AbortSignal,
  ): Promise<FollowedLines & { readonly offset: number }> {
    const { path, sizeBytes } = file;
    const isSame =
      sizeBytes >= known.offset && (await this.#markBefore(path, known.offset, signal)) === known.mark;
    const gap = isSame ? {} : cutGap;
    const from = isSame ? known.offset : 0;
    if (sizeBytes - from > maxBytes)
      return {
        lines: [],
        offset: sizeBytes,
        gap: 'more than 4 MiB were written since the last poll, so lines may be missing. Set a shorter every:',
      };
    if (sizeBytes === from) return { lines: [], offset: from, ...gap };
    const part = await this.#files.read(path, { from, maxBytes }, signal);
    return { lines: part.raw.split('\n').slice(0, -1), offset: part.linesEnd, ...gap };
  }

  /** Reads lines written between the last read and the end of the rotated file. */
  async #rest(path: string, place: FollowPosition, signal: AbortSignal): Promise<FollowedLines> {
    const beside = await filesMatching(this.#files, `${path}?*`, signal);
    const moved = beside.find((file) => file.id === place.id);
    if (moved === undefined)
      return { lines: [], gap: 'a log file was removed before opsdeck had read all lines' };
    return this.#since(moved, place, signal);
  }
}

const cutGap = {
  gap: 'a log file was truncated or replaced before opsdeck had read all lines',
};
