import { dirname } from 'node:path';
import { defined } from '../domain/base/defined.ts';
import type { Runbook } from '../domain/runbooks/runbook.ts';
import type { PendingReset, ResetStanding, ShownReset } from '../domain/runs/pending-reset.ts';
import { begunDangers, type Proposal } from '../domain/runs/proposal.ts';
import type { DiagnosisResult, OperatorAnswers, RunEnding, RunEvent } from '../domain/runs/run.ts';
import { openReadIo } from '../doors/read-io.ts';
import { resetFile } from '../persistence/files/reset-file.ts';
import { LedgerError } from '../persistence/ledger/ledger-error.ts';
import { verifyTail } from '../persistence/ledger/verify-tail.ts';
import { createAsyncQueue } from '../platform/runtime/async-queue.ts';
import { maxProposalAgeMs } from './answer-checks.ts';
import { approvalRuleFor } from './approvals/approval-check.ts';
import { withChecks } from './checks/admission-checks.ts';
import { createChecklistGate } from './checks/checklist-gate.ts';
import { createCheckParts } from './context/check-parts.ts';
import type { Executor, ExecutorParts, ProposalRequest } from './context/executor-api.ts';
import type { PendingRun } from './context/pending-run.ts';
import { createActiveRun } from './context/run-context.ts';
import type { RunEnd } from './context/run-end.ts';
import { elapsedSince } from './environment/clock-instant.ts';
import { runTraceEvent } from './environment/run-trace.ts';
import { createIncidentTracker } from './incidents/incident-tracker.ts';
import { readingAlone, withOwnReadings } from './own-readings.ts';
import { findObstacle } from './planning/obstacle.ts';
import { propose } from './planning/propose.ts';
import { keepsTicks } from './policy/checklists.ts';
import { foreignRequest } from './recorded/foreign-request.ts';
import { findRun } from './recorded/recorded-run.ts';
import { createOwnRuns } from './records/own-runs.ts';
import { createRunRecorder, type RunRecorder, recordDiagnosis } from './records/recorder.ts';
import { brokenText, isKept } from './records/unattended.ts';
import { executeReset } from './resets/execute-reset.ts';
import { resetRequest } from './resets/reset-request.ts';
import { dropResets, isResetOf, overlapRefusal } from './resets/reset-schedule.ts';
import { executeRun } from './run.ts';
import { undoRequest } from './undo/undo.ts';
import { involvedSources } from './verification/acted-systems.ts';
import { declaredSystemChanges } from './verification/declared-system-changes.ts';
import { effectsOf } from './verification/witnesses.ts';
import { createRecoveryWatchRegistry } from './watching/recovery-watch-registry.ts';
import { watchRun } from './watching/watch-run.ts';

/**
 * Yields the events of some work as they occur. When the reader stops, the work is aborted and fully recorded before
 * control returns.
 */
async function* reported(
  signal: AbortSignal,
  work: (stop: AbortSignal, show: (event: RunEvent) => void) => Promise<void>,
): AsyncGenerator<RunEvent, void, undefined> {
  const left = new AbortController();
  const events = createAsyncQueue<RunEvent>();
  const done = work(AbortSignal.any([signal, left.signal]), events.put).finally(events.end);
  try {
    yield* events;
  } finally {
    left.abort('the program that reads the events has ended');
    await done;
  }
}

/** The executor of one open environment. */
export const createExecutor = (given: ExecutorParts): Executor => {
  const { clock } = given;
  const engine = withOwnReadings(given.engine, clock);
  const parts = { ...given, engine };
  const { system, env } = engine.profile;
  /** Pending proposals by run. A view only hands back the id of one. */
  const open = new Map<string, PendingRun>();
  const watching = createRecoveryWatchRegistry();
  const stateDir = dirname(parts.ledger.path);
  const checklists = createChecklistGate({
    ...{ engine, clock, stateDir, mask: parts.mask, who: parts.who },
    ...defined({ file: parts.checklists }),
    openIo: parts.openIo ?? ((options) => openReadIo(clock, options)),
    isSimulated: parts.drill === true,
    writers: { user: parts.mask(parts.who.user), approvals: parts.approvals },
  });
  const checking = createCheckParts({ ...parts, checklists });
  const resets = parts.resets ?? resetFile(stateDir);
  const ownRuns = parts.ownRuns ?? createOwnRuns();
  const find = (run: string) =>
    findRun(run, {
      ...{ engine, stateDir, own: ownRuns, user: parts.mask(parts.who.user), mask: parts.mask },
      ...defined({ generic: parts.generic, approvals: parts.approvals }),
    });

  /** Masks the confirmed names, as the names shown are masked. */
  const asShown = (answers: OperatorAnswers): OperatorAnswers => ({
    ...answers,
    names: answers.names.map((name) => parts.mask(name)),
  });

  const take = (run: string): PendingRun | undefined => {
    const pending = open.get(run);
    open.delete(run);
    return pending;
  };

  const forgetOld = (): void => {
    // Kept for twice the maximum age, so that a late answer learns that the plan is too old.
    for (const [run, { plannedAt }] of open)
      if (elapsedSince(plannedAt, clock.now(), clock) > 2 * maxProposalAgeMs) open.delete(run);
  };

  /** Events of a run of this process are kept, and their records have its proof. */
  const recorderFor = (run: string, show: (event: RunEvent) => void, runbook?: Runbook): RunRecorder => {
    const own = ownRuns.find(run);
    const seal = own === undefined ? {} : { seal: own.seal };
    return createRunRecorder(run, { ...parts, system, env, ...seal }, (event) => {
      if (isKept(event)) own?.events.push(event);
      engine.trace?.(runTraceEvent(event, runbook));
      show(event);
    });
  };

  const proposed = async (request: ProposalRequest, signal: AbortSignal): Promise<Proposal> => {
    forgetOld();
    const planned = await propose(parts.newId(), request, parts, signal);
    const overlap = await overlapRefusal(planned, { file: resets, mask: parts.mask });
    const pending =
      overlap === undefined || planned.proposal.refusal !== undefined
        ? await withChecks(planned, request, checking, signal)
        : { ...planned, proposal: { ...planned.proposal, refusal: overlap } };
    open.set(pending.proposal.run, pending);
    ownRuns.begin(pending.proposal.run);
    return pending.proposal;
  };

  /** Refuses what follows from a run whose records do not show who made it. */
  const foreignRun = (run: string, why: string, of: Proposal | undefined, signal: AbortSignal) =>
    proposed(foreignRequest(run, why, of), signal);

  const here = { system, env, ...defined({ drill: parts.drill }) };
  const pendingHere = async (): Promise<readonly PendingReset[]> => {
    const all = await resets.read();
    return all.filter((pendingReset) => isResetOf(pendingReset, here)).toSorted((a, b) => a.dueAt - b.dueAt);
  };

  const standingOf = async ({ run, step }: PendingReset): Promise<ResetStanding> => {
    if (ownRuns.find(run)?.dueAt.has(step) === true) return { is: 'own', why: '' };
    const found = await find(run);
    if (found.is === 'foreign') return { is: 'foreign', why: found.why };
    if (found.is === 'unknown' || resetRequest(found.events, step, found.gateOf) === undefined)
      return { is: 'foreign', why: 'the ledger records no change by this run, so there is nothing to undo' };
    return { is: 'asks', why: 'the process that made the change has ended: undo the run by hand' };
  };

  /**
   * Refuses a run that this executor has not planned, or that is no longer pending, without looking at its content.
   */
  const unknownRun = async (recorder: RunRecorder): Promise<void> => {
    const why = 'this plan was answered, has expired, or belongs to another process. Plan the run again';
    await recorder.note({ event: 'gated', passed: false, why });
    await recorder.note({ event: 'ended', ending: 'forbidden', why, sent: [] });
  };

  /** Ends a run without acting: with the refusal of its plan, or as given. */
  const endUnsent = async (
    run: string,
    end: RunEnd,
    diagnoses: readonly DiagnosisResult[] = [],
  ): Promise<readonly RunEvent[]> => {
    const events: RunEvent[] = [];
    const pending = take(run);
    const recorder = recorderFor(run, (event) => events.push(event), pending?.runbook);
    if (pending === undefined) {
      await unknownRun(recorder);
      return events;
    }
    await recorder.note({ event: 'planned', proposal: pending.proposal });
    await recordDiagnosis(recorder, diagnoses);
    await recorder.note({ event: 'ended', ...(pending.proposal.refusal ?? end), sent: [] });
    return events;
  };

  /** The runbook of a recorded run, if the profile still has it. */
  const runbookOf = (events: readonly RunEvent[]): Runbook | undefined => {
    const planned = events.find(({ event }) => event === 'planned');
    const id = planned?.event === 'planned' ? planned.proposal.runbook : undefined;
    return engine.profile.runbooks.find((runbook) => runbook.id === id);
  };

  /** True: another person has approved the run, where it needs that. */
  const isApproved = (pending: PendingRun): boolean =>
    approvalRuleFor(pending, checking) === undefined || pending.approval?.isConfirmed === true;

  const start = (
    proposal: Proposal,
    answers: OperatorAnswers,
    signal: AbortSignal,
    show: (event: RunEvent) => void,
  ) => {
    const pending = take(proposal.run);
    if (pending === undefined) return unknownRun(recorderFor(proposal.run, show));
    const incident = createIncidentTracker({
      ...{ engine, clock, runbook: pending.runbook.id },
      effects: effectsOf(pending.steps),
      systemChanges: declaredSystemChanges(pending.steps),
      involved: involvedSources(pending, engine),
    });
    if (incident !== undefined) pending.incident = incident;
    let hasActed = false;
    let ending: RunEnding | undefined;
    const begun = new Set<string>();
    const own = ownRuns.begin(proposal.run);
    const seen = (event: RunEvent): void => {
      hasActed ||= event.event === 'acting';
      if (event.event === 'acting') begun.add(event.step);
      if (event.event === 'ended') ending ??= event.ending;
      own.isAdmitted = hasActed && isApproved(pending);
      watching.seen(pending, event);
      show(event);
    };
    const recorder = recorderFor(proposal.run, seen, pending.runbook);
    const active = createActiveRun(
      pending,
      asShown(answers),
      { ...parts, checking, resets, own },
      recorder,
      signal,
    );
    const usesTicks = (): boolean =>
      hasActed && !keepsTicks({ ...defined({ ending }), begun: begunDangers(proposal, begun) });
    return executeRun(active).finally(() => checking.checklists.ended(proposal.run, usesTicks()));
  };

  const executor: Executor = {
    // What follows from an earlier run is planned only below.
    propose: ({ runbook, params, shown, override, outage }, signal) =>
      proposed({ runbook, params, ...defined({ shown, override, outage }) }, signal),
    obstacle: ({ runbook, params }, signal) => findObstacle({ runbook, params }, parts, signal),
    dryRun: ({ run }, diagnoses) =>
      endUnsent(run, { ending: 'dry-run', why: 'nothing was executed' }, diagnoses),
    execute: (proposal, answers, signal) =>
      reported(signal, (stop, show) => start(proposal, answers, stop, show)),
    watch: (run, signal) =>
      reported(signal, (stop, show) => watchRun(run, watching, parts, recorderFor(run, show), stop)),
    decline: async ({ run }, why) => {
      const events = await endUnsent(run, { ending: 'declined', why });
      const [last] = events.slice(-1);
      if (last === undefined) throw new Error('internal error: a run must end with an event');
      return last;
    },
    note: async (run, text) => {
      const recorder = recorderFor(run, () => {});
      const event = await recorder.note({ event: 'noted', text });
      const trouble = recorder.trouble();
      if (trouble !== undefined) throw new LedgerError(trouble);
      return event;
    },
    undoProposal: async (run, signal, reasons = {}) => {
      const found = await find(run);
      if (found.is === 'unknown') return undefined;
      if (found.is === 'foreign') return foreignRun(run, found.why, found.proposal, signal);
      const runbook = runbookOf(found.events);
      const request = undoRequest(found.events, runbook, found.gateOf);
      return request === undefined ? undefined : proposed({ ...request, ...reasons }, signal);
    },
    resets: async () => {
      const shown: ShownReset[] = [];
      for (const pendingReset of await pendingHere())
        shown.push({ ...pendingReset, standing: await standingOf(pendingReset) });
      return shown;
    },
    resetProposal: async ({ run, step }, signal, reasons = {}) => {
      const found = await find(run);
      if (found.is === 'unknown') return undefined;
      if (found.is === 'foreign') return foreignRun(run, found.why, found.proposal, signal);
      const request = resetRequest(found.events, step, found.gateOf);
      if (request === undefined) return undefined;
      const proposal = await proposed({ ...request, ...reasons }, signal);
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
    reset: (reset, signal, show = () => {}) =>
      executeReset(reset, {
        file: resets,
        own: ownRuns.find,
        tail: (run) => verifyTail(stateDir, new Set([run])),
        propose: (request) => proposed(request, signal),
        execute: (proposal, answers) =>
          reported(signal, (stop, listen) => start(proposal, answers, stop, listen)),
        refuse: ({ run }) => endUnsent(run, { ending: 'failed', why: 'a gate refused the reset' }),
        forget: ({ run }) => void open.delete(run),
        show,
      }),
  };
  return readingAlone(executor, given.engine);
};
