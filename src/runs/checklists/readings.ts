import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { isDecidedByCheck } from '../../domain/checklists/modes/item-mode.ts';
import type { ItemReading } from '../../domain/checklists/status.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { Checklist, ChecklistItem } from '../../domain/profile/profile.ts';
import { schedulePeriod } from '../../domain/profile/schedule.ts';
import { undoRunbookId } from '../../domain/runbooks/runbook.ts';
import { isUnverified } from '../../domain/runs/run.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { createConditionStarts, evaluateExpression } from '../../expressions/evaluate.ts';
import { parseExpression } from '../../expressions/rows/parse.ts';
import type { Truth } from '../../expressions/rows/truth.ts';
import type { PastRun } from '../../store/cockpit.ts';
import type { FactsState } from '../../store/facts.ts';

/** A run that counts as the evidence of an item: a newer failed one takes it back. */
export type EvidenceRun = Pick<
  PastRun,
  'run' | 'runbook' | 'ending' | 'why' | 'endedAt' | 'lastAt' | 'at' | 'foreign' | 'undoes' | 'begun'
> & {
  readonly relapsed?: boolean;
};

/** The age from which a run proves nothing about now, for a list without a schedule. */
const longestRunAgeMs: Millis = 24 * 60 * 60_000;

/** Readings that items are judged by, at one time. */
export interface ChecklistSight {
  readonly snapshot: Snapshot;
  readonly history: FactsState['history'];
  /** The engine's clock. */
  readonly now: Millis;
  /** Wall clock minus that clock. */
  readonly wallOffset: Millis;
  /** Runs of this environment, newest first; undefined: the ledger has not been read, or cannot be. */
  readonly runs: readonly EvidenceRun[] | undefined;
  /** Time zone of the profile. */
  readonly zone: string | undefined;
  /** Wall-clock ms of the newest end of a list; undefined: it has not ended yet. */
  lastEnd(list: string): Millis | undefined;
  /** The last result of an item with `use`; undefined: not read yet. */
  called(list: string, item: string): Truth | undefined;
}

/** Returns the reading of an item; undefined for one without a check. */
export type ChecklistReader = (
  sight: ChecklistSight,
) => (list: string, item: string) => ItemReading | undefined;

/** A time from which on a run counts, and what it is. */
interface EvidenceStart {
  readonly at: Millis;
  readonly what: string;
}

/** Of a scheduled list the period; of another one the last day, after the end of its last occurrence. */
const evidenceStart = (
  { id, schedule }: Checklist,
  { zone, lastEnd }: ChecklistSight,
  wall: Millis,
): EvidenceStart => {
  if (schedule !== undefined)
    return { at: schedulePeriod(schedule, wall, zone).beginsAt, what: 'from an earlier period' };
  const time = wall - longestRunAgeMs;
  const end = lastEnd(id);
  return end !== undefined && end > time
    ? { at: end, what: 'from before this list was last ended' }
    : { at: time, what: `older than ${formatDuration(longestRunAgeMs)}` };
};

const silent: readonly (PastRun['ending'] | undefined)[] = [
  'dry-run',
  'declined',
  'forbidden',
  'not-applicable',
];

/** True for a run that says something about an item: it was not refused, and is no dry run. */
export const isEvidence = ({ ending }: Pick<PastRun, 'ending'>): boolean => !silent.includes(ending);

/** The run by which a person has undone a run, as far as it has sent something. A reset at a time is part of what was planned. */
const undoOf = ({ run, runbook }: EvidenceRun, runs: readonly EvidenceRun[]): EvidenceRun | undefined =>
  runs.find(
    ({ undoes, runbook: id, begun = [] }) =>
      undoes === run && id === undoRunbookId(runbook) && begun.length > 0,
  );

/**
 * The newest run of a runbook decides. Only a verified recovery counts, and only from a time on. A run that has not
 * ended, was refused or was a dry run says nothing. A foreign run may not have taken place.
 */
const runTruth = (
  runbook: string,
  runs: readonly EvidenceRun[] | undefined,
  start: EvidenceStart,
): Truth & { readonly since?: Millis } => {
  if (runs === undefined) return { value: 'unknown', why: 'opsdeck has not read the ledger yet' };
  const last = runs.find((evidenceRun) => evidenceRun.runbook === runbook && isEvidence(evidenceRun));
  if (last === undefined) return { value: 'false', why: `runbook ${runbook} has not run yet` };
  const { ending, endedAt = last.lastAt, run, why, foreign } = last;
  if (foreign !== undefined)
    return {
      value: 'unknown',
      why: `run ${run} of ${runbook} does not count, because its records may not be from the person they name: ${foreign}`,
    };
  if (ending === undefined) return { value: 'unknown', why: `run ${run} of ${runbook} has not ended` };
  if (ending !== 'recovered' || isUnverified({ ending, why }))
    return { value: 'false', why: `run ${run} of ${runbook}: ${why === '' ? ending : why}` };
  if (last.relapsed === true)
    return { value: 'false', why: `the problem came back after run ${run} of ${runbook}` };
  const undo = undoOf(last, runs);
  if (undo !== undefined)
    return {
      value: undo.foreign === undefined ? 'false' : 'unknown',
      why: `run ${run} of ${runbook} was undone by run ${undo.run}`,
    };
  if (endedAt < start.at) return { value: 'false', why: `the last run of ${runbook} is ${start.what}` };
  return { value: 'true', why: `run ${run} of ${runbook} recovered`, since: endedAt };
};

type Judge = (sight: ChecklistSight) => (Truth & { readonly since?: Millis }) | undefined;

const judgeOf = (list: Checklist, item: ChecklistItem): Judge => {
  const { that, runbook } = item;
  if (that !== undefined) {
    const parsed = parseExpression(that);
    if (!parsed.ok) return () => ({ value: 'unknown', why: `col ${parsed.col}: ${parsed.message}` });
    const memory = createConditionStarts();
    return ({ snapshot, now, history }) =>
      evaluateExpression(parsed.expression, snapshot, { memory, now, history: (key) => history[key] });
  }
  if (item.use !== undefined && item.expect !== undefined) return ({ called }) => called(list.id, item.id);
  if (isDecidedByCheck(item) && runbook !== undefined)
    return (sight) => runTruth(runbook, sight.runs, evidenceStart(list, sight, sight.now + sight.wallOffset));
  return () => undefined;
};

/**
 * Creates a reader with memory: `for` counts from the first evaluation on, a reading has been true since the first of its
 * consecutive true evaluations, and one that no longer is has not been since the first other one.
 */
export const createChecklistReader = (lists: readonly Checklist[]): ChecklistReader => {
  const judges = lists.flatMap((list) =>
    list.items.map((item) => [`${list.id} ${item.id}`, judgeOf(list, item)] as const),
  );
  /** Of each item that has been true: since when it is, or no longer is. */
  const changes = new Map<string, { readonly isTrue: boolean; readonly at: Millis }>();
  const readingOf = (key: string, truth: Truth & { readonly since?: Millis }, wall: Millis): ItemReading => {
    const { value, why } = truth;
    const isTrue = value === 'true';
    const known = changes.get(key);
    const held = known?.isTrue === isTrue ? known.at : undefined;
    if (isTrue) changes.set(key, { isTrue, at: truth.since ?? held ?? wall });
    else if (known !== undefined) changes.set(key, { isTrue, at: held ?? wall });
    const since = changes.get(key)?.at;
    return { value, why, ...defined({ since }) };
  };
  return (sight) => {
    const wall = sight.now + sight.wallOffset;
    const readings = new Map<string, ItemReading>();
    for (const [key, judge] of judges) {
      const truth = judge(sight);
      if (truth !== undefined) readings.set(key, readingOf(key, truth, wall));
    }
    return (list, item) => readings.get(`${list} ${item}`);
  };
};
