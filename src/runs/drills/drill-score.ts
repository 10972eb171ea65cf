import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { type DrillEvent, type DrillScore, penaltyMs, type WrongTurn } from '../../domain/drills/drill.ts';
import { goesOn, type IncidentStatus } from '../../domain/incidents/incident-status.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import { isUnverified, type RunEvent } from '../../domain/runs/run.ts';
import { outcomeOf } from '../../domain/runs/run-outcome.ts';
import { isChanging } from '../policy/danger.ts';

/** The events of one run. */
interface DrillRun {
  readonly proposal?: Proposal;
  readonly events: readonly RunEvent[];
}

const earliest = (times: readonly Millis[]): Millis | undefined =>
  times.length === 0 ? undefined : Math.min(...times);

const isRunEvent = (event: DrillEvent): event is RunEvent => 'run' in event;

const runsOf = (events: readonly DrillEvent[]): readonly DrillRun[] => {
  const runs = new Map<string, RunEvent[]>();
  for (const event of events) {
    if (!isRunEvent(event)) continue;
    const own = runs.get(event.run) ?? [];
    runs.set(event.run, own);
    own.push(event);
  }
  return [...runs.values()].map((own) => {
    const planned = own.find((event) => event.event === 'planned');
    return { events: own, ...defined({ proposal: planned?.proposal }) };
  });
};

const endOf = ({ events }: DrillRun) => events.find((event) => event.event === 'ended');

/** True while a run is under way: an earlier one may have recovered, but the operator still waits for this one. */
export const isRunUnderWay = (events: readonly DrillEvent[]): boolean =>
  runsOf(events).some((run) => run.proposal !== undefined && endOf(run) === undefined);

const firstAt = ({ events }: DrillRun, name: RunEvent['event']): Millis | undefined =>
  events.find(({ event }) => event === name)?.at;

/** Outcomes of runs whose own verification held. */
const verifiedOutcomes: ReadonlySet<string> = new Set(['recovered', 'incident-goes-on']);

/** True if its own verification held. A runbook without verification proves nothing. */
const isVerified = (run: DrillRun): boolean => {
  const end = endOf(run);
  return end !== undefined && verifiedOutcomes.has(outcomeOf(end, end.incident).is);
};

const statusesOf = ({
  events,
}: DrillRun): readonly { readonly at: Millis; readonly status: IncidentStatus }[] =>
  events.flatMap((event) =>
    (event.event === 'ended' || event.event === 'incident') && event.incident !== undefined
      ? [{ at: event.at, status: event.incident }]
      : [],
  );

/** When the symptoms were gone: by the simulator, or by the findings around a run, whichever says so first. */
const goneAt = (events: readonly DrillEvent[], runs: readonly DrillRun[]): Millis | undefined => {
  const clear = runs.flatMap((run) =>
    statusesOf(run).flatMap(({ at, status }) => (goesOn(status) ? [] : [at])),
  );
  const healed = events.flatMap(({ event, at }) => (event === 'healed' ? [at] : []));
  return earliest([...clear, ...healed]);
};

/** The run that fixed it: the last verified one confirmed before the symptoms were gone, else the first after. */
const recoveryOf = (
  runs: readonly DrillRun[],
  gone: Millis | undefined,
): { readonly run: DrillRun; readonly at: Millis } | undefined => {
  if (gone === undefined) return undefined;
  const verified = runs.filter(isVerified);
  const before = verified.filter((run) => (firstAt(run, 'confirmed') ?? Number.POSITIVE_INFINITY) <= gone);
  const run = before.at(-1) ?? verified[0];
  const end = run === undefined ? undefined : endOf(run);
  return run === undefined || end === undefined ? undefined : { run, at: Math.max(end.at, gone) };
};

/** When a run first changed something: by its own action, or by a manual step that the operator has marked as done. */
const changedAt = ({ events, proposal }: DrillRun): Millis | undefined =>
  events.find(
    (event) =>
      (event.event === 'acting' && proposal !== undefined && isChanging(proposal.danger)) ||
      (event.event === 'ticked' && event.done && event.ask !== true),
  )?.at;

/** The last run that changed something before the symptoms were gone; undefined: nothing was changed. */
const lastActBefore = (runs: readonly DrillRun[], gone: Millis): DrillRun | undefined =>
  runs.findLast((run) => (changedAt(run) ?? Number.POSITIVE_INFINITY) <= gone);

/** True if findings had gone before the next run was confirmed, so that the improvement is its own. */
const hasHelped = (run: DrillRun, until: Millis): boolean =>
  statusesOf(run).some(
    ({ at, status: { state, began, remaining, unknown, vanished = 0 } }) =>
      at <= until &&
      (state === 'all-clear' || state === 'clearing' || (unknown + vanished === 0 && remaining < began)),
  );

/**
 * True if a run was carried out and did not help: its verification did not hold, or it is another runbook than the right
 * one and no finding went. Reading, informing without verification, and taking a run back are no wrong turns.
 */
const isWrong = (run: DrillRun, right: string | undefined, until: Millis): boolean => {
  const { proposal } = run;
  const end = endOf(run);
  if (firstAt(run, 'acting') === undefined || end === undefined || isUnverified(end)) return false;
  if (proposal === undefined || !isChanging(proposal.danger) || proposal.undoes !== undefined) return false;
  return end.ending !== 'recovered' || (proposal.runbook !== right && !hasHelped(run, until));
};

const wrongTurnsOf = (
  events: readonly DrillEvent[],
  runs: readonly DrillRun[],
  right: string | undefined,
): readonly WrongTurn[] => {
  const confirmedAt = runs.flatMap((run) => firstAt(run, 'confirmed') ?? []);
  const wrongRuns = runs.flatMap((run): readonly WrongTurn[] => {
    const end = endOf(run);
    const own = firstAt(run, 'confirmed') ?? 0;
    const next = Math.min(...confirmedAt.filter((time) => time > own), Number.POSITIVE_INFINITY);
    if (end === undefined || !isWrong(run, right, next)) return [];
    const result = isVerified(run)
      ? 'the checks of the run passed, but all problems are still there'
      : outcomeOf(end).word.toLowerCase();
    return [{ is: 'runbook', text: `${run.proposal?.runbook ?? ''}: ${result}` }];
  });
  const refused = events.flatMap((event): readonly WrongTurn[] =>
    event.event === 'gated' && !event.passed ? [{ is: 'gate', text: event.why }] : [],
  );
  const mistyped = events.flatMap(({ event }): readonly WrongTurn[] =>
    event === 'mistyped'
      ? [{ is: 'confirmation', text: 'you typed a wrong name when you confirmed a run' }]
      : [],
  );
  return [...wrongRuns, ...refused, ...mistyped];
};

const hasGate = ({ gate }: Proposal): boolean => gate.arm || gate.confirm || gate.typed || gate.windowMs > 0;

const gatesOf = (runs: readonly DrillRun[]): DrillScore['gates'] => {
  const gated = (run: DrillRun, passed: boolean): boolean =>
    run.events.some((event) => event.event === 'gated' && event.passed === passed);
  const passed = runs.filter(
    (run) => gated(run, true) && run.proposal !== undefined && hasGate(run.proposal),
  );
  return {
    passed: passed.length,
    refused: runs.filter((run) => gated(run, false)).length,
    overridden: passed.filter(
      ({ proposal }) => proposal?.override !== undefined || proposal?.outage !== undefined,
    ).length,
  };
};

/** When a runbook was first planned; each plan comes with its diagnosis. */
const plannedAt = (runs: readonly DrillRun[], runbook: string | undefined): Millis | undefined =>
  earliest(
    runs.flatMap(({ proposal }) =>
      proposal !== undefined && proposal.runbook === runbook ? [proposal.plannedAt] : [],
    ),
  );

/**
 * Scores a drill from its events, in order. `start`: on the clock of the events. Which runbook is right is known only by
 * its recovery, so a drill that has not recovered has no time to diagnosis.
 */
export const scoreDrill = (start: Millis, events: readonly DrillEvent[]): DrillScore => {
  const runs = runsOf(events);
  const gone = goneAt(events, runs);
  const recovery = recoveryOf(runs, gone);
  const isHealed = recovery === undefined && gone !== undefined;
  const runbook = recovery?.run.proposal?.runbook;
  const since = (time: Millis | undefined): Millis | undefined =>
    time === undefined ? undefined : Math.max(0, time - start);
  // Who plans a runbook has noticed a problem, also without selecting its row.
  const noticedMs = since(
    earliest([
      ...events.flatMap(({ event, at }) => (event === 'noticed' ? [at] : [])),
      ...runs.flatMap(({ proposal }) => (proposal === undefined ? [] : [proposal.plannedAt])),
    ]),
  );
  const diagnosedMs = since(plannedAt(runs, runbook));
  const actedMs = since(earliest(runs.flatMap((run) => firstAt(run, 'confirmed') ?? [])));
  const recoveredMs = since(recovery?.at);
  const healedMs = isHealed ? since(gone) : undefined;
  const unproved = isHealed ? lastActBefore(runs, gone)?.proposal?.runbook : undefined;
  const wrongTurns = wrongTurnsOf(events, runs, runbook);
  const hints = events.filter(({ event }) => event === 'hint').length;
  return {
    outcome: recovery !== undefined ? 'recovered' : isHealed ? 'healed' : 'not-recovered',
    ...defined({ noticedMs, diagnosedMs, actedMs }),
    ...(recoveredMs === undefined
      ? {}
      : {
          recoveredMs,
          totalMs: recoveredMs + wrongTurns.length * penaltyMs.wrongTurn + hints * penaltyMs.hint,
        }),
    ...defined({ healedMs, unproved, runbook }),
    wrongTurns,
    gates: gatesOf(runs),
    hints,
  };
};
