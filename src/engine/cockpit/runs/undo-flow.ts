import type { OverrideReasons } from '../../../domain/runs/proposal.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { activeRunText, newRunView } from '../../../store/run-view.ts';
import type { CockpitParts, OpenedEnvironment } from '../environment/cockpit-parts.ts';
import type { RunHistory } from './run-history.ts';

interface UndoFlowParts extends Pick<CockpitParts, 'cockpit'> {
  readonly opened: OpenedEnvironment;
  /** Absent: only runs of this session can be undone. */
  readonly past: Pick<RunHistory, 'load'> | undefined;
  say(text: string): void;
  /** True while a run is executing, in its cancel window, or verifying. */
  isBusy(): boolean;
  /** Aborts what is being planned. Returns the signal of what follows. */
  restart(): AbortSignal;
  show(change: Partial<RunView>): void;
}

/** The run to undo: one that has ended in this session, or one of the ledger. */
const findRun = async (
  id: string,
  { cockpit, past }: Pick<UndoFlowParts, 'cockpit' | 'past'>,
): Promise<RunView | undefined> => {
  const { run: shown, endedRuns } = cockpit.getState();
  return (
    endedRuns.find((endedRun) => endedRun.proposal?.run === id) ??
    (shown?.proposal?.run === id && shown.stage === 'ended' ? shown : undefined) ??
    (await past?.load(id))
  );
};

/** A run to undo. `step`: only its temporary change, which is due. */
export interface UndoTarget {
  readonly run: string;
  readonly step?: string;
}

/** Plans the undo of a run and shows it on the card, overriding checks for these reasons. Says why it cannot be undone. */
export const planUndo = async (
  { run: id, step }: UndoTarget,
  reasons: OverrideReasons,
  parts: UndoFlowParts,
): Promise<void> => {
  const { cockpit, opened, say, isBusy, restart, show } = parts;
  if (isBusy()) return say(activeRunText);
  const run = await findRun(id, parts);
  if (run === undefined) return say('this run changed nothing, so there is nothing to undo');
  // The ledger was read in the meantime.
  if (isBusy()) return say(activeRunText);
  const { system, env } = opened.profile;
  if (run.proposal?.system !== system || run.proposal.env !== env)
    return say(
      `that run belongs to ${run.proposal?.system}/${run.proposal?.env}: open that environment first`,
    );
  const signal = restart();
  cockpit.setState({ run: newRunView(run.runbook, 'planning') });
  const { executor } = opened;
  const proposal = await (step === undefined
    ? executor.undoProposal(id, signal, reasons)
    : executor.resetProposal({ run: id, step }, signal, reasons));
  if (signal.aborted) return;
  if (proposal === undefined) {
    cockpit.setState({ run });
    return say('this run did not record the earlier state, so you cannot undo the run');
  }
  show({ stage: 'proposed', proposal });
};
