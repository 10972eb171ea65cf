import { compilePattern } from '../../domain/pattern.ts';
import { matchesOr } from '../../domain/regex/matcher.ts';
import { WireError } from '../../platform/failures.ts';
import type { Disk } from '../../platform/files/file-shapes.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { fileReads, type WholeRead } from './config.ts';
import { grouped, ofForm, questionFeed } from './feed.ts';
import { locate } from './locate.ts';
import type { FileParts } from './parts.ts';
import { missingIn, tarListing } from './tar-archive.ts';

/** Enough for the last lines of a file. */
const endBytes = 4096;
const endLines = 5;

/** One feed per file that is to be whole. It is read to its end once: again only when another file, or another text, is there. */
export const wholeFeeds = (parts: FileParts, signals: readonly WantedSignal[]): readonly Feed[] =>
  grouped(
    ofForm(signals, wholeRead),
    ({ whole, complete = '', holds = [] }) => `whole ${whole} ${complete}${holds.join(' ')}`,
  ).map(([part, group]) => {
    const read: WholeRead = group[0]?.read ?? { whole: '' };
    const { whole } = read;
    const path = parts.place(whole);
    let last: { readonly print: string; readonly value: number } | undefined;
    const look = async (signal: AbortSignal): Promise<number> => {
      if (parts.end !== '') throw new WireError('unconfigured', 'only files of this machine are read whole');
      const file = await locate(parts.files, path, signal);
      const print = `${file.path} ${file.sizeBytes} ${file.writtenAt}`;
      if (last?.print !== print)
        last = { print, value: (await isWhole(parts.io.disk, file.path, read, signal)) ? 1 : 0 };
      return last.value;
    };
    return questionFeed(parts, { part, path, signals: group }, look, (value) => ({ value }));
  });

/** Whether it can be unpacked to its end, and one of its last lines, or what it holds, says that it is complete. */
const isWhole = async (
  disk: Disk,
  path: string,
  { complete, holds }: WholeRead,
  signal: AbortSignal,
): Promise<boolean> => {
  try {
    const pieces = disk.bytes(path, signal);
    if (holds === undefined) return await endsComplete(pieces, complete);
    const listing = await tarListing(pieces);
    return listing !== undefined && missingIn(listing, holds).length === 0;
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

const wholeRead = (read: WantedSignal['read']): WholeRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'whole' in parsed ? parsed : undefined;
};
