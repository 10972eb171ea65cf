import { ageText } from '../../domain/duration.ts';
import type { Note } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import { WireError } from '../../platform/failures.ts';
import type { FileStat } from '../../platform/files/file-shapes.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { fileReads, type NewestRead, type StatRead } from './config.ts';
import { fileFeed, grouped, ofForm, questionFeed } from './feed.ts';
import type { FileParts, Found } from './parts.ts';
import { fixedPart, isMeant, locate, matchesOf } from './parts.ts';

/** A runbook's step shows this many, the newest first. */
const shown = 20;

/** The files that `paths` match, newest first, with size and age: read only when somebody asks. */
export const filesFeed = (parts: FileParts): Feed =>
  fileFeed(parts, { name: 'files', kind: 'notes', onDemand: true }, async (signal): Promise<Batch<Note>> => {
    const items: Note[] = [];
    const faults: Fault[] = [];
    for (const glob of parts.config.paths.map(parts.place))
      try {
        const matches = await matchesOf(parts.files, glob, signal);
        if (matches.length === 0) throw new WireError('missing', 'no file matches');
        const meant = matches.filter((file) => isMeant(parts, file));
        for (const { path, sizeBytes, writtenAt } of [...meant].reverse().slice(0, shown))
          items.push({
            source: parts.source,
            at: parts.now(),
            title: parts.end === '' ? path : `${parts.end}: ${path}`,
            text: `${sizeBytes} bytes, written ${ageText(parts.wallNow() - writtenAt)} ago`,
          });
      } catch (error) {
        faults.push(parts.fault(glob, error));
      }
    return { items, faults };
  });

/** One feed per file whose age, size or presence is asked for, and per glob whose newest file is. Nothing is opened. */
export const statFeeds = (parts: FileParts, signals: readonly WantedSignal[]): readonly Feed[] => [
  ...presenceFeeds(parts, signals),
  ...newestFeeds(parts, signals),
];

const presenceFeeds = (parts: FileParts, signals: readonly WantedSignal[]): readonly Feed[] =>
  grouped(ofForm(signals, statRead), (read) => `stat ${pathOf(read)}`).map(([part, group]) => {
    const path = parts.place(group.map(({ read }) => pathOf(read))[0] ?? '');
    return questionFeed(
      parts,
      { part, path, signals: group },
      (signal) => fileOrNone(parts, path, signal),
      (seen, read) => presence(seen, read, parts),
    );
  });

/** The file; or the error that says that there is none. */
const fileOrNone = async (
  { files }: FileParts,
  path: string,
  signal: AbortSignal,
): Promise<FileStat | WireError> => {
  try {
    return await locate(files, path, signal);
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return error;
    throw error;
  }
};

const presence = (seen: FileStat | WireError, read: StatRead, parts: FileParts): Found => {
  if ('exists' in read) return { value: seen instanceof WireError ? 0 : 1 };
  if (seen instanceof WireError) throw seen;
  if (seen.kind !== 'file') throw new WireError('malformed', 'is no file');
  return 'age' in read ? aged(seen, parts, 1000) : { value: seen.sizeBytes };
};

const newestFeeds = (parts: FileParts, signals: readonly WantedSignal[]): readonly Feed[] =>
  grouped(ofForm(signals, newestRead), ({ newest }) => `newest ${newest}`).map(([part, group]) => {
    const path = parts.place(group[0]?.read.newest ?? '');
    return questionFeed(
      parts,
      { part, path, signals: group },
      (signal) => matchesOrFault(parts, path, signal),
      (matches, { read }) => {
        if (read === 'count') return { value: matches.length };
        const newest = matches.at(-1);
        if (newest === undefined) throw new WireError('missing', 'no file matches');
        if (read === 'ofPrevious') return ofPrevious(newest, matches.at(-2));
        return read === 'bytes' ? { value: newest.sizeBytes } : aged(newest, parts, 3_600_000);
      },
    );
  });

/** Its size in percent of the size of the one before. */
const ofPrevious = ({ sizeBytes }: FileStat, before: FileStat | undefined): Found => {
  if (before === undefined) return { why: 'there is no file before it' };
  if (before.sizeBytes === 0) return { why: 'the one before it is empty' };
  return { value: (100 * sizeBytes) / before.sizeBytes };
};

/** None is an answer where the directory is there to hold them. */
const matchesOrFault = async (
  parts: FileParts,
  glob: string,
  signal: AbortSignal,
): Promise<readonly FileStat[]> => {
  const { files } = parts;
  const matches = await matchesOf(files, glob, signal);
  if (matches.length === 0) await files.stat(fixedPart(glob), signal);
  return matches.filter((file) => isMeant(parts, file));
};

/** What clocks of two machines may differ by: a file on a network disk is dated by another. */
const clockSkewMs = 60_000;

/** Its age in units of `unitMs`, never negative; a file from the future tells no age. */
const aged = ({ writtenAt }: FileStat, { wallNow }: FileParts, unitMs: number): Found => {
  const ageMs = wallNow() - writtenAt;
  if (ageMs < -clockSkewMs) return { why: 'it is dated in the future: the clocks differ' };
  return { value: Math.max(0, Math.round(ageMs)) / unitMs };
};

const pathOf = (read: StatRead): string =>
  'exists' in read ? read.exists : 'age' in read ? read.age : read.bytes;

const statRead = (read: WantedSignal['read']): StatRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'exists' in parsed || 'age' in parsed || 'bytes' in parsed ? parsed : undefined;
};

const newestRead = (read: WantedSignal['read']): NewestRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'newest' in parsed ? parsed : undefined;
};
