import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { encodeSnapshot } from '../../store/past/encode-snapshot.ts';
import { type SnapshotDoc, snapshotDelta, snapshotText } from '../../store/past/snapshot-doc.ts';
import type { HistoryDb } from './database/db.ts';
import type { SnapshotRecord } from './database/snapshots.ts';
import type { RecordedEnvironment } from './newest-values.ts';
import { compressText, createSnapshotRing, type SnapshotRing } from './snapshot-ring.ts';

/** Interval between keyframes, which keeps deltas small. */
const keyframeEveryMs: Millis = 300_000;
/** Maximum size of a delta relative to its keyframe; a larger one is replaced by a new keyframe. */
const maxDeltaRatio = 0.7;

export interface SnapshotRecorder {
  readonly ring: SnapshotRing;
  /** Takes a snapshot, in slices so that other work can run in between; resolves when it is in memory. */
  take(): Promise<void>;
  /** Writes the last snapshot. Throws database errors. */
  keep(db: HistoryDb): void;
  /** Forgets what was written, because the database was replaced. */
  restart(): void;
}

/** The complete snapshot that later deltas refer to. */
interface Keyframe {
  readonly at: Millis;
  readonly doc: SnapshotDoc;
  readonly length: number;
  readonly bytes: Uint8Array;
  /** Id in the database, once it is stored. */
  id?: number;
}

interface Taken {
  readonly record: Pick<SnapshotRecord, 'at' | 'ahead'>;
  /** Absent: it is the keyframe itself. */
  readonly delta?: Uint8Array;
}

/**
 * Creates the recorder of one environment: a keyframe every five minutes, deltas in between. After `closing`
 * aborts, it no longer pauses between slices.
 */
export const createSnapshotRecorder = (
  { system, env, facts }: RecordedEnvironment,
  clock: Pick<Clock, 'now' | 'wallOffset' | 'sleep'>,
  mask: (text: string) => string,
  closing: AbortSignal,
): SnapshotRecorder => {
  const ring = createSnapshotRing();
  let keyframe: Keyframe | undefined;
  let taken: Taken | undefined;

  const sliced = async <T>(work: Generator<void, T>): Promise<T> => {
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
      await clock.sleep(0, closing);
    }
  };

  const takeKeyframe = async (doc: SnapshotDoc, time: Millis): Promise<Keyframe> => {
    const text = await sliced(snapshotText(doc));
    return { at: time, doc, length: text.length, bytes: await compressText(text) };
  };

  /** Returns the delta to the keyframe; undefined when a new keyframe is due. */
  const deltaOf = async (
    base: Keyframe | undefined,
    doc: SnapshotDoc,
    time: Millis,
  ): Promise<Uint8Array | undefined> => {
    if (base === undefined || time < base.at || time - base.at >= keyframeEveryMs) return undefined;
    const text = await sliced(snapshotDelta(base.doc, doc));
    return text.length > base.length * maxDeltaRatio ? undefined : compressText(text);
  };

  /** Returns false when the keyframe is no longer in the database. */
  const keep = (db: HistoryDb, base: Keyframe, bytes: Uint8Array, when: Taken['record']): boolean => {
    const isWhole = base.id === undefined || bytes === base.bytes;
    const id = db.keep(
      {
        system,
        env,
        ...when,
        packed: isWhole ? { is: 'whole', bytes: base.bytes } : { is: 'delta', bytes, keyframe: base.id ?? 0 },
      },
      when.at,
    );
    if (id !== undefined) base.id = id;
    return id !== undefined;
  };

  return {
    ring,
    take: async () => {
      const state = facts.getState();
      const ahead = clock.wallOffset();
      const time = clock.now() + ahead;
      const doc = await sliced(encodeSnapshot(state, mask));
      const delta = await deltaOf(keyframe, doc, time);
      const base = delta === undefined || keyframe === undefined ? await takeKeyframe(doc, time) : keyframe;
      keyframe = base;
      const own = delta === undefined ? {} : { delta };
      ring.add({ at: time, ahead, whole: base.bytes, ...own });
      taken = { record: { at: time, ahead }, ...own };
    },
    keep: (db) => {
      if (keyframe === undefined || taken === undefined) return;
      const { record, delta } = taken;
      // The keyframe has not been stored yet, so its own snapshot is written first.
      if (keyframe.id === undefined && delta !== undefined)
        keep(db, keyframe, keyframe.bytes, { at: keyframe.at, ahead: record.ahead });
      if (!keep(db, keyframe, delta ?? keyframe.bytes, record)) keyframe = undefined;
      taken = undefined;
    },
    restart: () => {
      keyframe = undefined;
    },
  };
};
