import type { Millis } from '../../../domain/base/fault.ts';

/** A smaller difference is the time of a request, not a clock that was set. */
const toleratedMs: Millis = 500;

/** The clock of the state database, compared with that of this process. */
export interface DatabaseClock {
  /** Notes the time of the database, which was asked for between two times of our clock. */
  observe(before: Millis, databaseTime: number, after: Millis): void;
  /** Converts a time of our clock, and one of the database. Both are steady: a reading keeps its times from poll to poll. */
  toDatabase(time: Millis): number;
  fromDatabase(position: number): Millis;
  /**
   * The time on our clock since which the clock of the database was not set, as far as this process knows: ages of earlier
   * times are not known.
   */
  steadySince(): Millis;
}

/** Creates the comparison; before the first `observe`, times are not converted. */
export const createDatabaseClock = (): DatabaseClock => {
  let ahead: number | undefined;
  let steadySince = Number.NEGATIVE_INFINITY;
  return {
    observe: (before, databaseTime, after) => {
      const measured = databaseTime - (before + after) / 2;
      if (ahead !== undefined && Math.abs(measured - ahead) <= toleratedMs + (after - before) / 2) return;
      if (ahead !== undefined) steadySince = after;
      ahead = measured;
    },
    toDatabase: (position) => position + (ahead ?? 0),
    fromDatabase: (position) => position - (ahead ?? 0),
    steadySince: () => steadySince,
  };
};
