import { defined } from '../../domain/base/defined.ts';
import type { Runbook } from '../../domain/runbooks/runbook.ts';
import type { PendingReset, ResetStanding, ShownReset } from '../../domain/runs/pending-reset.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import type { ResetFile } from '../../persistence/files/reset-file.ts';
import { verifyTail } from '../../persistence/ledger/verify-tail.ts';
import type { Executor, ExecutorParts, ProposalRequest } from '../context/executor-api.ts';
import type { OwnRuns } from '../records/own-runs.ts';
import { brokenText } from '../records/unattended.ts';
import { resetRequest } from '../resets/reset-request.ts';
import { dropResets, isResetOf } from '../resets/reset-schedule.ts';
import { undoRequest } from '../undo/undo.ts';
import { barredRequest } from './barred-request.ts';
import { type FoundRun, findRun } from './recorded-run.ts';

interface Parts {
  readonly parts: ExecutorParts;
  readonly stateDir: string;
  readonly resets: ResetFile;
  readonly ownRuns: OwnRuns;
  plan(request: ProposalRequest, signal: AbortSignal): Promise<Proposal>;
}

type FollowUps = Pick<Executor, 'undoProposal' | 'resets' | 'resetProposal' | 'ledgerProblem'>;

/** The runbook of a recorded run, if the profile still has it. */
const runbookOf = (events: readonly RunEvent[], runbooks: readonly Runbook[]): Runbook | undefined => {
  const planned = events.find(({ event }) => event === 'planned');
  const id = planned?.event === 'planned' ? planned.proposal.runbook : undefined;
  return runbooks.find((runbook) => runbook.id === id);
};

/** Proposes what follows from earlier runs: their undo, and the resets of their temporary changes. */
export const createFollowUps = ({ parts, stateDir, resets, ownRuns, plan }: Parts): FollowUps => {
  const { engine, mask } = parts;
  const { system, env, runbooks } = engine.profile;
  const here = { system, env, ...defined({ drill: parts.drill }) };

  const find = (run: string, signal: AbortSignal) =>
    findRun(
      run,
      {
        ...{ engine, stateDir, own: ownRuns, user: mask(parts.who.user), mask },
        ...defined({ generic: parts.generic, approvals: parts.approvals }),
      },
      signal,
    );

  /** Refuses what follows from a run whose records do not show who made it, or whose source is not reached. */
  const barredRun = (
    run: string,
    found: Extract<FoundRun, { is: 'foreign' | 'unreached' }>,
    signal: AbortSignal,
  ) => {
    const barred =
      found.is === 'foreign'
        ? `the record of run ${run} is foreign, so opsdeck does not act on it: ${found.why}`
        : `run ${run} cannot be undone now: ${found.why}`;
    return plan(barredRequest(run, barred, found.proposal), signal);
  };

  const pendingHere = async (): Promise<readonly PendingReset[]> => {
    const all = await resets.read();
    return all.filter((pendingReset) => isResetOf(pendingReset, here)).toSorted((a, b) => a.dueAt - b.dueAt);
  };

  const standingOf = async ({ run, step }: PendingReset, signal: AbortSignal): Promise<ResetStanding> => {
    if (ownRuns.find(run)?.dueAt.has(step) === true) return { is: 'own', why: '' };
    const found = await find(run, signal);
    if (found.is === 'foreign') return { is: 'foreign', why: found.why };
    if (found.is === 'unreached') return { is: 'asks', why: found.why };
    if (found.is === 'unknown' || resetRequest(found.events, step, found.gateOf) === undefined)
      return { is: 'foreign', why: 'the ledger records no change by this run, so there is nothing to undo' };
    return { is: 'asks', why: 'the process that made the change has ended: undo the run by hand' };
  };

  return {
    undoProposal: async (run, signal, reasons = {}) => {
      const found = await find(run, signal);
      if (found.is === 'unknown') return undefined;
      if (found.is === 'foreign' || found.is === 'unreached') return barredRun(run, found, signal);
      const request = undoRequest(found.events, runbookOf(found.events, runbooks), found.gateOf);
      return request === undefined ? undefined : plan({ ...request, ...reasons }, signal);
    },
    resets: async (signal) => {
      // Beside each other: one whose source is not reached delays no other one.
      return Promise.all(
        (await pendingHere()).map(
          async (pendingReset): Promise<ShownReset> => ({
            ...pendingReset,
            standing: await standingOf(pendingReset, signal),
          }),
        ),
      );
    },
    resetProposal: async ({ run, step }, signal, reasons = {}) => {
      const found = await find(run, signal);
      if (found.is === 'unknown') return undefined;
      if (found.is === 'foreign' || found.is === 'unreached') return barredRun(run, found, signal);
      const request = resetRequest(found.events, step, found.gateOf);
      if (request === undefined) return undefined;
      const proposal = await plan({ ...request, ...reasons }, signal);
      if (proposal.refusal?.ending === 'not-applicable')
        await dropResets(resets, (pendingReset) => pendingReset.run === run && pendingReset.step === step);
      return proposal;
    },
    ledgerProblem: async () => {
      const runs = new Set((await pendingHere()).map(({ run }) => run));
      if (runs.size === 0) return undefined;
      const { broken } = await verifyTail(stateDir, runs);
      return broken === undefined ? undefined : brokenText(broken);
    },
  };
};
