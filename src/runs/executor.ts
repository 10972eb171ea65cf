import { dirname } from 'node:path';
import type { Proposal } from '../domain/proposal.ts';
import type { DiagnosisResult, OperatorAnswers, RunEvent } from '../domain/run.ts';
import type { Runbook } from '../domain/runbook.ts';
import { openReadIo } from '../doors/read-io.ts';
import { LedgerError } from '../persistence/ledger/ledger-error.ts';
import { readLedger } from '../persistence/ledger/read-ledger.ts';
import { resetFile } from '../persistence/reset-file.ts';
import { createAsyncQueue } from '../platform/async-queue.ts';
import { maxProposalAgeMs } from './answer-checks.ts';
import { withChecks } from './checks/admission-checks.ts';
import { createCheckParts } from './checks/check-parts.ts';
import { createChecklistGate } from './checks/checklist-gate.ts';
import { elapsedSince } from './clock-instant.ts';
import type { Executor, ExecutorParts, ProposalRequest } from './executor-api.ts';
import { createIncidentTracker } from './incident/incident-tracker.ts';
import { readingAlone, withOwnReadings } from './own-readings.ts';
import type { PendingRun } from './pending-run.ts';
import { propose } from './planning/propose.ts';
import { createRunRecorder, type RunRecorder, recordDiagnosis } from './recorder.ts';
import { executeReset } from './resets/execute-reset.ts';
import { isResetOf, overlapRefusal } from './resets/reset-schedule.ts';
import { executeRun } from './run.ts';
import { createActiveRun } from './run-context.ts';
import type { RunEnd } from './run-end.ts';
import { runTraceEvent } from './run-trace.ts';
import { undoRequest } from './undo/undo.ts';
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
    left.abort('the caller stopped listening');
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
    ...(parts.checklists === undefined ? {} : { file: parts.checklists }),
    openIo: parts.openIo ?? ((options) => openReadIo(clock, options)),
    isSimulated: parts.drill === true,
  });
  const checking = createCheckParts({ ...parts, checklists });
  const resets = parts.resets ?? resetFile(stateDir);

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

  const recorderFor = (run: string, show: (event: RunEvent) => void, runbook?: Runbook): RunRecorder =>
    createRunRecorder(run, { ...parts, system, env }, (event) => {
      engine.trace?.(runTraceEvent(event, runbook));
      show(event);
    });

  const proposed = async (request: ProposalRequest, signal: AbortSignal): Promise<Proposal> => {
    forgetOld();
    const planned = await propose(parts.newId(), request, parts, signal);
    const overlap = await overlapRefusal(planned, { file: resets, mask: parts.mask });
    const pending =
      overlap === undefined || planned.proposal.refusal !== undefined
        ? await withChecks(planned, request, checking, signal)
        : { ...planned, proposal: { ...planned.proposal, refusal: overlap } };
    open.set(pending.proposal.run, pending);
    return pending.proposal;
  };

  /**
   * Refuses a run that this executor has not planned, or that is no longer pending, without looking at its content.
   */
  const unknownRun = async (recorder: RunRecorder): Promise<void> => {
    const why = 'no such pending plan: it was already answered, has expired, or belongs to another process';
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
    });
    if (incident !== undefined) pending.incident = incident;
    let hasActed = false;
    const seen = (event: RunEvent): void => {
      hasActed ||= event.event === 'acting';
      watching.seen(pending, event);
      show(event);
    };
    const recorder = recorderFor(proposal.run, seen, pending.runbook);
    const active = createActiveRun(
      pending,
      asShown(answers),
      { ...parts, checking, resets },
      recorder,
      signal,
    );
    return executeRun(active).finally(() => checking.checklists.ended(proposal.run, hasActed));
  };

  const executor: Executor = {
    propose: proposed,
    dryRun: ({ run }, diagnoses) =>
      endUnsent(run, { ending: 'dry-run', why: 'nothing was executed' }, diagnoses),
    execute: (proposal, answers, signal) =>
      reported(signal, (stop, show) => start(proposal, answers, stop, show)),
    watch: (run, signal) =>
      reported(signal, (stop, show) => watchRun(run, watching, parts, recorderFor(run, show), stop)),
    decline: async ({ run }, why) => {
      const events = await endUnsent(run, { ending: 'declined', why });
      const [last] = events.slice(-1);
      if (last === undefined) throw new Error('a run always ends with an event');
      return last;
    },
    note: async (run, text) => {
      const recorder = recorderFor(run, () => {});
      const event = await recorder.note({ event: 'noted', text });
      const trouble = recorder.trouble();
      if (trouble !== undefined) throw new LedgerError(trouble);
      return event;
    },
    undoProposal: async (ended, runbook, signal, reasons = {}) => {
      const request = undoRequest(ended, runbook);
      if (request === undefined) return undefined;
      return proposed({ ...request, ...reasons }, signal);
    },
    resets: async () => {
      const here = { system, env, ...(parts.drill === undefined ? {} : { drill: parts.drill }) };
      const all = await resets.read();
      return all.filter((one) => isResetOf(one, here)).toSorted((a, b) => a.dueAt - b.dueAt);
    },
    reset: (reset, signal, show = () => {}) =>
      executeReset(reset, {
        file: resets,
        events: async (run) => (await readLedger(stateDir, { run })).map(({ entry }) => entry),
        propose: (request) => proposed(request, signal),
        execute: (proposal, answers) =>
          reported(signal, (stop, listen) => start(proposal, answers, stop, listen)),
        refuse: ({ run }) => endUnsent(run, { ending: 'failed', why: 'the reset was refused' }),
        forget: ({ run }) => void open.delete(run),
        show,
      }),
  };
  return readingAlone(executor, given.engine);
};
