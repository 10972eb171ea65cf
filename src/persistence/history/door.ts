import type { HistoryDb } from './database/db.ts';
import { HistoryError } from './database/error.ts';

export interface HistoryDoorParts {
  /** Opens the database; rejects with HistoryError. */
  open(): Promise<HistoryDb>;
  /** Puts a broken one aside; gives where it is now. */
  setAside(): Promise<string>;
  /** Tells the operator, in one line. */
  say(text: string): void;
}

/** The way to a database that may be broken, locked or full at any time. */
export interface HistoryDoor {
  /** Opens the database if need be and does something with it. Never throws; what is wrong is told once. */
  use(task: (db: HistoryDb) => Promise<void> | void): Promise<void>;
  /** The database, while it is open. */
  now(): HistoryDb | undefined;
  close(): void;
}

/** `startAnew` is called when a broken database has made way for a new one. */
export const createHistoryDoor = (
  { open, setAside, say }: HistoryDoorParts,
  startAnew: () => void,
): HistoryDoor => {
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
