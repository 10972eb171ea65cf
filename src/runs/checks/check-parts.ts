import { dirname, join } from 'node:path';
import type { Millis } from '../../domain/fault.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Ledger } from '../../persistence/ledger/ledger.ts';
import type { LedgerActor } from '../../persistence/ledger/ledger-record.ts';
import { parseLedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import { readNewestLedgerLines } from '../../persistence/ledger/newest-lines.ts';
import type { Clock } from '../../platform/clock.ts';
import { type TargetLocks, targetLocks } from '../../platform/files/target-locks.ts';
import type { PendingAct, PendingStep } from '../pending-run.ts';
import { isChanging } from '../policy/danger.ts';
import type { RunUnderPolicy } from '../policy/ruling.ts';

/** The run that is looked at. */
export interface CheckedRun extends RunUnderPolicy {
  readonly run: string;
  /** What would be sent that does more than read. */
  readonly acts: readonly PendingAct[];
}

/** The acts of some steps that do more than read. */
export const changingActsOf = (steps: readonly PendingStep[]): readonly PendingAct[] =>
  steps.flatMap(({ planned, act }) => (act === undefined || !isChanging(planned.danger) ? [] : [act]));

/** When something was sent, wall-clock ms, oldest first. `whole`: false when the ledger had more than was read. */
interface ActsCounted {
  readonly at: readonly Millis[];
  readonly whole: boolean;
}

/** The acts of one environment in a time, by every process that shares the ledger. Rejects with a LedgerError. */
type CountActs = (of: {
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
    const whole = await readNewestLedgerLines(stateDir, mostBytes, (line) => {
      const record = parseLedgerRecord(line);
      if (record === undefined) return true;
      const at = Date.parse(record.at);
      const isOurs = record.system === system && record.env === env && record.entry.event === 'acting';
      // One from the future was written before the clock was set back.
      if (isOurs && Math.abs(now - at) < perMs) found.push(Math.min(at, now));
      return now - at < perMs + disorderMs;
    });
    return { at: found.sort((a, b) => a - b), whole };
  };

/** What checks are made of, besides the run. */
export interface CheckParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly who: LedgerActor;
  readonly mask: (text: string) => string;
  readonly locks: TargetLocks;
  readonly countActs: CountActs;
}

/** Locks and the ledger's acts are shared by all processes of a state dir: they are where the ledger is. */
export const createCheckParts = (parts: {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly who: LedgerActor;
  readonly mask: (text: string) => string;
  readonly ledger: Pick<Ledger, 'path'>;
  readonly locks?: TargetLocks;
}): CheckParts => {
  const { engine, clock, who, mask, ledger } = parts;
  const stateDir = dirname(ledger.path);
  const locks = parts.locks ?? targetLocks(join(stateDir, 'locks'));
  return { engine, clock, who, mask, locks, countActs: actsCounted(stateDir) };
};
