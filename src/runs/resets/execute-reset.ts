import { defined } from '../../domain/base/defined.ts';
import { isSameReset, type PendingReset, type ResetOutcome } from '../../domain/runs/pending-reset.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import type { OperatorAnswers, RunEvent } from '../../domain/runs/run.ts';
import type { ResetFile } from '../../persistence/files/reset-file.ts';
import type { LedgerTail } from '../../persistence/ledger/verify-tail.ts';
import type { ProposalRequest } from '../context/executor-api.ts';
import type { OwnRun } from '../records/own-runs.ts';
import { unattendedProblem } from '../records/unattended.ts';
import { resetRequest } from './reset-request.ts';

type Ended = Extract<RunEvent, { event: 'ended' }>;

interface ResetParts {
  readonly file: ResetFile;
  /** The run in the memory of this process. */
  own(run: string): OwnRun | undefined;
  /** The verified end of the ledger, back to the run. */
  tail(run: string): Promise<LedgerTail>;
  propose(request: ProposalRequest): Promise<Proposal>;
  execute(proposal: Proposal, answers: OperatorAnswers): AsyncIterable<RunEvent>;
  /** Ends a refused proposal, and records it. */
  refuse(proposal: Proposal): Promise<readonly RunEvent[]>;
  /** Forgets a proposal whose refusal is already recorded. */
  forget(proposal: Proposal): void;
  show(event: RunEvent): void;
}

/** The confirmation was given with the change: a gate that asks for more refuses the reset. */
const answers: OperatorAnswers = { names: [], pasted: false, by: 'flag', ticks: [], tick: async () => false };

const remove = async ({ file }: ResetParts, reset: PendingReset): Promise<void> =>
  file.update((known) => known.filter((pendingReset) => !isSameReset(pendingReset, reset)));

const keep = async (
  { file }: ResetParts,
  reset: PendingReset,
  problem: string,
  isAttempt: boolean,
): Promise<void> =>
  file.update((known) =>
    known.map((pendingReset) =>
      isSameReset(pendingReset, reset)
        ? { ...pendingReset, problem, attempts: pendingReset.attempts + (isAttempt ? 1 : 0) }
        : pendingReset,
    ),
  );

const endIn = (events: readonly RunEvent[]): Ended | undefined => {
  const ended = events.findLast((event) => event.event === 'ended');
  return ended?.event === 'ended' ? ended : undefined;
};

/** A refusal for good ends the reset. Any other, such as a freeze or a lost connection, may pass. */
const refused = async (
  reset: PendingReset,
  proposal: Proposal & { readonly refusal: NonNullable<Proposal['refusal']> },
  parts: ResetParts,
): Promise<ResetOutcome> => {
  const { ending, why } = proposal.refusal;
  const isFinal = ending === 'not-applicable';
  if (!isFinal && why === reset.problem) {
    parts.forget(proposal);
    return { is: 'kept', why };
  }
  const events = await parts.refuse(proposal);
  for (const event of events) parts.show(event);
  await (isFinal ? remove(parts, reset) : keep(parts, reset, why, false));
  const ended = endIn(events);
  return { is: isFinal ? 'over' : 'kept', why, ...defined({ ended }) };
};

const carryOut = async (reset: PendingReset, parts: ResetParts): Promise<ResetOutcome> => {
  const own = parts.own(reset.run);
  const barred = unattendedProblem(reset, own, await parts.tail(reset.run));
  if (own === undefined || barred !== undefined) return { is: 'kept', why: barred ?? '' };
  const request = resetRequest(own.events, reset.step, 'unattended');
  if (request === undefined) {
    await remove(parts, reset);
    return { is: 'over', why: 'the run has made no change to undo' };
  }
  const proposal = await parts.propose(request);
  const { refusal } = proposal;
  if (refusal !== undefined) return refused(reset, { ...proposal, refusal }, parts);
  const events: RunEvent[] = [];
  for await (const event of parts.execute(proposal, answers)) {
    events.push(event);
    parts.show(event);
  }
  const ended = endIn(events);
  if (ended === undefined) return { is: 'kept', why: 'the run was interrupted. Undo the run by hand' };
  const isOver = ended.ending === 'recovered' || ended.ending === 'not-applicable';
  const hasActed = events.some(({ event }) => event === 'acting');
  await (isOver ? remove(parts, reset) : keep(parts, reset, ended.why, hasActed));
  return { is: isOver ? 'over' : 'kept', why: ended.why, ended };
};

/**
 * Carries out a due reset as a run of its own, with every check except the confirmation. The list only names it: what is sent
 * is what this process has planned, and anything else waits for a person. Undefined when another process
 * is doing so, or has done so.
 */
export const executeReset = async (
  target: Pick<PendingReset, 'run' | 'step'>,
  parts: ResetParts,
): Promise<ResetOutcome | undefined> => {
  const claim = await parts.file.claim(target);
  if (claim === undefined) return undefined;
  try {
    const reset = (await parts.file.read()).find((pendingReset) => isSameReset(pendingReset, target));
    return reset === undefined ? undefined : await carryOut(reset, parts);
  } finally {
    await claim.release();
  }
};
