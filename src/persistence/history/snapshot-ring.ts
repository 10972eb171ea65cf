import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRawSync } from 'node:zlib';
import type { Millis } from '../../domain/fault.ts';
import type { HistorySnapshot, NeighborTimes } from './database/snapshots.ts';

/** Compresses text (raw deflate) off the main thread. Promisified here: as a constant, it would load node:zlib at every start. */
export const compressText = (text: string): Promise<Uint8Array> =>
  promisify(deflateRaw)(text, { level: constants.Z_DEFAULT_COMPRESSION });

/** Decompresses text synchronously, which takes 1–2 ms. Throws if the bytes are not raw deflate. */
export const decompressText = (bytes: Uint8Array): string => inflateRawSync(bytes).toString('utf8');

/** Snapshots in memory: available immediately, and without a database. */
export interface SnapshotRing {
  add(moment: HistorySnapshot): void;
  /** Returns the newest snapshot in (after, until]. */
  find(after: Millis, until: Millis): HistorySnapshot | undefined;
  near(at: Millis): NeighborTimes;
}

/** Retention: one hour, within the size limit. */
const retentionMs: Millis = 3_600_000;
const maxBytes = 8 * 1024 * 1024;

const bytesOf = (moments: readonly HistorySnapshot[]): number => {
  const wholes = new Set(moments.map(({ whole }) => whole));
  const deltas = moments.reduce((sum, { delta }) => sum + (delta?.length ?? 0), 0);
  return [...wholes].reduce((sum, { length }) => sum + length, deltas);
};

/** Creates the ring of one environment, filled by this process. */
export const createSnapshotRing = (): SnapshotRing => {
  let moments: readonly HistorySnapshot[] = [];
  return {
    add: (moment) => {
      // If the clock was set back, snapshots later than the new one are invalid and are removed.
      const earlier = moments.filter(({ at }) => at < moment.at && moment.at - at <= retentionMs);
      moments = [...earlier, moment];
      while (moments.length > 1 && bytesOf(moments) > maxBytes) moments = moments.slice(1);
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
