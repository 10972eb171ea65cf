import type { Millis } from '../../domain/base/fault.ts';
import { type TimedValue, ValueSeries } from '../../domain/facts/value-series.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { TimeTravel } from '../../store/past/decode-state.ts';
import { retentionMs } from '../../store/signal-history.ts';
import type { HistoryDb } from './database/db.ts';
import { HistoryError } from './database/history-error.ts';
import { meanMs } from './database/schema.ts';
import { createJournalRecorder, type JournalSource } from './journal-recorder.ts';
import { newestValues, type RecordedEnvironment, signalOfSeriesKey } from './newest-values.ts';
import { createSnapshotRecorder, type SnapshotRecorder } from './snapshot-recorder.ts';
import { createTimeTravel } from './time-travel.ts';

/** Range of one read: a few thousand values, which takes a few ms. */
const sliceMs: Millis = 900_000;

/**
 * Prepends the last day's values of earlier cockpits to the facts. Works in slices, so that keys and frames
 * are processed in between. Skips signals that the profile no longer has. Throws database errors; ends early
 * when the signal aborts.
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
  const points = new Map<string, ValueSeries>();
  for (let from = until - retentionMs; from < until; from += sliceMs) {
    const slice = db.read(system, env, from, Math.min(until, from + sliceMs));
    for (const [key, values] of slice) {
      if (!signals.has(signalOfSeriesKey(key))) continue;
      const had = points.get(key) ?? ValueSeries.empty;
      points.set(key, had.extend(values.map(({ at, value }) => ({ at: at - offset, value }))));
    }
    await clock.sleep(0, signal);
    if (signal.aborted) return;
  }
  if (points.size > 0) facts.apply([{ is: 'recalled', points }], clock.now());
};

/** Shows the means of a signal in one environment. */
const compareMember = (
  db: HistoryDb,
  { system, env, facts }: RecordedEnvironment,
  signal: string,
  { from, to }: { readonly from: Millis; readonly to: Millis },
  clock: Pick<Clock, 'now' | 'wallOffset'>,
): void => {
  const offset = clock.wallOffset();
  const means = db.means({ system, env, signal }, from + offset, to + offset);
  if (means.size === 0) return;
  const { compared } = facts.getState();
  const points = new Map<string, readonly TimedValue[]>();
  for (const [key, values] of means) {
    // Values that a source has just provided are finer.
    const had = compared[key]?.slice(compared[key].indexFrom(from), compared[key].indexFrom(to));
    const isFiner = had !== undefined && had.length > 0 && [...had].some(({ stepMs }) => stepMs !== meanMs);
    if (!isFiner)
      points.set(
        key,
        values.map(({ at, value }) => ({ at: at - offset, value, stepMs: meanMs })),
      );
  }
  facts.apply([{ is: 'compared', points }], clock.now());
};

interface HistoryAccessParts {
  /** Opens the database; rejects with HistoryError. */
  open(): Promise<HistoryDb>;
  /** Renames a corrupt database; resolves to its new path. */
  setAside(): Promise<string>;
  /** Shows a one-line message to the operator. */
  say(text: string): void;
}

/** Access to a database that may be corrupt, locked or full at any time. */
interface HistoryAccess {
  /** Opens the database if necessary and runs a task with it. Never throws; reports each problem once. */
  use(task: (db: HistoryDb) => Promise<void> | void): Promise<void>;
  /** Returns the database while it is open. */
  now(): HistoryDb | undefined;
  close(): void;
}

/** Creates the access. `onReplaced` runs when a corrupt database was replaced by a new one. */
const createHistoryAccess = (
  { open, setAside, say }: HistoryAccessParts,
  onReplaced: () => void,
): HistoryAccess => {
  let db: HistoryDb | undefined;
  let over = false;
  const reported = new Set<string>();

  const report = (text: string): void => {
    if (!reported.has(text)) say(text);
    reported.add(text);
  };

  const close = (): void => {
    db?.close();
    db = undefined;
  };

  const giveUp = (why: string): void => {
    report(`the history is disabled: ${why}`);
    close();
    over = true;
  };

  const replace = async (error: HistoryError): Promise<void> => {
    close();
    onReplaced();
    try {
      const aside = await setAside();
      report(`${error.message}. Moved to ${aside}, starting a new history`);
    } catch (problem) {
      giveUp(errorMessage(problem));
    }
  };

  /**
   * Opens the database; retries once before replacing a corrupt file, because another process may just have
   * replaced it.
   */
  const opened = async (): Promise<HistoryDb> => {
    for (let attempt = 0; ; attempt++)
      try {
        return await open();
      } catch (error) {
        if (!(error instanceof HistoryError) || error.kind !== 'broken' || attempt > 1) throw error;
        if (attempt === 1) await replace(error);
      }
  };

  return {
    use: async (task) => {
      if (over) return;
      try {
        db ??= await opened();
        await task(db);
      } catch (error) {
        if (!(error instanceof HistoryError)) return giveUp(`internal error: ${String(error)}`);
        if (error.kind === 'broken') return replace(error);
        if (error.kind === 'cannot') return giveUp(error.message);
        // 'busy' and 'full' are temporary; the next attempt follows in 15 s.
        if (error.kind === 'full') report(`the history is paused: ${error.message}`);
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

/** Records what is read from the open environments: snapshots, signal values and the journal. */
export interface HistoryService {
  /** Access to the recorded history. */
  readonly past: TimeTravel;
  /**
   * Sets the recorded environments: recalls the last day's history of new ones, and records their readings.
   */
  follow(environments: readonly RecordedEnvironment[]): void;
  /**
   * Shows the recorded 10 min means of a signal beside its current values, of every recorded environment: a chart compares
   * with them. Times on the engine's clock. Values that a source provides itself replace them later.
   */
  compare(signal: string, range: { readonly from: Millis; readonly to: Millis }): void;
  /** Resolves when all work queued so far is done. */
  idle(): Promise<void>;
  /** Stores unsaved data and closes the database. */
  close(): Promise<void>;
}

interface HistoryOptions extends HistoryAccessParts {
  readonly clock: Pick<Clock, 'now' | 'wallNow' | 'wallOffset' | 'sleep' | 'every'>;
  readonly journal: JournalSource;
  /** Masks secrets in everything that is written. */
  mask(text: string): string;
}

interface Member extends RecordedEnvironment {
  readonly seen: Map<string, Millis>;
  readonly left: AbortController;
  readonly recorder: SnapshotRecorder;
  recalled: boolean;
}

/**
 * Creates the history of a cockpit. It records every 15 s, between frames, and recalls the last 24 h.
 * Database problems never stop the cockpit: a corrupt file is replaced, and an unusable one is reported once.
 * The last hour is always in memory.
 */
export const createHistoryService = (parts: HistoryOptions): HistoryService => {
  const { clock } = parts;
  let members: readonly Member[] = [];
  const closing = new AbortController();
  /** Serializes opening, recalling, snapshots and writes. */
  let work: Promise<void> = Promise.resolve();

  const access = createHistoryAccess(parts, () => {
    for (const { recorder } of members) recorder.restart();
  });
  const memberOf = (system: string, env: string): Member | undefined =>
    members.find((member) => member.system === system && member.env === env);
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

  const keep = (into: HistoryDb, members: readonly Member[]): void => {
    const offset = clock.wallOffset();
    const onDisk = members.filter(({ isDrill }) => isDrill !== true);
    const values = onDisk.flatMap((member) => newestValues(member, member.seen, offset, parts.mask));
    if (values.length > 0) into.write(values, clock.now() + offset);
    for (const { recorder } of onDisk) recorder.keep(into);
    journal.keep(into);
  };

  const next = (task: () => Promise<void>): Promise<void> => {
    work = work.then(task);
    return work;
  };

  /** Takes snapshots in memory, with or without a database; then stores them if one is available. */
  const takeAndKeep = async (members: readonly Member[], persist: typeof recallAll): Promise<void> => {
    for (const { recorder } of members) await recorder.take();
    await access.use(async (db) => {
      keep(db, members);
      await persist(db);
    });
  };

  const stop = clock.every(everyMs, () => {
    if (members.length > 0) void next(() => takeAndKeep(members, recallAll));
  });

  return {
    past: createTimeTravel({
      clock,
      ringOf: (system, env) => memberOf(system, env)?.recorder.ring,
      db: access.now,
    }),
    follow: (environments) => {
      const stay = members.filter(({ facts }) =>
        environments.some((environment) => environment.facts === facts),
      );
      const leave = members.filter((member) => !stay.includes(member));
      for (const { left } of leave) left.abort();
      const come = environments
        .filter(({ facts }) => !members.some((member) => member.facts === facts))
        .map(
          (environment): Member => ({
            ...environment,
            seen: new Map(),
            left: new AbortController(),
            recorder: createSnapshotRecorder(environment, clock, parts.mask, closing.signal),
            recalled: environment.isDrill === true,
          }),
        );
      members = [...stay, ...come];
      if (come.length + leave.length > 0) void next(() => takeAndKeep(leave, recallAll));
    },
    compare: (signal, range) => {
      const wantedMembers = members.filter(({ isDrill }) => isDrill !== true);
      void next(() =>
        access.use((db) => {
          for (const member of wantedMembers) compareMember(db, member, signal, range, clock);
        }),
      );
    },
    idle: () => work,
    close: async () => {
      stop();
      journal.stop();
      closing.abort();
      for (const { left } of members) left.abort();
      // A cockpit that is closed before its history was opened does not open it now.
      await work;
      if (access.now() !== undefined) await next(() => takeAndKeep(members, async () => {}));
      access.close();
    },
  };
};
