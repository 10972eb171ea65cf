import type { Proposal, ShownTarget } from '../domain/proposal.ts';
import type { DiagnosisResult, OperatorAnswers, RunEvent } from '../domain/run.ts';
import type { ParamValues, Runbook } from '../domain/runbook.ts';
import type { Ledger } from '../persistence/ledger/ledger.ts';
import type { LedgerActor } from '../persistence/ledger/ledger-record.ts';
import type { TargetLocks } from '../platform/files/target-locks.ts';
import type { SourceModule } from '../sources/source.ts';
import type { UndoContext } from './pending-run.ts';
import type { RunParts } from './run-context.ts';

/** What is to be done: a runbook with values for its parameters. */
export interface ProposalRequest {
  readonly runbook: Runbook;
  readonly params: ParamValues;
  /** The run that this one undoes. */
  readonly undoes?: string;
  /** With `undoes`: what that run left, and what was there before it. */
  readonly undoing?: UndoContext;
  /** The rows that the operator saw when they asked for it: another object of such a name is refused. */
  readonly shown?: readonly ShownTarget[];
  /** Why a freeze or quiet hours are to be broken, in the operator's words. */
  readonly override?: string;
}

/** The only door to the outside: whatever changes anything was proposed here, passed the gates here, and is in the ledger. */
export interface Executor {
  /** Plans every step with fresh reads; changes nothing. What cannot be planned is a refusal in the proposal. */
  propose(request: ProposalRequest, signal: AbortSignal): Promise<Proposal>;
  /** Ends the proposal as a dry run: no gate, nothing sent. `found`: what was seen before, kept with it. */
  dryRun(proposal: Proposal, found?: readonly DiagnosisResult[]): Promise<readonly RunEvent[]>;
  /** Checks everything again, then acts and proves. Each proposal once. Never throws for what the world does. */
  execute(proposal: Proposal, answers: OperatorAnswers, signal: AbortSignal): AsyncIterable<RunEvent>;
  /** Ends the proposal without acting and writes down that somebody said no (or that a gate had); gives the last event. */
  decline(proposal: Proposal, why: string): Promise<RunEvent>;
  /**
   * Watches the proofs of a run that has just recovered, for as long as its runbook says; all of it is in the ledger,
   * behind `ended`. Nothing when there is nothing to watch. Ends when the signal aborts (with why, in words), when another
   * run acts on the same target, or by itself.
   */
  watch(run: string, signal: AbortSignal): AsyncIterable<RunEvent>;
  /** Writes the operator's words down with a run, whether it goes on or has ended. Rejects with a LedgerError. */
  note(run: string, text: string): Promise<RunEvent>;
  /**
   * Proposes what undoes an ended run, as a run of its own; undefined when that run kept nothing to put back. `override`: why a
   * freeze or quiet hours are to be broken.
   */
  undoProposal(
    ended: readonly RunEvent[],
    runbook: Runbook | undefined,
    signal: AbortSignal,
    override?: string,
  ): Promise<Proposal | undefined>;
}

export interface ExecutorParts extends Omit<RunParts, 'checking'> {
  readonly ledger: Ledger;
  readonly who: LedgerActor;
  readonly newId: () => string;
  readonly mask: (text: string) => string;
  /** Who acts on what, among all processes. Absent: the locks beside the ledger. */
  readonly locks?: TargetLocks;
  /** With these, the bound values of each step are read by its operation's schema before anything is planned. */
  readonly modules?: readonly SourceModule[];
}
