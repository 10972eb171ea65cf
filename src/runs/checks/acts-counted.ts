import type { Millis } from '../../domain/fault.ts';
import { parseRecord } from '../../persistence/ledger/parse-record.ts';
import { newestLines } from '../../persistence/ledger/tail.ts';

/** When something was sent, wall-clock ms, oldest first. `whole`: false when the ledger had more than was read. */
export interface ActsCounted {
  readonly at: readonly Millis[];
  readonly whole: boolean;
}

/** The acts of one environment in a time, by every process that shares the ledger. Rejects with a LedgerError. */
export type CountActs = (of: {
  readonly system: string;
  readonly env: string;
  readonly now: Millis;
  readonly perMs: Millis;
}) => Promise<ActsCounted>;

/** Some thousand records. */
const mostBytes = 16 * 1024 * 1024;

/** Records of two processes, and of a clock that was set, do not stand in the order of their times. */
const disorderMs: Millis = 3_600_000;

/** Counts the `acting` events at the end of the ledger of a state dir. */
export const actsCounted =
  (stateDir: string): CountActs =>
  async ({ system, env, now, perMs }) => {
    const found: Millis[] = [];
    const whole = await newestLines(stateDir, mostBytes, (line) => {
      const record = parseRecord(line);
      if (record === undefined) return true;
      const at = Date.parse(record.at);
      const isOurs = record.system === system && record.env === env && record.entry.event === 'acting';
      // One from the future was written before the clock was set back.
      if (isOurs && Math.abs(now - at) < perMs) found.push(Math.min(at, now));
      return now - at < perMs + disorderMs;
    });
    return { at: found.sort((a, b) => a - b), whole };
  };
