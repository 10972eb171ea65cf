import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRawSync } from 'node:zlib';
import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { HistorySnapshot, NeighborTimes } from './database/snapshots.ts';

/** Compresses text (raw deflate) off the main thread. Promisified here: as a constant, it would load node:zlib at every start. */
export const compressText = (text: string): Promise<Uint8Array> =>
  promisify(deflateRaw)(text, { level: constants.Z_DEFAULT_COMPRESSION });

/** Decompresses text synchronously, which takes 1–2 ms. Throws if the bytes are not raw deflate. */
export const decompressText = (bytes: Uint8Array): string => inflateRawSync(bytes).toString('utf8');

/** Snapshots in memory: available immediately, and without a database. */
export interface SnapshotRing {
  add(snapshot: HistorySnapshot): void;
  /** Returns the newest snapshot in (after, until]. */
  find(after: Millis, until: Millis): HistorySnapshot | undefined;
  near(time: Millis): NeighborTimes;
}

/** Retention: one hour, within the size limit. */
const retentionMs: Millis = 3_600_000;
const maxBytes = 8 * 1024 * 1024;

const bytesOf = (snapshots: readonly HistorySnapshot[]): number => {
  const wholes = new Set(snapshots.map(({ whole }) => whole));
  const deltas = snapshots.reduce((sum, { delta }) => sum + (delta?.length ?? 0), 0);
  return [...wholes].reduce((sum, { length }) => sum + length, deltas);
};

/** Creates the ring of one environment, filled by this process. */
export const createSnapshotRing = (): SnapshotRing => {
  let snapshots: readonly HistorySnapshot[] = [];
  return {
    add: (snapshot) => {
      // If the clock was set back, snapshots later than the new one are invalid and are removed.
      const earlier = snapshots.filter(({ at }) => at < snapshot.at && snapshot.at - at <= retentionMs);
      snapshots = [...earlier, snapshot];
      while (snapshots.length > 1 && bytesOf(snapshots) > maxBytes) snapshots = snapshots.slice(1);
    },
    find: (after, until) => snapshots.findLast(({ at }) => at > after && at <= until),
    near: (time) => {
      const before = snapshots.findLast(({ at }) => at <= time)?.at;
      const next = snapshots.find(({ at }) => at > time)?.at;
      return {
        ...defined({ before, after: next }),
      };
    },
  };
};
