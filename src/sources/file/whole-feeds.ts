import { matchesOr } from '../../domain/regex/matcher.ts';
import { compilePattern } from '../../domain/regex/pattern.ts';
import type { Disk } from '../../platform/files/file-interfaces.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Feed, SignalRequest } from '../kit/contract/source.ts';
import { type FileLineCountRead, fileReads, type WholeRead } from './config.ts';
import type { FileContext } from './file-context.ts';
import { locateFile } from './file-context.ts';
import { type FileSignalRead, fileSignalFeed, fileSignalsOfForm, groupSignals } from './signal-feed.ts';

/** Block size in bytes. Source: POSIX.1-2017, pax, "ustar Interchange Format". */
const blockBytes = 512;
/** Type flags of regular files; older programs write NUL. */
const regular: ReadonlySet<string> = new Set(['0', '\0']);
/** Maximum length of a long name in bytes. */
const longestName = 65_536;

/** The required files that an archive lacks, or contains empty; undefined: not an archive, or truncated. */
type MissingEntries = readonly string[] | undefined;

const text = (block: Buffer, from: number, to: number): string => {
  const field = block.subarray(from, to);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? field.length : end).toString('utf8');
};

/** Parses an octal number, or a base-256 one when its first bit is set (GNU). */
const numberIn = (block: Buffer, from: number, to: number): number => {
  const field = block.subarray(from, to);
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(text(block, from, to).trim() || '0', 8);
  return field.reduce((sum, byte, index) => sum * 256 + (index === 0 ? byte & 0x7f : byte), 0);
};

/** Sum of the header's bytes, with the checksum field taken as blanks. */
const checksumOf = (block: Buffer): number =>
  block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0);

/** Parses the `path` record of a pax header: 'LENGTH path=NAME'. */
const paxPath = (records: string): string | undefined => /^\d+ path=(.*)$/m.exec(records)?.[1];

/** Reads an archive block by block and keeps only what it looks for: the number of entries is the archive's choice. */
class TarReader {
  /** Names of the files that have not been found, or only empty; without leading './'. */
  readonly missing: Set<string>;
  #rest = Buffer.alloc(0);
  /** Remaining bytes of the current entry, including padding. */
  #skip = 0;
  /** A long name in a preceding header: its length in bytes, and the bytes received so far. */
  #naming: { readonly isPax: boolean; readonly bytes: number; data: Buffer } | undefined;
  #longName: string | undefined;
  #zeroBlocks = 0;
  isMalformed = false;

  constructor(required: readonly string[]) {
    this.missing = new Set(required);
  }

  /** True: two zero blocks have followed the last entry. */
  get isComplete(): boolean {
    return !this.isMalformed && this.#zeroBlocks >= 2;
  }

  take(piece: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#rest, piece]);
    for (;;) {
      if (this.isMalformed || this.isComplete) {
        this.#rest = Buffer.alloc(0);
        return;
      }
      if (this.#skip > 0) {
        const part = this.#rest.subarray(0, this.#skip);
        if (part.length === 0) return;
        this.#keepName(part);
        this.#skip -= part.length;
        this.#rest = this.#rest.subarray(part.length);
        if (this.#skip > 0) return;
        this.#endName();
      }
      if (this.#rest.length < blockBytes) return;
      const block = this.#rest.subarray(0, blockBytes);
      this.#rest = this.#rest.subarray(blockBytes);
      this.#header(block);
    }
  }

  #header(block: Buffer): void {
    if (block.every((byte) => byte === 0)) {
      this.#zeroBlocks += 1;
      return;
    }
    const bytes = numberIn(block, 124, 136);
    this.isMalformed =
      this.#zeroBlocks > 0 || !(bytes >= 0) || numberIn(block, 148, 156) !== checksumOf(block);
    if (this.isMalformed) return;
    const flag = String.fromCharCode(block[156] ?? 0);
    this.#skip = Math.ceil(bytes / blockBytes) * blockBytes;
    if (flag === 'L' || flag === 'x') {
      this.#naming = { isPax: flag === 'x', bytes: Math.min(bytes, longestName), data: Buffer.alloc(0) };
      return;
    }
    if (flag === 'g') return;
    const prefix = text(block, 257, 262) === 'ustar' ? text(block, 345, 500) : '';
    const own = text(block, 0, 100);
    const name = this.#longName ?? (prefix === '' ? own : `${prefix}/${own}`);
    this.#longName = undefined;
    if (regular.has(flag) && bytes > 0) this.missing.delete(name.replace(/^\.\//, ''));
  }

  #keepName(part: Buffer): void {
    const naming = this.#naming;
    if (naming !== undefined && naming.data.length < naming.bytes)
      naming.data = Buffer.concat([naming.data, part]).subarray(0, naming.bytes);
  }

  #endName(): void {
    if (this.#naming === undefined) return;
    const { isPax, data } = this.#naming;
    this.#naming = undefined;
    const header = data.toString('utf8');
    this.#longName = isPax ? (paxPath(header) ?? this.#longName) : text(data, 0, data.length);
  }
}

/** Looks for regular files with contents in a tar archive, read to its end. Throws the errors of the read. */
const missingEntries = async (
  pieces: AsyncIterable<Uint8Array>,
  required: readonly string[],
): Promise<MissingEntries> => {
  const reader = new TarReader(required);
  // Reads everything, so that the checksum of a compressed file is verified too.
  for await (const piece of pieces) reader.take(piece);
  return reader.isComplete ? [...reader.missing] : undefined;
};

/** Enough for the last lines of a file. */
const endBytes = 4096;
const endLines = 5;

/** The signals of a file that is read to its end. */
interface MeasuredFile<R> {
  /** Name of the feed. */
  readonly part: string;
  /** Path or glob, as in the profile. */
  readonly file: string;
  readonly signals: readonly FileSignalRead<R>[];
}

/**
 * A feed that reads a file to its end once, and again only when it was replaced or changed. `measure` returns the value
 * of the signals from the path of the file. Of a glob, the newest match is read.
 */
const measuredFeed = <R>(
  parts: FileContext,
  { part, file, signals }: MeasuredFile<R>,
  measure: (path: string, signal: AbortSignal) => Promise<number>,
): Feed => {
  const path = parts.resolvePath(file);
  let last: { readonly print: string; readonly value: number } | undefined;
  const load = async (signal: AbortSignal): Promise<number> => {
    if (parts.endpoint !== '')
      throw new WireError(
        'unconfigured',
        'whole and lineCount read local files only: remove via, or run a script on that host in their place',
      );
    const found = await locateFile(parts.files, path, signal);
    const print = `${found.path} ${found.sizeBytes} ${found.writtenAt}`;
    if (last?.print !== print) last = { print, value: await measure(found.path, signal) };
    return last.value;
  };
  return fileSignalFeed(parts, { part, path, signals }, load, (value) => ({ value }));
};

/** One feed per file with a `whole` or a `lineCount` signal. */
export const wholeFeeds = (parts: FileContext, signals: readonly SignalRequest[]): readonly Feed[] => [
  ...groupSignals(
    fileSignalsOfForm(signals, asWholeRead),
    ({ whole, complete = '', holds = [] }) => `whole ${whole} ${complete}${holds.join(' ')}`,
  ).map(([part, group]) => {
    const read: WholeRead = group[0]?.read ?? { whole: '' };
    return measuredFeed(parts, { part, file: read.whole, signals: group }, async (path, signal) =>
      (await isWhole(parts.io.disk, path, read, signal)) ? 1 : 0,
    );
  }),
  ...groupSignals(
    fileSignalsOfForm(signals, asLineCountRead),
    ({ lineCount }) => `lineCount ${lineCount}`,
  ).map(([part, group]) =>
    measuredFeed(parts, { part, file: group[0]?.read.lineCount ?? '', signals: group }, (path, signal) =>
      countLines(parts.io.disk.bytes(path, signal)),
    ),
  ),
];

const lineFeed = 0x0a;

/** The number of lines, including a last one without a line break. Throws the errors of the read. */
const countLines = async (pieces: AsyncIterable<Uint8Array>): Promise<number> => {
  let count = 0;
  let lastByte = lineFeed;
  for await (const piece of pieces) {
    for (const byte of piece) if (byte === lineFeed) count += 1;
    lastByte = piece.at(-1) ?? lastByte;
  }
  return lastByte === lineFeed ? count : count + 1;
};

/** True when the file decompresses to its end, and its last lines or its contents show that it is complete. */
const isWhole = async (
  disk: Disk,
  path: string,
  { complete, holds }: WholeRead,
  signal: AbortSignal,
): Promise<boolean> => {
  try {
    const pieces = disk.bytes(path, signal);
    if (holds === undefined) return await endsComplete(pieces, complete);
    return (await missingEntries(pieces, holds))?.length === 0;
  } catch (error) {
    if (error instanceof WireError && error.kind === 'malformed') return false;
    throw error;
  }
};

const endsComplete = async (
  pieces: AsyncIterable<Uint8Array>,
  complete: string | undefined,
): Promise<boolean> => {
  let end = Buffer.alloc(0);
  for await (const piece of pieces) end = Buffer.concat([end, piece]).subarray(-endBytes);
  const pattern = complete === undefined ? undefined : compilePattern(complete);
  if (pattern === undefined || typeof pattern === 'string') return true;
  return end
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .slice(-endLines)
    .some((line) => matchesOr(pattern, line, false));
};

const asWholeRead = (read: SignalRequest['read']): WholeRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'whole' in parsed ? parsed : undefined;
};

const asLineCountRead = (read: SignalRequest['read']): FileLineCountRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'lineCount' in parsed ? parsed : undefined;
};
