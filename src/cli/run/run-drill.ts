import type { DrillResult } from '../../domain/drills/drill-record.ts';
import { drillSubject } from '../../engine/cockpit/drills.ts';
import { createDrillTracker, type DrillTracker } from '../../engine/drills/drill-tracker.ts';
import { drillHistory } from '../../persistence/drills/drill-history.ts';
import type { LedgerActor } from '../../persistence/ledger/ledger-record.ts';
import { newRunId } from '../../platform/runtime/random.ts';
import type { CommandContext } from '../command/context.ts';
import type { EnvironmentSession } from '../opening/open-environment.ts';

/**
 * The drill of one `opsdeck run --rehearse INCIDENT`. Its disposal waits for the history, whatever ends the run: the process
 * exits after it.
 */
interface RunDrill extends AsyncDisposable {
  readonly tracker: DrillTracker;
  begin(who: LedgerActor): void;
  /** Asks the simulator for the last time, and scores the drill. */
  end(): Promise<DrillResult | undefined>;
}

/** Prepares the drill of a run; undefined if no incident is rehearsed. */
export const prepareRunDrill = (
  { clock, stateDir, masker, options: { rehearse }, warn }: CommandContext,
  { profile, simulator }: EnvironmentSession,
): RunDrill | undefined => {
  const incident = rehearse?.incident;
  if (incident === undefined || simulator === undefined) return undefined;
  const tracker = createDrillTracker({
    clock,
    history: drillHistory(stateDir),
    newId: newRunId,
    mask: masker.outgoing,
    failed: (why) => warn(`opsdeck: warning: cannot write the drill history: ${why}`),
  });
  return {
    tracker,
    begin: (who) =>
      tracker.begin({ ...drillSubject({ profile, simulator }, incident), how: 'run', blind: false, who }),
    end: () => {
      tracker.look();
      return tracker.end();
    },
    [Symbol.asyncDispose]: tracker.settled,
  };
};
