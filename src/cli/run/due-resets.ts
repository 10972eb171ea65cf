import type { ShownReset } from '../../domain/runs/pending-reset.ts';
import type { OverrideReasons, Proposal } from '../../domain/runs/proposal.ts';
import type { OperatorAnswers, RunEvent } from '../../domain/runs/run.ts';
import { outcomeOf } from '../../domain/runs/run-outcome.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { Executor } from '../../runs/context/executor-api.ts';
import type { Output } from '../command/output.ts';

interface Parts {
  readonly executor: Executor;
  readonly clock: Pick<Clock, 'wallNow'>;
  readonly output: Pick<Output, 'error'>;
  readonly reasons: OverrideReasons;
  /** The answers of the flags. */
  readonly answers: OperatorAnswers;
  listen(event: RunEvent): void;
}

/** 'logger com.shop … at 2026-03-04T10:30:00Z' */
const laterText = ({ title, dueAt, run }: ShownReset): string =>
  `${title}: at ${new Date(dueAt).toISOString()} (run ${run})`;

/** The answers to one of several resets: each gets the confirmed names that are its targets. */
const answersTo = ({ names }: Proposal, answers: OperatorAnswers, isOnly: boolean): OperatorAnswers =>
  isOnly ? answers : { ...answers, names: answers.names.filter((name) => names.includes(name)) };

type Ended = Extract<RunEvent, { event: 'ended' }>;

/** Executes a reset with the answers of the flags; returns its end. */
const execute = async (
  proposal: Proposal,
  answers: OperatorAnswers,
  { executor, listen }: Parts,
  signal: AbortSignal,
): Promise<Pick<Ended, 'ending' | 'why'>> => {
  let end: Pick<Ended, 'ending' | 'why'> = {
    ending: 'failed',
    why: 'opsdeck did not see the end of the reset: check the target',
  };
  for await (const event of executor.execute(proposal, answers, signal)) {
    listen(event);
    if (event.event === 'ended') end = event;
  }
  return end;
};

/**
 * Carries out the resets of the environment that are due, one after the other, each with the gates of an ordinary run: this
 * process did not make their changes. Returns the exit code of the first that did not restore its object; a reset that is not
 * due is none.
 */
export const runDueResets = async (parts: Parts, signal: AbortSignal): Promise<number> => {
  const { executor, clock, output, reasons, answers } = parts;
  let code = 0;
  const pending = await executor.resets(signal);
  const due = pending.filter(({ dueAt }) => clock.wallNow() >= dueAt);
  for (const reset of pending) {
    if (signal.aborted) break;
    if (!due.includes(reset)) {
      output.error(`opsdeck: not due: ${laterText(reset)}`);
      continue;
    }
    const proposal = await executor.resetProposal(reset, signal, reasons);
    if (proposal === undefined) continue;
    const { ending, why } = await execute(
      proposal,
      answersTo(proposal, answers, due.length === 1),
      parts,
      signal,
    );
    if (ending !== 'recovered') output.error(`opsdeck: ${reset.title}: ${why}`);
    // A reset restores its object, and is not meant to end an incident.
    code ||= outcomeOf({ ending, why }).exit;
  }
  return code;
};
