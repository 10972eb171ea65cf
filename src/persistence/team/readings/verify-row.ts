import { z } from 'zod';
import type { Millis } from '../../../domain/base/fault.ts';
import type { FeedInfo } from '../../../domain/facts/reading.ts';
import type { ReadingReader } from '../../../domain/facts/reading-reader.ts';
import type { TakenReading } from '../../../domain/facts/shared-reading.ts';
import { stripControls } from '../../../domain/text/controls.ts';
import { decodeReading } from '../../../store/reading-format.ts';
import type { AccessKeys } from './access-key.ts';
import type { DatabaseClock } from './database-clock.ts';
import type { ReadingRow } from './reading-rows.ts';

/** One feed of a source, as this process knows it. */
export interface SharedCall {
  readonly info: FeedInfo;
  /** The last verified text with its digest. */
  known: { readonly digest: string; readonly text: string } | undefined;
}

const longestWord = 80;
const zWord = z
  .string()
  .max(longestWord)
  .refine((text) => stripControls(text) === text && !/[\n\t]/.test(text));
const zReader = z.tuple([zWord, zWord]);

/** The reader as it is stored. */
export const readerText = ({ user, host }: ReadingReader): string =>
  JSON.stringify(
    [user, host].map((word) => stripControls(word).replaceAll(/\s+/g, ' ').slice(0, longestWord)),
  );

const readerOf = (text: string): ReadingReader | undefined => {
  try {
    const [user, host] = zReader.parse(JSON.parse(text));
    return { user, host };
  } catch {
    return undefined;
  }
};

/** Content of the stamp of a row: a process with this access read the call at this time, for this long, with this result. */
export const stampText = ({
  key,
  began,
  tookMs,
  digest,
  reader,
}: Pick<ReadingRow, 'key' | 'began' | 'tookMs' | 'digest' | 'reader'>): string =>
  JSON.stringify([key, began, tookMs, digest, reader]);

interface Reading {
  /** Our clock before the row was asked for. */
  readonly sent: Millis;
  readonly time: DatabaseClock;
  sealed(row: ReadingRow): Promise<string | undefined>;
}

/**
 * Opens a published reading. Its age is that by the clock of the database when it answered; counted from the time at which the
 * question was sent, it is never too young. Undefined for one that was not written with this access, that was changed since, or
 * whose times cannot be: in the future, or from before the clock of the database was set. Rejects with a StateDatabaseError.
 */
export const openReading = async (
  row: ReadingRow,
  { call, keys }: { readonly call: SharedCall; readonly keys: AccessKeys },
  { sent, time, sealed }: Reading,
): Promise<TakenReading | undefined> => {
  const { key, ageMs, tookMs, digest, stamp } = row;
  const began = sent - ageMs - 1;
  const reader = readerOf(row.reader);
  const isPossible = ageMs >= 0 && tookMs >= 0 && tookMs <= ageMs && began >= time.steadySince();
  if (!isPossible || reader === undefined || !keys.hasStamp(stampText(row), stamp)) return undefined;
  if (call.known?.digest !== digest) {
    const text = keys.openSealed(key, (await sealed(row)) ?? '');
    if (text === undefined || keys.digest(text) !== digest) return undefined;
    call.known = { digest, text };
  }
  const reading = decodeReading(call.info, call.known.text, began, time.fromDatabase);
  return reading && { reading, began, at: began + tookMs, reader };
};
