import { defined } from '../domain/base/defined.ts';
import type { Millis } from '../domain/base/fault.ts';
import { type Level, levelRank, worstLevel } from '../domain/facts/level.ts';
import {
  certainSince,
  earliestStart,
  isStartUnknown,
  type PossibleStart,
} from '../domain/facts/state-start.ts';
import { groupByCause, observationDelayMs } from '../domain/profile/causes.ts';
import { dependencyPairs } from '../domain/profile/dependencies.ts';
import { compareText } from '../domain/text/compare-text.ts';
import type { SituationFinding, SituationInput } from './finding.ts';
import { collectSituationFindings } from './findings.ts';
import { type SituationPart, situationPartsOf } from './parts.ts';
import { type NamedCause, namedCause, sameElsewhere, thingKey } from './places.ts';
import { allClear, notKnown, type OkBeside, okBeside } from './without-problems.ts';

/** Findings in words, and their number. */
export interface SituationParts {
  readonly count: number;
  /** Number of those whose state is not known. */
  readonly unknown: number;
  readonly parts: readonly SituationPart[];
}

/** The problems of an environment, from its findings and their relations. */
export interface SituationSummary extends OkBeside {
  /** The worst level of its findings; `unknown` also while something has not answered. */
  readonly level: Level;
  /** True: nothing is known to be wrong, and all that is not known is still to be read. */
  readonly isLoading?: true;
  /** The causes of the worst level, the most important first, each followed by the same problem at other places; none when nothing is wrong. */
  readonly causes: readonly SituationFinding[];
  /** The causes as the headline names them: the same problem at several places is one. */
  readonly named: readonly NamedCause[];
  /** 'broker is down', '3 causes: broker is down, …', 'All clear' */
  readonly headline: string;
  /** The headline without facts: '3 causes: broker is down, …'. */
  readonly brief: string;
  /** The observed fact of the only cause, or more about a situation without one; ''. */
  readonly fact: string;
  /** The earliest start of the causes. */
  readonly start: PossibleStart;
  /** The earliest of the other problems that began shortly before the causes, or up to half an hour before they were first seen: an alert. */
  readonly earlier?: SituationFinding;
  /** Number of signals beyond a limit that does not count yet. */
  readonly pending: number;
  /** All findings, also those that no part names. */
  readonly findings: readonly SituationFinding[];
  /** Problems of objects that depend on a cause. */
  readonly consequences: SituationParts;
  /** All other problems. */
  readonly others: SituationParts;
}

/** Kinds in the order in which a problem of one object is named: the nearest to its cause first. */
const kindOrder = [
  ...['workloads', 'nodes', 'health', 'pools', 'lag', 'queues', 'breakers', 'ci'],
  ...['sessions', 'signals', 'alerts', 'sources'],
];

const kindRanks = new Map(kindOrder.map((kind, rank) => [kind, rank]));

const kindRank = ({ kind }: SituationFinding): number => kindRanks.get(kind) ?? kindOrder.indexOf('ci');

/** The findings of one object that nothing explains. */
interface RootObject {
  readonly head: SituationFinding;
  /** The worst of its findings and, where others wait for it, of theirs. */
  readonly level: Level;
  readonly members: readonly SituationFinding[];
  readonly consequences: readonly SituationFinding[];
}

const byImportance = (a: SituationFinding, b: SituationFinding): number =>
  levelRank[b.level] - levelRank[a.level] ||
  Number(a.isSymptom) - Number(b.isSymptom) ||
  kindRank(a) - kindRank(b) ||
  Number(a.name.includes('/')) - Number(b.name.includes('/')) ||
  (certainSince(a.start) ?? Number.POSITIVE_INFINITY) - (certainSince(b.start) ?? Number.POSITIVE_INFINITY) ||
  compareText(a.key, b.key);

/** Orders objects: the worst first, then the one with the most consequences. `NaN` of two unknown starts counts as 0. */
const compareRoots = (a: RootObject, b: RootObject): number =>
  levelRank[b.level] - levelRank[a.level] ||
  Number(a.head.isSymptom) - Number(b.head.isSymptom) ||
  b.consequences.length - a.consequences.length ||
  b.members.length - a.members.length ||
  byImportance(a.head, b.head);

const rootsOf = (
  findings: readonly SituationFinding[],
  { dependencies, watchedFrom }: SituationInput,
): readonly RootObject[] => {
  const { consequences } = groupByCause(findings, dependencyPairs(dependencies), watchedFrom);
  const byKey = new Map(findings.map((finding) => [finding.key, finding]));
  const below = new Set([...consequences.values()].flat());
  const roots = findings.filter(({ key }) => !below.has(key));
  const entities = new Set(roots.map(({ entity }) => entity));
  // 'billing/readiness' is a part of billing, where that has a problem too.
  const wholeOf = (entity: string): string => {
    const whole = entity.slice(0, Math.max(0, entity.indexOf('/')));
    return whole !== '' && entities.has(whole) ? whole : entity;
  };
  const objects = Map.groupBy(roots, ({ entity }) => wholeOf(entity));
  return [...objects.values()]
    .flatMap((group): readonly RootObject[] => {
      const [head, ...others] = group.toSorted(byImportance);
      if (head === undefined) return [];
      const members = [head, ...others];
      const explained = members.flatMap(({ key }) =>
        (consequences.get(key) ?? []).flatMap((text) => byKey.get(text) ?? []),
      );
      const level = worstLevel([...members, ...explained].map((finding) => finding.level));
      return [{ head, level, members, consequences: explained }];
    })
    .toSorted(compareRoots);
};

/** The objects that the situation is named after: all that are impaired at the worst level, or the first symptom. */
const causesAmong = (roots: readonly RootObject[]): readonly RootObject[] => {
  const [first] = roots;
  if (first === undefined) return [];
  if (first.head.isSymptom) return [first];
  return roots.filter(({ head, level }) => level === first.level && !head.isSymptom);
};

/** 'broker is down', 'Error rate at 60 %' */
export const statement = ({ object, words }: SituationFinding): string => `${object} ${words.verb}`;

/** 'unit api on vm-1 and vm-2 has failed' */
const namedStatement = ({ object, verb }: NamedCause): string => `${object} ${verb}`;

/** 'broker is down (answered 503)' */
const statementWithFact = (cause: NamedCause): string =>
  cause.fact === '' ? namedStatement(cause) : `${namedStatement(cause)} (${cause.fact})`;

/** Causes that a headline names; the others are counted. */
const mostNamed = 3;

const headlineOf = (causes: readonly NamedCause[], text: (cause: NamedCause) => string): string => {
  const [first] = causes;
  if (first === undefined) return '';
  if (causes.length === 1) return namedStatement(first);
  const named = causes.slice(0, mostNamed).map(text);
  const more = causes.length - named.length;
  return `${causes.length} causes: ${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
};

/** The causes, each with the same problem at other places: its members are in the order of the roots. */
const withSameElsewhere = (
  heads: readonly SituationFinding[],
  roots: readonly RootObject[],
): readonly (readonly [SituationFinding, ...SituationFinding[]])[] => {
  const known = new Set<string>();
  const all = roots.flatMap(({ members }) => members).filter(({ level }) => level !== 'unknown');
  const byThing = Map.groupBy(all, thingKey);
  return heads.flatMap((head) => {
    if (known.has(head.key)) return [];
    const thing = thingKey(head);
    const alike = sameElsewhere(head, thing === undefined ? [] : (byThing.get(thing) ?? []));
    for (const { key } of alike) known.add(key);
    return [alike];
  });
};

const isService = ({ kind }: SituationFinding): boolean => kind === 'health';

/** Services come first: they say who is affected. */
const counted = (findings: readonly SituationFinding[]): SituationParts => ({
  count: findings.length,
  unknown: findings.filter(({ level }) => level === 'unknown').length,
  parts: situationPartsOf(
    findings.toSorted((a, b) => Number(isService(b)) - Number(isService(a)) || byImportance(a, b)),
  ),
});

/** The problems of the service of the same name: it depends on the workload that is the cause. */
const servicesOf = ({ head, members }: RootObject): readonly SituationFinding[] =>
  head.kind === 'workloads' ? members.filter(isService) : [];

/** Problems that began longer than this before a cause have another one, where its own start is not known. */
const mostEarlierMs: Millis = 30 * 60_000;
/** Readings of one round are not in the order of what happened. */
const leastEarlierMs: Millis = 10_000;

/** The first of the findings that began before this start; undefined if none did. */
const earlierThan = (
  start: PossibleStart,
  findings: readonly SituationFinding[],
): SituationFinding | undefined => {
  const since = certainSince(start);
  if (since === undefined) return undefined;
  const sinceOf = (finding: SituationFinding): Millis => certainSince(finding.start) ?? Number.NaN;
  // A start that was seen is that of the cause: only what sources notice in another order belongs to it.
  const mostMs = isStartUnknown(start) ? mostEarlierMs : observationDelayMs;
  return findings
    .filter((finding) => finding.level !== 'unknown' && since - sinceOf(finding) >= leastEarlierMs)
    .filter((finding) => since - sinceOf(finding) <= mostMs)
    .toSorted((a, b) => sinceOf(a) - sinceOf(b) || compareText(a.key, b.key))[0];
};

/**
 * Says what is wrong: the worst cause first, since when, what it affects, and how many problems there are besides. Built from
 * findings and their relations only; what is not known is never called clear.
 */
export const situationOf = (input: SituationInput): SituationSummary => {
  const collected = collectSituationFindings(input);
  const { findings } = collected;
  const problems = findings.filter(({ level }) => level !== 'unknown');
  const level = worstLevel([
    input.snapshot.level,
    ...findings.map((finding) => finding.level),
    collected.waiting > 0 ? 'unknown' : 'ok',
  ]);
  if (problems.length === 0) {
    const said = level === 'ok' ? allClear(input, collected) : notKnown(collected);
    return {
      // The loss of what is not known has a start too.
      start: earliestStart(findings.map((finding) => finding.start)),
      ...{ level, causes: [], named: [], findings, consequences: counted([]), others: counted([]) },
      otherwiseOk: [],
      ...said,
      brief: said.headline,
      pending: collected.pending.length,
    };
  }
  const roots = rootsOf(findings, input);
  const main = causesAmong(roots);
  const alike = withSameElsewhere(
    main.map(({ head }) => head),
    roots,
  );
  const causes = alike.flat();
  const named = alike.map(namedCause);
  const causeKeys = new Set(causes.map(({ key }) => key));
  const consequences = roots
    .filter(({ head }) => causeKeys.has(head.key))
    .flatMap((root) => [...servicesOf(root), ...root.consequences]);
  const told = new Set([...causes, ...consequences].map(({ key }) => key));
  const start = earliestStart(causes.map((cause) => cause.start));
  const others = findings.filter(({ key }) => !told.has(key));
  return {
    level,
    causes,
    findings,
    named,
    headline: headlineOf(named, statementWithFact),
    brief: headlineOf(named, namedStatement),
    fact: named.length === 1 ? (named[0]?.fact ?? '') : '',
    pending: collected.pending.length,
    start,
    ...defined({ earlier: earlierThan(start, [...consequences, ...others]) }),
    consequences: counted(consequences),
    others: counted(others),
    ...okBeside(input, collected),
  };
};
