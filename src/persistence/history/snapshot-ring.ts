import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRawSync } from 'node:zlib';
import type { Millis } from '../../domain/fault.ts';
import type { HistorySnapshot, NeighborTimes } from './database/snapshots.ts';

const deflate = promisify(deflateRaw);

/** Text, pressed together; the work is done beside the main thread. */
export const compressText = (text: string): Promise<Uint8Array> =>
  deflate(text, { level: constants.Z_DEFAULT_COMPRESSION });

/** The text that was packed. At once: it takes a millisecond or two. Throws when the bytes are none of ours. */
export const decompressText = (bytes: Uint8Array): string => inflateRawSync(bytes).toString('utf8');

/** Moments that are held in memory: read at once, also where there is no database. */
export interface SnapshotRing {
  add(moment: HistorySnapshot): void;
  /** The newest moment in (after, until]. */
  find(after: Millis, until: Millis): HistorySnapshot | undefined;
  near(at: Millis): NeighborTimes;
}

/** An hour, as far as it fits. */
const heldMs: Millis = 3_600_000;
const heldBytes = 8 * 1024 * 1024;

const bytesOf = (moments: readonly HistorySnapshot[]): number => {
  const wholes = new Set(moments.map(({ whole }) => whole));
  const deltas = moments.reduce((sum, { delta }) => sum + (delta?.length ?? 0), 0);
  return [...wholes].reduce((sum, { length }) => sum + length, deltas);
};

/** The moments of one environment, of this process. */
export const createSnapshotRing = (): SnapshotRing => {
  let moments: readonly HistorySnapshot[] = [];
  return {
    add: (moment) => {
      // A clock that was set back makes a moment earlier than the last one: what it calls the future never was.
      const earlier = moments.filter(({ at }) => at < moment.at && moment.at - at <= heldMs);
      moments = [...earlier, moment];
      while (moments.length > 1 && bytesOf(moments) > heldBytes) moments = moments.slice(1);
    },
    find: (after, until) => moments.findLast(({ at }) => at > after && at <= until),
    near: (moment) => {
      const before = moments.findLast(({ at }) => at <= moment)?.at;
      const next = moments.find(({ at }) => at > moment)?.at;
      return {
        ...(before === undefined ? {} : { before }),
        ...(next === undefined ? {} : { after: next }),
      };
    },
  };
};
