import { dirname, join } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { type IncidentRun, readIncidentRuns } from '../../persistence/incidents/incident-runs.ts';
import type { Ledger } from '../../persistence/ledger/ledger.ts';
import type { LedgerActor } from '../../persistence/ledger/ledger-record.ts';
import { parseLedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import { type NewestLines, newestLinesOf } from '../../persistence/ledger/newest-lines.ts';
import type { StateStore } from '../../persistence/state-store.ts';
import { type TargetLocks, targetLocks } from '../../platform/files/target-locks.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { isChanging } from '../policy/danger.ts';
import type { CheckRuling, RunUnderPolicy } from '../policy/ruling.ts';
import type { PendingAct, PendingStep } from './pending-run.ts';

/** The run to check. */
export interface CheckedRun extends RunUnderPolicy {
  readonly run: string;
  /** The actions that do more than read. */
  readonly acts: readonly PendingAct[];
}

/** The actions of some steps that do more than read. */
export const changingActsOf = (steps: readonly PendingStep[]): readonly PendingAct[] =>
  steps.flatMap(({ planned, act }) => (act === undefined || !isChanging(planned.danger) ? [] : [act]));

/**
 * Send times of the actions, in wall-clock ms, oldest first. `whole` is false when the ledger had more records than
 * were read.
 */
interface ActsCounted {
  readonly at: readonly Millis[];
  readonly whole: boolean;
}

/**
 * Counts the actions of one environment in a period, over every process that shares the ledger. Those of drills on a
 * simulator, and those of the real environment of the same name, are counted apart. Rejects with a LedgerError.
 */
type CountActs = (of: {
  readonly system: string;
  readonly env: string;
  readonly drill: boolean;
  readonly now: Millis;
  readonly perMs: Millis;
}) => Promise<ActsCounted>;

/** Records are not strictly ordered by time: two processes write them, and clocks are set. */
const disorderMs: Millis = 3_600_000;

/** Counts the `acting` events at the end of a ledger. */
export const actsAmong =
  (newest: NewestLines): CountActs =>
  async ({ system, env, drill, now, perMs }) => {
    const acts: { readonly run: string; readonly at: Millis }[] = [];
    const others = new Set<string>();
    const whole = await newest((line) => {
      const record = parseLedgerRecord(line);
      if (record === undefined) return true;
      const time = Date.parse(record.at);
      const { entry } = record;
      const isHere = record.system === system && record.env === env;
      // A plan precedes the actions of its run by minutes; without it they count.
      if (entry.event === 'planned' && (entry.proposal.drill === true) !== drill) others.add(entry.run);
      // A record from the future was written before the clock was set back.
      if (isHere && entry.event === 'acting' && Math.abs(now - time) < perMs)
        acts.push({ run: entry.run, at: Math.min(time, now) });
      return now - time < perMs + disorderMs;
    });
    const times = acts.flatMap(({ run, at }) => (others.has(run) ? [] : [at]));
    return { at: times.sort((a, b) => a - b), whole };
  };

/** Counts the `acting` events at the end of the ledger of a state directory. */
export const actsCounted = (stateDir: string): CountActs => actsAmong(newestLinesOf(stateDir));

/** The checklists that gate runs of one environment. */
export interface ChecklistGate {
  /** Reads the lists of a runbook and rules on its start. Empty where no list gates it; an undo is not gated. */
  rulings(
    run: { readonly run: string; readonly runbook: string },
    overridden: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly CheckRuling[]>;
  /**
   * Handles the end of a run. `usesTicks`: ends the lists that gated it, and the next run needs them again; not for a run that
   * ended before it changed anything. Never rejects: the run is recorded already.
   */
  ended(run: string, usesTicks: boolean): Promise<void>;
}

/** The dependencies of the checks. */
export interface CheckParts {
  readonly engine: EnvironmentReader;
  /** True: a simulator serves the environment. */
  readonly drill: boolean;
  readonly clock: Clock;
  readonly who: LedgerActor;
  readonly mask: (text: string) => string;
  readonly locks: TargetLocks;
  readonly countActs: CountActs;
  /** The runs of the ledger that have sent something about a declared incident, or may have. Rejects with a LedgerError. */
  readonly incidentRuns: () => Promise<readonly IncidentRun[]>;
  readonly checklists: ChecklistGate;
  /** Whether the shared state allows changes. Absent: the state is that of this machine. */
  readonly admission?: StateStore['admission'];
  /** The records of a run in the shared ledger. Absent: the state is that of this machine. */
  readonly approvals?: StateStore['approvals'];
  /** The id of this cockpit among those of the team. Absent: it is not one of them. */
  readonly cockpit?: () => string | undefined;
}

/**
 * Locks and counted actions are shared by all processes of a state directory, so they belong beside the ledger.
 */
export const createCheckParts = (parts: {
  readonly engine: EnvironmentReader;
  readonly clock: Clock;
  readonly who: LedgerActor;
  readonly mask: (text: string) => string;
  readonly ledger: Pick<Ledger, 'path'>;
  readonly locks?: TargetLocks;
  readonly drill?: true;
  readonly checklists: ChecklistGate;
  readonly admission?: StateStore['admission'];
  readonly approvals?: StateStore['approvals'];
  readonly cockpit?: CheckParts['cockpit'];
}): CheckParts => {
  const { engine, clock, who, mask, ledger } = parts;
  const stateDir = dirname(ledger.path);
  const locks = parts.locks ?? targetLocks(join(stateDir, 'locks'));
  const countActs = actsCounted(stateDir);
  // A run without its end counts as well: the machine of its process may be away.
  const incidentRuns = () => readIncidentRuns(stateDir, 0, () => true);
  const { checklists, admission, approvals, cockpit } = parts;
  const drill = parts.drill === true;
  return {
    ...{ engine, drill, clock, who, mask, locks, countActs, incidentRuns, checklists },
    ...defined({ admission, approvals, cockpit }),
  };
};
