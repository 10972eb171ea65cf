import { dirname } from 'node:path';
import { defined } from '../domain/base/defined.ts';
import type { Runbook } from '../domain/runbooks/runbook.ts';
import { begunDangers, type Proposal } from '../domain/runs/proposal.ts';
import type { DiagnosisResult, OperatorAnswers, RunEnding, RunEvent } from '../domain/runs/run.ts';
import { openReadIo } from '../doors/read-io.ts';
import { type ResetFile, resetFile } from '../persistence/files/reset-file.ts';
import { LedgerError } from '../persistence/ledger/ledger-error.ts';
import { verifyTail } from '../persistence/ledger/verify-tail.ts';
import { createAsyncQueue } from '../platform/runtime/async-queue.ts';
import { maxProposalAgeMs } from './answer-checks.ts';
import { approvalRuleFor } from './approvals/approval-check.ts';
import { withChecks } from './checks/admission-checks.ts';
import { createChecklistGate } from './checks/checklist-gate.ts';
import { type CheckParts, createCheckParts } from './context/check-parts.ts';
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
import { createFollowUps } from './recorded/follow-ups.ts';
import { createOwnRuns, type OwnRuns } from './records/own-runs.ts';
import { createRunRecorder, type RunRecorder, recordDiagnosis } from './records/recorder.ts';
import { isKept } from './records/unattended.ts';
import { executeReset } from './resets/execute-reset.ts';
import { overlapRefusal } from './resets/reset-schedule.ts';
import { executeRun } from './run.ts';
import { involvedSources } from './verification/acted-systems.ts';
import { declaredSystemChanges } from './verification/declared-system-changes.ts';
import { effectsOf } from './verification/witnesses.ts';
import {
  createRecoveryWatchRegistry,
  type RecoveryWatchRegistry,
} from './watching/recovery-watch-registry.ts';
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
    left.abort('the program that reads the events of the run has exited');
    await done;
  }
}

/** The parts of an executor, with its own readings, and its memory of the runs of this process. */
interface OpenExecutor {
  readonly parts: ExecutorParts;
  readonly stateDir: string;
  readonly checking: CheckParts;
  readonly resets: ResetFile;
  readonly ownRuns: OwnRuns;
  readonly watching: RecoveryWatchRegistry;
  /** Pending proposals by run. A view only hands back the id of one. */
  readonly open: Map<string, PendingRun>;
}

const openExecutor = (given: ExecutorParts): OpenExecutor => {
  const { clock } = given;
  const engine = withOwnReadings(given.engine, clock);
  const parts = { ...given, engine };
  const stateDir = dirname(parts.ledger.path);
  const checklists = createChecklistGate({
    ...{ engine, clock, stateDir, mask: parts.mask, who: parts.who },
    ...defined({ file: parts.checklists }),
    openIo: parts.openIo ?? ((options) => openReadIo(clock, options)),
    isSimulated: parts.drill === true,
    writers: { user: parts.mask(parts.who.user), approvals: parts.approvals },
  });
  return {
    parts,
    stateDir,
    checking: createCheckParts({ ...parts, checklists }),
    resets: parts.resets ?? resetFile(stateDir),
    ownRuns: parts.ownRuns ?? createOwnRuns(),
    watching: createRecoveryWatchRegistry(),
    open: new Map(),
  };
};

const take = ({ open }: OpenExecutor, run: string): PendingRun | undefined => {
  const pending = open.get(run);
  open.delete(run);
  return pending;
};

const forgetOld = ({ open, parts: { clock } }: OpenExecutor): void => {
  // Kept for twice the maximum age, so that a late answer learns that the plan is too old.
  for (const [run, { plannedAt }] of open)
    if (elapsedSince(plannedAt, clock.now(), clock) > 2 * maxProposalAgeMs) open.delete(run);
};

/** Events of a run of this process are kept, and their records have its proof. */
const recorderFor = (
  { parts, ownRuns }: OpenExecutor,
  run: string,
  show: (event: RunEvent) => void,
  runbook?: Runbook,
): RunRecorder => {
  const { system, env } = parts.engine.profile;
  const own = ownRuns.find(run);
  const seal = own === undefined ? {} : { seal: own.seal };
  return createRunRecorder(run, { ...parts, system, env, ...seal }, (event) => {
    if (isKept(event)) own?.events.push(event);
    parts.engine.trace?.(runTraceEvent(event, runbook));
    show(event);
  });
};

const proposed = async (
  executor: OpenExecutor,
  request: ProposalRequest,
  signal: AbortSignal,
): Promise<Proposal> => {
  const { parts, checking, resets, ownRuns, open } = executor;
  forgetOld(executor);
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

/**
 * Refuses a run that this executor has not planned, or that is no longer pending, without looking at its content.
 */
const unknownRun = async (recorder: RunRecorder): Promise<void> => {
  const why =
    'this plan was already answered, has expired, or belongs to another process. Plan the run again';
  await recorder.note({ event: 'gated', passed: false, why });
  await recorder.note({ event: 'ended', ending: 'forbidden', why, sent: [] });
};

/** Ends a run without acting: with the refusal of its plan, or as given. */
const endUnsent = async (
  executor: OpenExecutor,
  run: string,
  end: RunEnd,
  diagnoses: readonly DiagnosisResult[] = [],
): Promise<readonly RunEvent[]> => {
  const events: RunEvent[] = [];
  const pending = take(executor, run);
  const recorder = recorderFor(executor, run, (event) => events.push(event), pending?.runbook);
  if (pending === undefined) {
    await unknownRun(recorder);
    return events;
  }
  await recorder.note({ event: 'planned', proposal: pending.proposal });
  await recordDiagnosis(recorder, diagnoses);
  await recorder.note({ event: 'ended', ...(pending.proposal.refusal ?? end), sent: [] });
  return events;
};

/** True: another person has approved the run, where it needs that. */
const isApproved = (pending: PendingRun, checking: CheckParts): boolean =>
  approvalRuleFor(pending, checking) === undefined || pending.approval?.isConfirmed === true;

const start = (
  executor: OpenExecutor,
  proposal: Proposal,
  answers: OperatorAnswers,
  signal: AbortSignal,
  show: (event: RunEvent) => void,
): Promise<void> => {
  const { parts, checking, resets, ownRuns, watching } = executor;
  const { engine, clock } = parts;
  const pending = take(executor, proposal.run);
  if (pending === undefined) return unknownRun(recorderFor(executor, proposal.run, show));
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
    own.isAdmitted = hasActed && isApproved(pending, checking);
    watching.seen(pending, event);
    show(event);
  };
  // The names shown are masked, so those confirmed are, too.
  const asShown = { ...answers, names: answers.names.map((name) => parts.mask(name)) };
  const recorder = recorderFor(executor, proposal.run, seen, pending.runbook);
  const active = createActiveRun(pending, asShown, { ...parts, checking, resets, own }, recorder, signal);
  const usesTicks = (): boolean =>
    hasActed && !keepsTicks({ ...defined({ ending }), begun: begunDangers(proposal, begun) });
  return executeRun(active).finally(() => checking.checklists.ended(proposal.run, usesTicks()));
};

/** The executor of one open environment. */
export const createExecutor = (given: ExecutorParts): Executor => {
  const opened = openExecutor(given);
  const { parts, stateDir, resets, ownRuns, watching, open } = opened;
  const plan = (request: ProposalRequest, signal: AbortSignal) => proposed(opened, request, signal);
  const executor: Executor = {
    // What follows from an earlier run is planned only by `createFollowUps`.
    propose: ({ runbook, params, shown, override, outage }, signal) =>
      plan({ runbook, params, ...defined({ shown, override, outage }) }, signal),
    obstacle: ({ runbook, params }, signal) => findObstacle({ runbook, params }, parts, signal),
    dryRun: ({ run }, diagnoses) =>
      endUnsent(opened, run, { ending: 'dry-run', why: 'nothing was executed' }, diagnoses),
    execute: (proposal, answers, signal) =>
      reported(signal, (stop, show) => start(opened, proposal, answers, stop, show)),
    watch: (run, signal) =>
      reported(signal, (stop, show) => watchRun(run, watching, parts, recorderFor(opened, run, show), stop)),
    decline: async ({ run }, why) => {
      const events = await endUnsent(opened, run, { ending: 'declined', why });
      const [last] = events.slice(-1);
      if (last === undefined) throw new Error('internal error: a run must end with an event');
      return last;
    },
    note: async (run, text) => {
      const recorder = recorderFor(opened, run, () => {});
      const event = await recorder.note({ event: 'noted', text });
      const trouble = recorder.trouble();
      if (trouble !== undefined) throw new LedgerError(trouble);
      return event;
    },
    ...createFollowUps({ parts, stateDir, resets, ownRuns, plan }),
    reset: (reset, signal, show = () => {}) =>
      executeReset(reset, {
        file: resets,
        own: ownRuns.find,
        tail: (run) => verifyTail(stateDir, new Set([run])),
        propose: (request) => plan(request, signal),
        execute: (proposal, answers) =>
          reported(signal, (stop, listen) => start(opened, proposal, answers, stop, listen)),
        refuse: ({ run }) => endUnsent(opened, run, { ending: 'failed', why: 'a gate refused the reset' }),
        forget: ({ run }) => void open.delete(run),
        show,
      }),
  };
  return readingAlone(executor, given.engine);
};
