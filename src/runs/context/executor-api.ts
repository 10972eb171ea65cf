import type { TargetPin } from '../../domain/runbooks/operation.ts';
import type { ParamValues, Runbook } from '../../domain/runbooks/runbook.ts';
import type { PendingReset, ResetOutcome, ShownReset } from '../../domain/runs/pending-reset.ts';
import type { OverrideReasons, Proposal, ShownTarget } from '../../domain/runs/proposal.ts';
import type { DiagnosisResult, OperatorAnswers, RunEvent } from '../../domain/runs/run.ts';
import type { ChecklistFile } from '../../persistence/checklists/checklist-file.ts';
import type { ResetFile } from '../../persistence/files/reset-file.ts';
import type { Ledger } from '../../persistence/ledger/ledger.ts';
import type { LedgerActor } from '../../persistence/ledger/ledger-record.ts';
import type { StateStore } from '../../persistence/state-store.ts';
import type { TargetLocks } from '../../platform/files/target-locks.ts';
import type { SourceModule } from '../../sources/kit/contract/source.ts';
import type { OwnRuns } from '../records/own-runs.ts';
import type { UndoContext } from './pending-run.ts';
import type { RunParts } from './run-context.ts';

/** A request for a run: a runbook with values for its parameters. */
export interface RunRequest extends OverrideReasons {
  readonly runbook: Runbook;
  readonly params: ParamValues;
  /**
   * The rows that the operator saw when requesting the run. A different object with the same name is refused.
   */
  readonly shown?: readonly ShownTarget[];
}

/** A request as the executor plans it. Only the executor makes one that follows from an earlier run. */
export interface ProposalRequest extends RunRequest {
  /** The run that this one undoes. */
  readonly undoes?: string;
  /** With `undoes`: the state after that run, and the state before it. */
  readonly undoing?: UndoContext;
  /**
   * The reset of a temporary change: its step, the state of every target that it may overwrite, and the state before the
   * change. `isUnattended`: it was confirmed with the change, and this process carries it out.
   */
  readonly resets?: {
    readonly step: string;
    readonly leaves: string;
    readonly before: readonly TargetPin[];
    readonly isUnattended?: true;
  };
  /** Why nothing is planned: the run that it follows from does not permit it. */
  readonly barred?: string;
}

/**
 * The only way to change anything outside: every change is proposed here, passes the gates here, and is recorded in
 * the ledger.
 */
export interface Executor {
  /**
   * Plans every step with fresh reads and changes nothing. What cannot be planned becomes a refusal in the proposal.
   */
  propose(request: RunRequest, signal: AbortSignal): Promise<Proposal>;
  /**
   * Why a run could not be carried out now, by a plan with fresh reads and the permissions of its calls. Undefined: nothing is
   * known that prevents it. Nothing is recorded, and nothing can be confirmed by it.
   */
  obstacle(request: RunRequest, signal: AbortSignal): Promise<string | undefined>;
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
   * Proposes the undo of an ended run as a separate run. Undefined when that run recorded nothing to restore. The run is only
   * named: what is sent follows from the memory of this process, or from its profile where a record says the same.
   * `reasons`: for overriding checks that allow it. Rejects with a LedgerError.
   */
  undoProposal(run: string, signal: AbortSignal, reasons?: OverrideReasons): Promise<Proposal | undefined>;
  /** The pending resets of temporary changes in this environment, the next one first. Rejects when they cannot be read. */
  resets(signal: AbortSignal): Promise<readonly ShownReset[]>;
  /**
   * Proposes a pending reset as a run with the ordinary gates, for a person. Undefined when nothing of it is left. Rejects like
   * `undoProposal`.
   */
  resetProposal(
    reset: Pick<PendingReset, 'run' | 'step'>,
    signal: AbortSignal,
    reasons?: OverrideReasons,
  ): Promise<Proposal | undefined>;
  /** Why the ledger is broken, as far back as pending resets depend on it; undefined when it is not. */
  ledgerProblem(): Promise<string | undefined>;
  /**
   * Carries out a pending reset as a run of its own, without a person: only one that this process has scheduled, while the
   * ledger has its records unbroken. Undefined when another process does or did it. Rejects when the list of resets or the
   * ledger cannot be read or written.
   */
  reset(
    reset: Pick<PendingReset, 'run' | 'step'>,
    signal: AbortSignal,
    show?: (event: RunEvent) => void,
  ): Promise<ResetOutcome | undefined>;
}

export interface ExecutorParts extends Omit<RunParts, 'checking' | 'resets' | 'own'> {
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
  /** The actions of the environment that are no runbooks of its profile. Default: none. */
  readonly generic?: readonly Runbook[];
  /** The runs of this process. Default: those of this executor. */
  readonly ownRuns?: OwnRuns;
  /**
   * With these, the bound values of each step are parsed by the schema of its operation before anything is planned.
   */
  readonly modules?: readonly SourceModule[];
}
