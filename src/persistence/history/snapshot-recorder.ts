import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import { encodeSnapshot } from '../../store/past/encode-snapshot.ts';
import { type SnapshotDoc, snapshotDelta, snapshotText } from '../../store/past/snapshot-doc.ts';
import type { HistoryDb } from './database/db.ts';
import type { SnapshotRecord } from './database/snapshots.ts';
import type { RecordedEnvironment } from './newest-values.ts';
import { compressText, createSnapshotRing, type SnapshotRing } from './snapshot-ring.ts';

/** A whole is written anew after so long, so that what differs from it stays small. */
const wholeEveryMs: Millis = 300_000;
/** What differs from a whole by more than this part of it is as well a whole itself. */
const mostOfWhole = 0.7;

export interface SnapshotRecorder {
  readonly ring: SnapshotRing;
  /** Takes what is known now, in slices between which others get their turn; in memory when it resolves. */
  take(): Promise<void>;
  /** Writes what was taken last. Throws what the database throws. */
  keep(db: HistoryDb): void;
  /** Nothing that was written before can be relied on: the database is another one. */
  restart(): void;
}

/** The whole that later moments are told from. */
interface Keyframe {
  readonly at: Millis;
  readonly doc: SnapshotDoc;
  readonly length: number;
  readonly bytes: Uint8Array;
  /** Its number in the database, once it is there. */
  id?: number;
}

interface Taken {
  readonly moment: Pick<SnapshotRecord, 'at' | 'ahead'>;
  /** Absent: it is the whole itself. */
  readonly delta?: Uint8Array;
}

/**
 * Takes the facts of one environment, as a whole every five minutes and as what has changed in between. Once `closing`
 * aborts nothing waits for its turn any more.
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

  const takeWhole = async (doc: SnapshotDoc, at: Millis): Promise<Keyframe> => {
    const text = await sliced(snapshotText(doc));
    return { at, doc, length: text.length, bytes: await compressText(text) };
  };

  /** What is different from the whole; undefined when a new one is due. */
  const deltaOf = async (
    base: Keyframe | undefined,
    doc: SnapshotDoc,
    at: Millis,
  ): Promise<Uint8Array | undefined> => {
    if (base === undefined || at < base.at || at - base.at >= wholeEveryMs) return undefined;
    const text = await sliced(snapshotDelta(base.doc, doc));
    return text.length > base.length * mostOfWhole ? undefined : compressText(text);
  };

  /** False when the whole that it rests on is not in the database any more. */
  const keep = (db: HistoryDb, base: Keyframe, bytes: Uint8Array, when: Taken['moment']): boolean => {
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
      const at = clock.now() + ahead;
      const doc = await sliced(encodeSnapshot(state, mask));
      const delta = await deltaOf(keyframe, doc, at);
      const base = delta === undefined || keyframe === undefined ? await takeWhole(doc, at) : keyframe;
      keyframe = base;
      const own = delta === undefined ? {} : { delta };
      ring.add({ at, ahead, whole: base.bytes, ...own });
      taken = { moment: { at, ahead }, ...own };
    },
    keep: (db) => {
      if (keyframe === undefined || taken === undefined) return;
      const { moment, delta } = taken;
      // The whole itself was not written yet: the moment that it is of is written first.
      if (keyframe.id === undefined && delta !== undefined)
        keep(db, keyframe, keyframe.bytes, { at: keyframe.at, ahead: moment.ahead });
      if (!keep(db, keyframe, delta ?? keyframe.bytes, moment)) keyframe = undefined;
      taken = undefined;
    },
    restart: () => {
      keyframe = undefined;
    },
  };
};
