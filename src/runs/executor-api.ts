import type { TargetPin } from '../domain/operation.ts';
import type { PendingReset, ResetOutcome } from '../domain/pending-reset.ts';
import type { OverrideReasons, Proposal, ShownTarget } from '../domain/proposal.ts';
import type { DiagnosisResult, OperatorAnswers, RunEvent } from '../domain/run.ts';
import type { ParamValues, Runbook } from '../domain/runbook.ts';
import type { ChecklistFile } from '../persistence/checklist-file.ts';
import type { Ledger } from '../persistence/ledger/ledger.ts';
import type { LedgerActor } from '../persistence/ledger/ledger-record.ts';
import type { ResetFile } from '../persistence/reset-file.ts';
import type { StateStore } from '../persistence/state-store.ts';
import type { TargetLocks } from '../platform/files/target-locks.ts';
import type { SourceModule } from '../sources/source.ts';
import type { UndoContext } from './pending-run.ts';
import type { RunParts } from './run-context.ts';

/** A request for a run: a runbook with values for its parameters. */
export interface ProposalRequest extends OverrideReasons {
  readonly runbook: Runbook;
  readonly params: ParamValues;
  /** The run that this one undoes. */
  readonly undoes?: string;
  /** With `undoes`: the state after that run, and the state before it. */
  readonly undoing?: UndoContext;
  /**
   * An automatic reset: the state of every target that it may overwrite, and the state before the change. It was
   * confirmed with the change.
   */
  readonly resets?: { readonly leaves: string; readonly before: readonly TargetPin[] };
  /**
   * The rows that the operator saw when requesting the run. A different object with the same name is refused.
   */
  readonly shown?: readonly ShownTarget[];
}

/**
 * The only way to change anything outside: every change is proposed here, passes the gates here, and is recorded in
 * the ledger.
 */
export interface Executor {
  /**
   * Plans every step with fresh reads and changes nothing. What cannot be planned becomes a refusal in the proposal.
   */
  propose(request: ProposalRequest, signal: AbortSignal): Promise<Proposal>;
  /**
   * Ends the proposal as a dry run, without gates and without sending anything. `diagnoses`: earlier diagnosis, recorded
   * with it.
   */
  dryRun(proposal: Proposal, diagnoses?: readonly DiagnosisResult[]): Promise<readonly RunEvent[]>;
  /**
   * Repeats all checks, then acts and verifies. Each proposal can be executed once. Never throws for external
   * failures.
   */
  execute(proposal: Proposal, answers: OperatorAnswers, signal: AbortSignal): AsyncIterable<RunEvent>;
  /** Ends the proposal without acting, records the reason, and returns the last event. */
  decline(proposal: Proposal, why: string): Promise<RunEvent>;
  /**
   * Watches the verification of a recovered run for the time that its runbook sets. Events go to the ledger after
   * `ended`. Empty when there is nothing to watch. Ends by itself, when the signal aborts (with the reason), or when
   * another run acts on the same target.
   */
  watch(run: string, signal: AbortSignal): AsyncIterable<RunEvent>;
  /** Records a note of the operator with a run, in progress or ended. Rejects with a LedgerError. */
  note(run: string, text: string): Promise<RunEvent>;
  /**
   * Proposes the undo of an ended run as a separate run. Undefined when that run recorded nothing to restore.
   * `reasons`: for overriding checks that allow it.
   */
  undoProposal(
    ended: readonly RunEvent[],
    runbook: Runbook | undefined,
    signal: AbortSignal,
    reasons?: OverrideReasons,
  ): Promise<Proposal | undefined>;
  /** The pending resets of temporary changes in this environment, the next one first. Rejects when they cannot be read. */
  resets(): Promise<readonly PendingReset[]>;
  /**
   * Carries out a pending reset as a run of its own. Undefined when another process does or did it. Rejects when the
   * list of resets or the ledger cannot be read or written.
   */
  reset(
    reset: Pick<PendingReset, 'run' | 'step'>,
    signal: AbortSignal,
    show?: (event: RunEvent) => void,
  ): Promise<ResetOutcome | undefined>;
}

export interface ExecutorParts extends Omit<RunParts, 'checking' | 'resets'> {
  readonly ledger: Ledger;
  readonly who: LedgerActor;
  readonly newId: () => string;
  readonly mask: (text: string) => string;
  /** The target locks shared by all processes. Default: the locks beside the ledger. */
  readonly locks?: TargetLocks;
  /** The pending resets shared by all processes. Default: the file beside the ledger. */
  readonly resets?: ResetFile;
  /** Whether the shared state allows changes. Absent: the state is that of this machine. */
  readonly admission?: StateStore['admission'];
  /** The records of a run in the shared ledger. Absent: the state is that of this machine. */
  readonly approvals?: StateStore['approvals'];
  /** The id of this cockpit among those of the team. Absent: it is not one of them. */
  readonly cockpit?: () => string | undefined;
  /** The records of checklists. Default: those beside the ledger. */
  readonly checklists?: ChecklistFile;
  /**
   * With these, the bound values of each step are parsed by the schema of its operation before anything is planned.
   */
  readonly modules?: readonly SourceModule[];
}
