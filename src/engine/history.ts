import type { Millis } from '../domain/fault.ts';
import type { HistoryDb } from '../io/history-db.ts';
import { HistoryError } from '../io/history-error.ts';
import type { Clock } from '../io/io.ts';
import { type Followed, newestOf } from './history-newest.ts';
import { recallDay } from './history-recall.ts';

const everyMs: Millis = 15_000;

/** Keeps the values of what is open over the life of this process. */
export interface History {
  /** From now on these environments: what was kept of the last day is recalled, and what is read is kept. */
  follow(environments: readonly Followed[]): void;
  /** Resolves when all that was begun until now is done. */
  idle(): Promise<void>;
  /** Keeps what is new and lets go of the database. */
  close(): Promise<void>;
}

export interface HistoryParts {
  readonly clock: Pick<Clock, 'now' | 'wallOffset' | 'sleep' | 'every'>;
  /** Opens the database; rejects with HistoryError. */
  open(): Promise<HistoryDb>;
  /** Puts a broken one aside; gives where it is now. */
  setAside(): Promise<string>;
  /** Tells the operator, in one line. */
  say(text: string): void;
}

interface Member extends Followed {
  readonly seen: Map<string, Millis>;
  readonly left: AbortController;
  recalled: boolean;
}

/**
 * Keeps values every 15 s, between frames, and recalls those of the last day. Whatever is wrong with the database, the
 * cockpit goes on: one that is broken is put aside for a new one, one that cannot be used is told of once.
 */
export const createHistory = ({ clock, open, setAside, say }: HistoryParts): History => {
  let members: readonly Member[] = [];
  let db: HistoryDb | undefined;
  let over = false;
  const told = new Set<string>();
  /** One after the other: opening, recalling, writing. */
  let work: Promise<void> = Promise.resolve();

  const tell = (text: string): void => {
    if (!told.has(text)) say(text);
    told.add(text);
  };

  const giveUp = (why: string): void => {
    tell(`history is not kept: ${why}`);
    db?.close();
    db = undefined;
    over = true;
  };

  const mend = async (error: HistoryError): Promise<void> => {
    db?.close();
    db = undefined;
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

  const recallAll = async (from: HistoryDb): Promise<void> => {
    for (const member of members) {
      if (member.recalled || member.left.signal.aborted) continue;
      await recallDay(from, member, clock, member.left.signal);
      member.recalled = true;
    }
  };

  const keep = (into: HistoryDb, whose: readonly Member[]): void => {
    const offset = clock.wallOffset();
    const values = whose.flatMap((member) => newestOf(member, member.seen, offset));
    if (values.length > 0) into.write(values, clock.now() + offset);
  };

  const guarded = async (task: (db: HistoryDb) => Promise<void> | void): Promise<void> => {
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
  };

  const next = (task: (db: HistoryDb) => Promise<void> | void): Promise<void> => {
    work = work.then(() => guarded(task));
    return work;
  };

  const stop = clock.every(everyMs, () => {
    if (over || members.length === 0) return;
    void next(async (open) => {
      keep(open, members);
      await recallAll(open);
    });
  });

  return {
    follow: (environments) => {
      const stay = members.filter(({ facts }) => environments.some((one) => one.facts === facts));
      const leave = members.filter((member) => !stay.includes(member));
      for (const { left } of leave) left.abort();
      const come = environments
        .filter(({ facts }) => !members.some((member) => member.facts === facts))
        .map((one): Member => ({ ...one, seen: new Map(), left: new AbortController(), recalled: false }));
      members = [...stay, ...come];
      if (come.length + leave.length === 0) return;
      void next(async (open) => {
        keep(open, leave);
        await recallAll(open);
      });
    },
    idle: () => work,
    close: async () => {
      stop();
      for (const { left } of members) left.abort();
      // A cockpit that was closed before it could open its history does not open it now.
      await work;
      if (db !== undefined) await next((open) => keep(open, members));
      db?.close();
      db = undefined;
      over = true;
    },
  };
};
