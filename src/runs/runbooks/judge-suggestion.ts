import type { Millis } from '../../domain/base/fault.ts';
import type { ChangeCoverage, JournalEntry } from '../../domain/facts/journal.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { Dependencies, DependencyGraph } from '../../domain/profile/dependencies.ts';
import { isRemote, type LikelyTrigger, triggerText } from '../../domain/profile/likely-trigger.ts';
import type { ParamSpec, Runbook } from '../../domain/runbooks/runbook.ts';
import { choicesOf } from '../../expressions/choices.ts';
import { conditionUsesSignal, rowsOfCondition } from '../../expressions/condition-match.ts';
import { kindOf } from '../../kinds/registry/registry.ts';
import type { ObjectsUnderChange } from '../../store/objects-under-change.ts';
import type { RunbookSuggestion } from '../../store/runbook-suggestion.ts';
import { offeredTargets } from './likely-targets.ts';
import { revertedBy, revertsWorkload } from './reverts.ts';
import {
  type KnownPlaces,
  type PlacedProblem,
  problemsOfCondition,
  type Standing,
  standingOf,
} from './suggested-objects.ts';

/** Inputs of the order of suggestions besides the conditions of the runbooks. */
export interface RankingContext {
  readonly snapshot: Snapshot;
  readonly dependencies: Dependencies;
  /** Oldest first. */
  readonly journal: readonly JournalEntry[];
  /** Absent: the changes before the start are not read. */
  readonly coverage?: ChangeCoverage | undefined;
  /** When the environment was opened. */
  readonly openedAt: Millis;
  readonly now: Millis;
  /** The objects of a run in progress; undefined: none is acting. */
  readonly underChange?: ObjectsUnderChange | undefined;
  /** The warning limit of a signal; undefined: it has none. */
  limitOf(signal: string): number | undefined;
  /** Urgency of the incident that a runbook handles, 1 is the most urgent; undefined: none. */
  urgencyOf(runbook: string): number | undefined;
  /** Returns what is known against a matching runbook; undefined: nothing. Absent: nothing of any. */
  hindranceOf?(runbook: Runbook): Hindrance | undefined;
  /** Id of the runbook that the latest run has found for the rest of the incident; undefined: none. */
  readonly foundNext?: string | undefined;
}

/**
 * Why a matching runbook comes after the others: a plan of it fails, it was tried in the present incident, or it destroys something
 * and matches only because of the time before a run of the present incident.
 */
export interface Hindrance {
  readonly is: 'blocked' | 'tried' | 'residue';
  readonly why: string;
}

/** The present problems and their places, for all suggestions. */
export interface Situation {
  readonly context: RankingContext;
  readonly places: KnownPlaces;
  readonly graph: DependencyGraph;
  readonly problems: readonly PlacedProblem[];
  /** The deployment that likely triggered the problems, unless a run of opsdeck made it. */
  readonly suspect?: LikelyTrigger;
}

/** Why a runbook cannot be carried out now: the choices of a parameter that must be chosen. */
const missingChoices = ({ params }: Runbook, snapshot: Snapshot): string | undefined => {
  const isChosen = ({ type, default: value }: ParamSpec): boolean =>
    (type === 'choice' || type === 'choices') && value === undefined;
  for (const param of params.filter(isChosen)) {
    const choices = choicesOf(param, snapshot);
    const title = param.title ?? param.name;
    // Known only after another parameter has a value.
    if ('dependsOn' in choices && choices.dependsOn !== undefined) continue;
    if ('problem' in choices) return `there are no choices for ${title} now: ${choices.problem}`;
    if (choices.choices.length === 0) return `there is nothing to choose for ${title} now`;
  }
  return undefined;
};

/** A trend counts from this share of the warning limit on; below it, a value merely moves. */
const noiseShare = 0.5;

/** Why a match that rests on the trend of a signal is noise: the value is far below its limit. */
const noiseReason = (
  { runbook, why }: RunbookSuggestion,
  { snapshot: { signals }, limitOf }: RankingContext,
): string | undefined => {
  if (!/ is (?:rising|falling), /.test(why) || runbook.when === undefined) return undefined;
  const { when } = runbook;
  const moving = signals.filter(({ id }) => why.startsWith(id) && conditionUsesSignal(when, id));
  for (const row of moving) {
    const limit = limitOf(row.id);
    if (
      row.level === 'ok' &&
      typeof row.value === 'number' &&
      limit !== undefined &&
      row.value < limit * noiseShare
    )
      return `${why}, far below the limit ${limit}`;
  }
  return undefined;
};

/** A suggestion, corrected by what is known besides its `when`, and its place in the dependency graph. */
export interface Judged {
  readonly suggestion: RunbookSuggestion;
  readonly standing: Standing;
  /** The rows because of which its condition matches, and the signals that it names; equal texts are equal evidence. '': none. */
  readonly evidence: string;
  /** True: it takes back the likely trigger. */
  readonly revertsTrigger: boolean;
  /** True: a rollback without a deployment that it could take back. */
  readonly isUnfounded: boolean;
}

/** True if a source that has listed its changes would have recorded a deployment of this workload. */
const isWatched = (names: readonly string[], { coverage, snapshot }: RankingContext): boolean => {
  if (coverage === undefined || coverage.isReading) return false;
  const read = new Set(coverage.read);
  return snapshot.kinds.workloads.rows.some(
    ({ fact }) =>
      read.has(fact.source) &&
      (names.includes(fact.name.toLowerCase()) ||
        names.includes((kindOf('workloads').belongsTo?.(fact) ?? '').toLowerCase())),
  );
};

/** The problem that a workload reports itself as a missing dependency: an open breaker, a failed part of its health. */
const missingDependency = (
  names: readonly string[],
  problems: readonly PlacedProblem[],
): string | undefined =>
  problems.find(
    (problem) => problem.needs.length > 0 && problem.names.some((name) => names.includes(name.toLowerCase())),
  )?.needs[0];

const standingOfSuggestion = (
  { runbook }: RunbookSuggestion,
  { context: { snapshot }, places, graph }: Situation,
): Standing =>
  standingOf(
    runbook.when === undefined
      ? []
      : problemsOfCondition(runbook.when, snapshot, places).map(({ problem }) => problem),
    graph,
  );

const evidenceOf = ({ when }: Runbook, { context: { snapshot } }: Situation): string =>
  when === undefined
    ? ''
    : [
        ...rowsOfCondition(when, snapshot).map(({ kind, row }) => `${kind} ${row.key}`),
        ...snapshot.signals
          .filter(({ id }) => conditionUsesSignal(when, id))
          .map(({ key }) => `signal ${key}`),
      ]
        .toSorted()
        .join('\n');

type Verdict = Pick<Judged, 'suggestion'> & Partial<Judged>;

/** True if all these problems belong to objects that a run in progress is changing, or that depend on them. */
export const areUnderChange = (
  problems: readonly Pick<PlacedProblem, 'names'>[],
  changed: ReadonlySet<string>,
  graph: DependencyGraph,
): boolean =>
  problems.length > 0 &&
  problems.every(({ names }) =>
    [...names.map((name) => name.toLowerCase()), ...graph.upstreamOf(names).keys()].some((name) =>
      changed.has(name),
    ),
  );

/** Why a match says nothing while a run is acting: the run carries out this runbook, or changes its objects; undefined: it does. */
const changingReason = (
  { runbook }: RunbookSuggestion,
  { context: { snapshot, underChange }, places, graph }: Situation,
): string | undefined => {
  if (underChange === undefined) return undefined;
  if (runbook.id === underChange.runbook) return 'this runbook is already running: wait until that run ends';
  const problems =
    runbook.when === undefined
      ? []
      : problemsOfCondition(runbook.when, snapshot, places).map(({ problem }) => problem);
  return areUnderChange(problems, underChange.names, graph)
    ? `another run changes the object now: ${underChange.runbook}`
    : undefined;
};

/** A matching rollback without a suspected deployment. */
const judgeRollback = (
  suggestion: RunbookSuggestion,
  reverted: readonly string[],
  { context, problems }: Situation,
): Verdict => {
  const missing = missingDependency(reverted, problems);
  if (missing !== undefined) {
    const why = `a rollback does not bring back ${missing}, which is missing`;
    return { suggestion: { ...suggestion, fits: 'no', why } };
  }
  if (!isWatched(reverted, context)) return { suggestion };
  const reason = `no deployment of ${reverted.join(', ')} recorded before the problem`;
  return { suggestion: { ...suggestion, reason }, isUnfounded: true };
};

const verdictOf = (suggestion: RunbookSuggestion, situation: Situation): Verdict => {
  const { context, suspect } = situation;
  const { runbook, fits, why } = suggestion;
  if (runbook.problem !== undefined) return { suggestion };
  const changing = fits === 'yes' ? changingReason(suggestion, situation) : undefined;
  if (changing !== undefined) return { suggestion: { ...suggestion, fits: 'no', why: changing } };
  if (suspect !== undefined && revertsWorkload(runbook, suspect.object)) {
    // Its rollback has a key next to the change, and is suggested only by its own condition.
    if (fits !== 'yes' && isRemote(suspect)) return { suggestion: { ...suggestion, revertsTrigger: true } };
    const reason = triggerText(suspect, context.now);
    return {
      suggestion: {
        ...suggestion,
        fits: 'yes',
        why: fits === 'yes' ? why : '',
        reason,
        revertsTrigger: true,
      },
      revertsTrigger: true,
    };
  }
  if (fits !== 'yes') return { suggestion };
  const stuck = missingChoices(runbook, context.snapshot);
  if (stuck !== undefined) return { suggestion: { ...suggestion, fits: 'unknown', why: stuck } };
  const noise = noiseReason(suggestion, context);
  if (noise !== undefined) return { suggestion: { ...suggestion, fits: 'no', why: noise } };
  const reverted = revertedBy(runbook);
  return reverted.length === 0 ? { suggestion } : judgeRollback(suggestion, reverted, situation);
};

/** A matching runbook names what it would act on. */
const withTargets = (verdict: Verdict, { context: { snapshot } }: Situation): Verdict => {
  const { suggestion } = verdict;
  const targets = suggestion.fits === 'yes' ? offeredTargets(suggestion.runbook, snapshot) : undefined;
  return targets === undefined ? verdict : { ...verdict, suggestion: { ...suggestion, targets } };
};

/** A matching runbook says first what is known against it: that decides its place. */
const withHindrance = (verdict: Verdict, { context }: Situation): Verdict => {
  const { suggestion } = verdict;
  const hindrance = suggestion.fits === 'yes' ? context.hindranceOf?.(suggestion.runbook) : undefined;
  if (hindrance === undefined) return verdict;
  return { ...verdict, suggestion: { ...suggestion, hindrance: hindrance.is, reason: hindrance.why } };
};

/**
 * Judges a suggestion beyond its `when`. The rollback of the suspected deployment is suggested in any case; a runbook without
 * choices, a trend far below its limit, and a rollback while a dependency is missing are not.
 */
export const judgeSuggestion = (suggestion: RunbookSuggestion, situation: Situation): Judged => {
  const verdict = withTargets(withHindrance(verdictOf(suggestion, situation), situation), situation);
  return {
    standing: standingOfSuggestion(verdict.suggestion, situation),
    evidence: suggestion.fits === 'yes' ? evidenceOf(suggestion.runbook, situation) : '',
    revertsTrigger: false,
    isUnfounded: false,
    ...verdict,
  };
};
