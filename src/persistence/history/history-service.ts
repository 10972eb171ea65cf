import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { TimedValue } from '../../store/facts.ts';
import type { TimeTravel } from '../../store/past/decode-state.ts';
import { retentionMs } from '../../store/signal-history.ts';
import type { HistoryDb } from './database/db.ts';
import { HistoryError } from './database/history-error.ts';
import { createJournalRecorder, type JournalSource } from './journal-recorder.ts';
import { newestValues, type RecordedEnvironment, signalOfSeriesKey } from './newest-values.ts';
import { createSnapshotRecorder, type SnapshotRecorder } from './snapshot-recorder.ts';
import { createTimeTravel } from './time-travel.ts';

/** Read in one go: a few thousand values, a few ms. */
const sliceMs: Millis = 900_000;

/**
 * Puts the values of the last day that earlier cockpits kept in front of what this one has read, a slice at a time so
 * that keys and frames come in between. Values of signals that the profile does not have any more are left where they
 * are. Throws what the database throws; ends early when the signal aborts.
 */
const recallDay = async (
  db: HistoryDb,
  { system, env, facts }: RecordedEnvironment,
  clock: Pick<Clock, 'now' | 'wallOffset' | 'sleep'>,
  signal: AbortSignal,
): Promise<void> => {
  const signals = new Set(facts.getState().frame.signals.map(({ id }) => id));
  const offset = clock.wallOffset();
  const until = clock.now() + offset;
  const points = new Map<string, TimedValue[]>();
  for (let from = until - retentionMs; from < until; from += sliceMs) {
    const slice = db.read(system, env, from, Math.min(until, from + sliceMs));
    for (const [key, values] of slice) {
      if (!signals.has(signalOfSeriesKey(key))) continue;
      const had = points.get(key) ?? [];
      for (const { at, value } of values) had.push({ at: at - offset, value });
      points.set(key, had);
    }
    await clock.sleep(0, signal);
    if (signal.aborted) return;
  }
  if (points.size > 0) facts.apply([{ is: 'recalled', points }], clock.now());
};

interface HistoryDoorParts {
  /** Opens the database; rejects with HistoryError. */
  open(): Promise<HistoryDb>;
  /** Puts a broken one aside; gives where it is now. */
  setAside(): Promise<string>;
  /** Tells the operator, in one line. */
  say(text: string): void;
}

/** The way to a database that may be broken, locked or full at any time. */
interface HistoryDoor {
  /** Opens the database if need be and does something with it. Never throws; what is wrong is told once. */
  use(task: (db: HistoryDb) => Promise<void> | void): Promise<void>;
  /** The database, while it is open. */
  now(): HistoryDb | undefined;
  close(): void;
}

/** `startAnew` is called when a broken database has made way for a new one. */
const createHistoryDoor = ({ open, setAside, say }: HistoryDoorParts, startAnew: () => void): HistoryDoor => {
  let db: HistoryDb | undefined;
  let over = false;
  const told = new Set<string>();

  const tell = (text: string): void => {
    if (!told.has(text)) say(text);
    told.add(text);
  };

  const close = (): void => {
    db?.close();
    db = undefined;
  };

  const giveUp = (why: string): void => {
    tell(`history is not kept: ${why}`);
    close();
    over = true;
  };

  const mend = async (error: HistoryError): Promise<void> => {
    close();
    startAnew();
    try {
      const aside = await setAside();
      tell(`${error.message}; it is put aside as ${aside}, and a new history begins`);
    } catch (problem) {
      giveUp(problem instanceof Error ? problem.message : String(problem));
    }
  };

  /** Another look, in case another process has just put a broken one aside; then it is our turn to. */
  const opened = async (): Promise<HistoryDb> => {
    for (let look = 0; ; look++)
      try {
        return await open();
      } catch (error) {
        if (!(error instanceof HistoryError) || error.kind !== 'broken' || look > 1) throw error;
        if (look === 1) await mend(error);
      }
  };

  return {
    use: async (task) => {
      if (over) return;
      try {
        db ??= await opened();
        await task(db);
      } catch (error) {
        if (!(error instanceof HistoryError)) return giveUp(`a mistake of ours: ${String(error)}`);
        if (error.kind === 'broken') return mend(error);
        if (error.kind === 'cannot') return giveUp(error.message);
        // Somebody else was writing, and the next time is in 15 s; or there is no room, and there may be again.
        if (error.kind === 'full') tell(`history is not kept for now: ${error.message}`);
      }
    },
    now: () => db,
    close: () => {
      close();
      over = true;
    },
  };
};

const everyMs: Millis = 15_000;

/** Keeps what is read of what is open: its moments, the values of its signals, its journal. */
export interface HistoryService {
  /** What was kept, to look at. */
  readonly past: TimeTravel;
  /** From now on these environments: what was kept of the last day is recalled, and what is read is kept. */
  follow(environments: readonly RecordedEnvironment[]): void;
  /** Resolves when all that was begun until now is done. */
  idle(): Promise<void>;
  /** Keeps what is new and lets go of the database. */
  close(): Promise<void>;
}

interface HistoryOptions extends HistoryDoorParts {
  readonly clock: Pick<Clock, 'now' | 'wallOffset' | 'sleep' | 'every'>;
  readonly journal: JournalSource;
  /** Takes secrets out of what is written. */
  mask(text: string): string;
}

interface Member extends RecordedEnvironment {
  readonly seen: Map<string, Millis>;
  readonly left: AbortController;
  readonly recorder: SnapshotRecorder;
  recalled: boolean;
}

/**
 * Keeps what is known every 15 s, between frames, and recalls what was kept in the last day. Whatever is wrong with the
 * database, the cockpit goes on: one that is broken is put aside for a new one, one that cannot be used is told of once,
 * and the last hour is in memory in any case.
 */
export const createHistoryService = (parts: HistoryOptions): HistoryService => {
  const { clock } = parts;
  let members: readonly Member[] = [];
  const closing = new AbortController();
  /** One after the other: opening, recalling, taking, writing. */
  let work: Promise<void> = Promise.resolve();

  const door = createHistoryDoor(parts, () => {
    for (const { recorder } of members) recorder.restart();
  });
  const memberOf = (system: string, env: string): Member | undefined =>
    members.find((one) => one.system === system && one.env === env);
  const journal = createJournalRecorder(parts.journal, parts, ({ system, env }) => {
    const member = memberOf(system, env);
    return member !== undefined && member.isDrill !== true;
  });

  const recallAll = async (from: HistoryDb): Promise<void> => {
    for (const member of members) {
      if (member.recalled || member.left.signal.aborted) continue;
      journal.recall(from, member);
      await recallDay(from, member, clock, member.left.signal);
      member.recalled = true;
    }
  };

  const keep = (into: HistoryDb, whose: readonly Member[]): void => {
    const offset = clock.wallOffset();
    const onDisk = whose.filter(({ isDrill: rehearsed }) => rehearsed !== true);
    const values = onDisk.flatMap((member) => newestValues(member, member.seen, offset, parts.mask));
    if (values.length > 0) into.write(values, clock.now() + offset);
    for (const { recorder } of onDisk) recorder.keep(into);
    journal.keep(into);
  };

  const next = (task: () => Promise<void>): Promise<void> => {
    work = work.then(task);
    return work;
  };

  /** In memory, whether or not there is a database; then in that. */
  const takeAndKeep = async (whose: readonly Member[], rest: typeof recallAll): Promise<void> => {
    for (const { recorder } of whose) await recorder.take();
    await door.use(async (db) => {
      keep(db, whose);
      await rest(db);
    });
  };

  const stop = clock.every(everyMs, () => {
    if (members.length > 0) void next(() => takeAndKeep(members, recallAll));
  });

  return {
    past: createTimeTravel({
      clock,
      ringOf: (system, env) => memberOf(system, env)?.recorder.ring,
      db: door.now,
    }),
    follow: (environments) => {
      const stay = members.filter(({ facts }) => environments.some((one) => one.facts === facts));
      const leave = members.filter((member) => !stay.includes(member));
      for (const { left } of leave) left.abort();
      const come = environments
        .filter(({ facts }) => !members.some((member) => member.facts === facts))
        .map(
          (one): Member => ({
            ...one,
            seen: new Map(),
            left: new AbortController(),
            recorder: createSnapshotRecorder(one, clock, parts.mask, closing.signal),
            recalled: one.isDrill === true,
          }),
        );
      members = [...stay, ...come];
      if (come.length + leave.length > 0) void next(() => takeAndKeep(leave, recallAll));
    },
    idle: () => work,
    close: async () => {
      stop();
      journal.stop();
      closing.abort();
      for (const { left } of members) left.abort();
      // A cockpit that was closed before it could open its history does not open it now.
      await work;
      if (door.now() !== undefined) await next(() => takeAndKeep(members, async () => {}));
      door.close();
    },
  };
};
