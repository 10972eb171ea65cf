import { defined } from '../../domain/base/defined.ts';
import { type Level, levelRank } from '../../domain/facts/level.ts';
import { createDependencyGraph, dependencyPairs } from '../../domain/profile/dependencies.ts';
import { findLikelyTrigger, isDeployment, type LikelyTrigger } from '../../domain/profile/likely-trigger.ts';
import type { Runbook } from '../../domain/runbooks/runbook.ts';
import type { RunbookSuggestion } from '../../store/runbook-suggestion.ts';
import { areUnderChange, type Judged, judgeSuggestion, type RankingContext } from './judge-suggestion.ts';
import { type KnownPlaces, problemsOf, problemsOfCondition, type Standing } from './suggested-objects.ts';

/** Suggestions in order, and the change that likely triggered the problems. */
export interface RankedSuggestions {
  readonly suggestions: readonly RunbookSuggestion[];
  readonly trigger?: LikelyTrigger;
  /** True: nothing in the facts is past its limit. */
  readonly isClear: boolean;
}

/** True if the problems of one are behind those of the other, and not the other way round. */
const explains = (a: Standing, b: Standing): boolean =>
  [...a.roots].some((name) => b.upstream.has(name)) && ![...b.roots].some((name) => a.upstream.has(name));

/** The other suggestions that explain this one. */
const causesOf = (judged: Judged, all: readonly Judged[]): readonly Judged[] =>
  all.filter(
    (other) =>
      other !== judged &&
      !other.isUnfounded &&
      other.suggestion.hindrance === undefined &&
      explains(other.standing, judged.standing),
  );

/** The places of hindered suggestions: one that cannot run now comes last, after what was tried in the present incident. */
const hindranceRank = { none: 0, residue: 1, tried: 2, blocked: 3 } as const;

/** The place of a runbook that ends nothing, as it verifies nothing: after a disruptive one, before a destructive one. */
const unverifiedHarm = 1.5;

/** The harm that a suggestion can do. One that changes nothing repairs nothing either, so it does not come before a disruptive one. */
const harmOf = ({ suggestion: { danger, runbook } }: Judged): number =>
  Math.max(
    { safe: 0, read: 1, disruptive: 1, destructive: 2 }[danger ?? 'destructive'],
    runbook.verify === 'none' ? unverifiedHarm : 0,
  );

/** Sorts suggestions with equal evidence and an equal place by their harm, the least first; all others keep their places. */
const leastHarmFirst = (
  sorted: readonly Judged[],
  order: (a: Judged, b: Judged) => number,
): readonly Judged[] =>
  sorted.map((judged) => {
    const equals = sorted.filter(
      (other) => other.evidence !== '' && other.evidence === judged.evidence && order(other, judged) === 0,
    );
    return equals.toSorted((a, b) => harmOf(a) - harmOf(b))[equals.indexOf(judged)] ?? judged;
  });

const requiredParams = ({ params }: Runbook): number =>
  params.filter(({ default: value }) => value === undefined).length;

const noUrgency = Number.POSITIVE_INFINITY;

/** Order of matching runbooks, those of equal places by the profile; see docs/reference/runbooks.md. */
const compare = (
  { urgencyOf, foundNext }: RankingContext,
  causes: ReadonlyMap<Judged, readonly Judged[]>,
): ((a: Judged, b: Judged) => number) => {
  const urgency = ({ suggestion }: Judged): number => urgencyOf(suggestion.runbook.id) ?? noUrgency;
  const rank = (level: Level): number => levelRank[level];
  const hindrance = ({ suggestion }: Judged): number => hindranceRank[suggestion.hindrance ?? 'none'];
  const isFound = ({ suggestion }: Judged): number => Number(suggestion.runbook.id === foundNext);
  return (a, b) =>
    hindrance(a) - hindrance(b) ||
    isFound(b) - isFound(a) ||
    Number(b.revertsTrigger) - Number(a.revertsTrigger) ||
    Number(a.isUnfounded) - Number(b.isUnfounded) ||
    (causes.get(a)?.length ?? 0) - (causes.get(b)?.length ?? 0) ||
    (urgency(a) === urgency(b) ? 0 : urgency(a) - urgency(b)) ||
    (a.revertsTrigger ? requiredParams(a.suggestion.runbook) - requiredParams(b.suggestion.runbook) : 0) ||
    rank(b.standing.worst) - rank(a.standing.worst);
};

/** True if the run in progress has made this change: one of its objects, since it acts. */
const isByRun = ({ entry, object }: LikelyTrigger, underChange: RankingContext['underChange']): boolean =>
  underChange !== undefined && entry.at >= underChange.since && underChange.names.has(object.toLowerCase());

/**
 * Orders the suggestions for the present problems. A runbook that cannot run now, or was tried in the present incident, comes
 * after the other matching ones. First comes what the latest run has found for the rest of the incident, then a rollback of the
 * likely trigger, whatever its `when`. Then
 * causes come before symptoms, by the dependency graph, and at equal evidence the least harm. Objects that a run is changing match
 * nothing, and its own changes triggered nothing. A runbook whose choices cannot be read, a trend far below its limit,
 * and a rollback while a dependency is missing are not suggested.
 */
export const rankSuggestions = (
  suggestions: readonly RunbookSuggestion[],
  context: RankingContext,
): RankedSuggestions => {
  const { snapshot, dependencies, journal, openedAt } = context;
  const places: KnownPlaces = {
    listed: new Set(Object.keys(dependencies).map((name) => name.toLowerCase())),
    needs: dependencies,
  };
  const placed = problemsOf(snapshot, places);
  const problems = placed.map(({ problem }) => problem);
  const conditions = suggestions.flatMap(({ runbook, fits }) =>
    fits === 'yes' && runbook.when !== undefined ? problemsOfCondition(runbook.when, snapshot, places) : [],
  );
  const graph = createDependencyGraph([
    ...dependencyPairs(dependencies),
    ...[...placed, ...conditions].flatMap(({ edges }) => edges),
    ...problems.flatMap(({ names, needs }) =>
      names.flatMap((name) => needs.map((need) => [name, need] as const)),
    ),
  ]);
  const { underChange } = context;
  const others =
    underChange === undefined
      ? problems
      : problems.filter((problem) => !areUnderChange([problem], underChange.names, graph));
  const found = findLikelyTrigger(others, journal, { graph, openedAt });
  // What the run in progress changes is its work, not the trigger.
  const trigger = found !== undefined && isByRun(found, underChange) ? undefined : found;
  const isSuspect = trigger !== undefined && isDeployment(trigger.entry) && !trigger.isOwn;
  const situation = { context, places, graph, problems, ...(isSuspect ? { suspect: trigger } : {}) };
  const judged = suggestions.map((suggestion) => judgeSuggestion(suggestion, situation));
  const matching = judged.filter(({ suggestion }) => suggestion.fits === 'yes');
  const causes = new Map(
    matching.map((matchingJudged) => [matchingJudged, causesOf(matchingJudged, matching)]),
  );
  const order = compare(context, causes);
  const sorted = leastHarmFirst(matching.toSorted(order), order);
  const causeOf = (symptom: Judged): Judged | undefined =>
    sorted.find((other) => causes.get(symptom)?.includes(other) === true);
  const fixing = new Set(sorted.map(causeOf));
  const ordered = sorted.map((sortedJudged): RunbookSuggestion => {
    const suggestion = fixing.has(sortedJudged)
      ? { ...sortedJudged.suggestion, fixesCause: true as const }
      : sortedJudged.suggestion;
    const cause = causeOf(sortedJudged);
    return cause === undefined || suggestion.reason !== undefined
      ? suggestion
      : { ...suggestion, reason: `symptom: ${cause.suggestion.runbook.id} fixes the cause` };
  });
  const rest = judged.flatMap(({ suggestion }) => (suggestion.fits === 'yes' ? [] : [suggestion]));
  return {
    suggestions: [...ordered, ...rest],
    isClear: problems.length === 0,
    ...defined({ trigger }),
  };
};
