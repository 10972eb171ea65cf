import type { Fault } from '../../domain/base/fault.ts';
import type { Note } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import { formatAge } from '../../domain/text/duration.ts';
import type { FileStat } from '../../platform/files/file-interfaces.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Feed, SignalRequest } from '../kit/contract/source.ts';
import { fileReads, type NewestRead, type StatRead } from './config.ts';
import type { FileContext, FileSignalValue } from './file-context.ts';
import { filesMatching, globBase, isOldEnough, locateFile } from './file-context.ts';
import { fileFeed, fileSignalFeed, fileSignalsOfForm, groupSignals } from './signal-feed.ts';

/** Maximum number of files that a runbook's step shows, newest first. */
const maxShownFiles = 20;

/** Files that match `paths`, newest first, with size and age; read on demand. */
export const filesFeed = (parts: FileContext): Feed =>
  fileFeed(
    parts,
    { name: 'files', kind: 'notes', onDemand: true },
    async (signal): Promise<Reading<Note>> => {
      const items: Note[] = [];
      const faults: Fault[] = [];
      for (const glob of parts.config.paths.map(parts.resolvePath))
        try {
          const matches = await filesMatching(parts.files, glob, signal);
          if (matches.length === 0)
            throw new WireError('missing', 'no file matches the path of the source or signal');
          const oldEnough = matches.filter((file) => isOldEnough(parts, file));
          for (const { path, sizeBytes, writtenAt } of [...oldEnough].reverse().slice(0, maxShownFiles))
            items.push({
              source: parts.source,
              at: parts.now(),
              title: parts.endpoint === '' ? path : `${parts.endpoint}: ${path}`,
              text: `${sizeBytes} bytes, written ${formatAge(parts.wallNow() - writtenAt)} ago`,
            });
        } catch (error) {
          faults.push(parts.fault(glob, error));
        }
      return { items, faults };
    },
  );

/**
 * One feed per file with signals about its age, size or presence, and per glob with signals about its newest file.
 * Opens no file.
 */
export const statFeeds = (parts: FileContext, signals: readonly SignalRequest[]): readonly Feed[] => [
  ...presenceFeeds(parts, signals),
  ...newestFeeds(parts, signals),
];

const presenceFeeds = (parts: FileContext, signals: readonly SignalRequest[]): readonly Feed[] =>
  groupSignals(fileSignalsOfForm(signals, asStatRead), (read) => `stat ${pathOf(read)}`).map(
    ([part, group]) => {
      const path = parts.resolvePath(group.map(({ read }) => pathOf(read))[0] ?? '');
      return fileSignalFeed(
        parts,
        { part, path, signals: group },
        (signal) => statOrError(parts, path, signal),
        (seen, read) => presence(seen, read, parts),
      );
    },
  );

/** Returns the file, or the error that it is missing. */
const statOrError = async (
  { files }: FileContext,
  path: string,
  signal: AbortSignal,
): Promise<FileStat | WireError> => {
  try {
    return await locateFile(files, path, signal);
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return error;
    throw error;
  }
};

const presence = (seen: FileStat | WireError, read: StatRead, parts: FileContext): FileSignalValue => {
  if ('exists' in read) return { value: seen instanceof WireError ? 0 : 1 };
  if (seen instanceof WireError) throw seen;
  if (seen.kind !== 'file')
    throw new WireError('malformed', 'is a directory or a device, not a regular file: name a file');
  return 'age' in read ? fileAge(seen, parts, 1000) : { value: seen.sizeBytes };
};

const newestFeeds = (parts: FileContext, signals: readonly SignalRequest[]): readonly Feed[] =>
  groupSignals(fileSignalsOfForm(signals, asNewestRead), ({ newest }) => `newest ${newest}`).map(
    ([part, group]) => {
      const path = parts.resolvePath(group[0]?.read.newest ?? '');
      return fileSignalFeed(
        parts,
        { part, path, signals: group },
        (signal) => matchesOrFault(parts, path, signal),
        (matches, { read }) => {
          if (read === 'count') return { value: matches.length };
          const newest = matches.at(-1);
          if (newest === undefined)
            throw new WireError('missing', 'no file matches the path of the source or signal');
          if (read === 'ofPrevious') return ofPrevious(newest, matches.at(-2));
          return read === 'bytes' ? { value: newest.sizeBytes } : fileAge(newest, parts, 3_600_000);
        },
      );
    },
  );

/** Size in percent of the previous file's size. */
const ofPrevious = ({ sizeBytes }: FileStat, before: FileStat | undefined): FileSignalValue => {
  if (before === undefined)
    return { why: 'only one file matches, so there is no older file to compare with' };
  if (before.sizeBytes === 0) return { why: 'the previous file is empty, so the size has no percentage' };
  return { value: (100 * sizeBytes) / before.sizeBytes };
};

/** No match is a valid result where the directory exists. */
const matchesOrFault = async (
  parts: FileContext,
  glob: string,
  signal: AbortSignal,
): Promise<readonly FileStat[]> => {
  const { files } = parts;
  const matches = await filesMatching(files, glob, signal);
  if (matches.length === 0) await files.stat(globBase(glob), signal);
  return matches.filter((file) => isOldEnough(parts, file));
};

/** Tolerated difference between two machines' clocks: the server of a network disk sets its file times. */
const clockSkewMs = 60_000;

/** Age in units of `unitMs`, never negative; a file time in the future has no age. */
const fileAge = ({ writtenAt }: FileStat, { wallNow }: FileContext, unitMs: number): FileSignalValue => {
  const ageMs = wallNow() - writtenAt;
  if (ageMs < -clockSkewMs)
    return {
      why: 'the modification time of the file is in the future: synchronize the clocks of both machines (NTP)',
    };
  return { value: Math.max(0, Math.round(ageMs)) / unitMs };
};

const pathOf = (read: StatRead): string =>
  'exists' in read ? read.exists : 'age' in read ? read.age : read.bytes;

const asStatRead = (read: SignalRequest['read']): StatRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'exists' in parsed || 'age' in parsed || 'bytes' in parsed ? parsed : undefined;
};

const asNewestRead = (read: SignalRequest['read']): NewestRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'newest' in parsed ? parsed : undefined;
};
