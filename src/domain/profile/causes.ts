import type { Millis } from '../base/fault.ts';
import { createDependencyGraph } from './dependencies.ts';

/** A finding, as far as the search for its cause needs it. */
export interface CauseFinding {
  /** Identity, unique among the findings. */
  readonly key: string;
  /** The names of its object; empty: unknown, so nothing explains it. */
  readonly names: readonly string[];
  /**
   * The missing dependencies that it reports itself: the target of a circuit breaker, failed parts of a health check.
   * Not empty: only they explain it, whatever else its object depends on.
   */
  readonly needs: readonly string[];
  /**
   * Names of what waits for it, as a server reports. It explains their findings whatever their level, and those of what
   * depends on them; nothing explains it.
   */
  readonly holds?: readonly string[];
  /** True: nothing explains it, whatever its object depends on; it may explain others. */
  readonly standsAlone?: true;
  /** True if its object is impaired, so that it explains findings of the objects that depend on it. */
  readonly explains: boolean;
  /** Rank of its level; a larger one is worse. */
  readonly badness: number;
  /** Rank of its severity, 1 is the most urgent; absent: it has none. */
  readonly severity?: number;
  /** Its start, as observed; absent: unknown. */
  readonly since?: Millis;
}

/** A cause that does not hide a finding, and the reason. */
export interface PossibleCause {
  /** The key of the cause. */
  readonly cause: string;
  /** `worse`: the finding has a worse level or a more urgent severity. `older`: it started clearly earlier. */
  readonly because: 'worse' | 'older';
}

/** Findings by probable cause. Every finding is either a consequence of exactly one other, or on its own. */
export interface CauseGroups {
  /** The keys of the consequences of each cause, in the order of the findings. A cause is never a consequence. */
  readonly consequences: ReadonlyMap<string, readonly string[]>;
  /** Findings on their own that have a possible cause. */
  readonly possible: ReadonlyMap<string, PossibleCause>;
}

/**
 * The time by which a consequence may be observed before its cause. Sources are read up to a minute apart, and a probe
 * may need two readings to notice a failure, so an earlier start within two minutes says nothing about the order.
 */
export const observationDelayMs: Millis = 120_000;

/** A finding with the names that can explain it. */
interface Placed {
  readonly finding: CauseFinding;
  readonly rank: number;
  /** Number of steps to each name that may explain it. */
  readonly upstream: ReadonlyMap<string, number>;
}

/** A finding upstream. */
interface Candidate {
  readonly cause: CauseFinding;
  readonly steps: number;
  /** Why it does not hide the finding; absent: it does. */
  readonly obstacle?: PossibleCause['because'];
}

const startOf = ({ since }: CauseFinding): Millis => since ?? Number.POSITIVE_INFINITY;

/**
 * The nearest cause first, then the worst, then one that names no dependency as its own cause, then the oldest. Keys make
 * the choice stable between readings.
 */
const byProbability = (a: Candidate, b: Candidate): number =>
  a.steps - b.steps ||
  b.cause.badness - a.cause.badness ||
  Math.min(1, a.cause.needs.length) - Math.min(1, b.cause.needs.length) ||
  (startOf(a.cause) < startOf(b.cause) ? -1 : startOf(a.cause) > startOf(b.cause) ? 1 : 0) ||
  (a.cause.key < b.cause.key ? -1 : 1);

const isMoreUrgent = (finding: CauseFinding, cause: CauseFinding): boolean =>
  cause.holds === undefined &&
  (finding.badness > cause.badness ||
    (finding.severity !== undefined && cause.severity !== undefined && finding.severity < cause.severity));

/** False for a start at the first readings (`watchedFrom`), which may be older than it looks. */
const isStartSeen = (since: Millis, watchedFrom: Millis): boolean =>
  since < watchedFrom || since > watchedFrom + observationDelayMs;

/** Returns whether the finding clearly started before the cause. A start of the cause that was not seen decides nothing. */
const isOlder = (finding: CauseFinding, cause: CauseFinding, watchedFrom: Millis): boolean => {
  if (finding.since === undefined || cause.since === undefined) return false;
  return isStartSeen(cause.since, watchedFrom) && cause.since - finding.since > observationDelayMs;
};

const candidateOf = (
  finding: CauseFinding,
  cause: CauseFinding,
  steps: number,
  watchedFrom: Millis,
): Candidate => {
  if (isMoreUrgent(finding, cause)) return { cause, steps, obstacle: 'worse' };
  return isOlder(finding, cause, watchedFrom) ? { cause, steps, obstacle: 'older' } : { cause, steps };
};

const moreProbable = (a: Candidate | undefined, b: Candidate): Candidate =>
  a === undefined || byProbability(b, a) < 0 ? b : a;

/** Findings of one name that may be causes: of those that differ in nothing but their start and key, only the most probable. */
class Causes {
  readonly #byClass = new Map<string, CauseFinding>();
  readonly #watchedFrom: Millis;

  constructor(watchedFrom: Millis) {
    this.#watchedFrom = watchedFrom;
  }

  /**
   * The oldest of a class comes first, and is the last that a finding may be older than: it stands for the others. Those without a
   * start that counts are a class of their own.
   */
  add(cause: CauseFinding): void {
    const { badness, needs, severity, holds, since } = cause;
    const start = since === undefined ? '' : isStartSeen(since, this.#watchedFrom);
    const name = `${badness} ${needs.length > 0} ${severity ?? ''} ${holds !== undefined} ${start}`;
    const first = this.#byClass.get(name);
    if (first === undefined || byProbability({ cause, steps: 0 }, { cause: first, steps: 0 }) < 0)
      this.#byClass.set(name, cause);
  }

  all(): Iterable<CauseFinding> {
    return this.#byClass.values();
  }
}

/** The most probable cause that hides the finding, and the most probable one that does not. */
const probableCause = (
  finding: CauseFinding,
  upstream: Placed['upstream'],
  causesByName: ReadonlyMap<string, Causes>,
  watchedFrom: Millis,
): { readonly cause: Candidate | undefined; readonly obstructed: Candidate | undefined } => {
  let cause: Candidate | undefined;
  let obstructed: Candidate | undefined;
  for (const [name, steps] of upstream)
    for (const causeFinding of causesByName.get(name)?.all() ?? []) {
      const candidate = candidateOf(finding, causeFinding, steps, watchedFrom);
      if (candidate.obstacle === undefined) cause = moreProbable(cause, candidate);
      else obstructed = moreProbable(obstructed, candidate);
    }
  return { cause, obstructed };
};

/** The name under which a finding explains what it holds. */
const holdName = (key: string): string => `held by ${key}`;

/** The names under which a finding explains others. */
const explainedNames = ({ key, names, holds, explains }: CauseFinding): readonly string[] => [
  ...(holds === undefined ? [] : [holdName(key).toLowerCase()]),
  ...(explains ? names.map((name) => name.toLowerCase()) : []),
];

/** A name, and the object that it is a part of: 'billing' of 'billing/readiness'. What explains that explains its part. */
const withWhole = (name: string): readonly string[] => {
  const whole = name.slice(0, Math.max(0, name.indexOf('/')));
  return whole === '' ? [name] : [name, whole];
};

/** The names that may explain each finding, those with the fewest first: a cause comes before its consequences. */
const place = (
  findings: readonly CauseFinding[],
  pairs: Iterable<readonly [name: string, needed: string]>,
): readonly Placed[] => {
  const graph = createDependencyGraph([
    ...pairs,
    ...findings.flatMap(({ names, needs }) =>
      names.flatMap((name) => needs.map((need) => [name, need] as const)),
    ),
    ...findings.flatMap(({ key, holds = [] }) => holds.map((name) => [name, holdName(key)] as const)),
  ]);
  const impaired = new Set(findings.flatMap(explainedNames));
  const upstreamOf = ({ names, needs, holds, standsAlone }: CauseFinding): ReadonlyMap<string, number> => {
    if (standsAlone === true || holds !== undefined) return new Map();
    const all = graph.upstreamOf(names.flatMap(withWhole));
    if (needs.length === 0) return all;
    const each = needs.map((need) => new Set([need.toLowerCase(), ...graph.upstreamOf([need]).keys()]));
    // A missing dependency that nothing explains is news, so the finding stays.
    if (!each.every((upstream) => [...upstream].some((name) => impaired.has(name)))) return new Map();
    const reported = new Set(each.flatMap((upstream) => [...upstream]));
    return new Map([...all].filter(([name]) => reported.has(name)));
  };
  return findings
    .map((finding, rank) => ({ finding, rank, upstream: upstreamOf(finding) }))
    .toSorted((a, b) => a.upstream.size - b.upstream.size || a.rank - b.rank);
};

/**
 * Groups findings by their probable cause: a finding is a consequence of an impaired object that its own object depends
 * on, directly or through others. A finding that is worse, more urgent or clearly older than its cause stays on its own.
 *
 * @param findings In the order of the list.
 * @param pairs The known dependencies: a name, and one that it depends on.
 * @param watchedFrom The time of the first readings.
 */
export const groupByCause = (
  findings: readonly CauseFinding[],
  pairs: Iterable<readonly [name: string, needed: string]>,
  watchedFrom: Millis,
): CauseGroups => {
  const causesByName = new Map<string, Causes>();
  const hidden: { readonly rank: number; readonly key: string; readonly cause: string }[] = [];
  const possible = new Map<string, PossibleCause>();
  for (const { finding, rank, upstream } of place(findings, pairs)) {
    const { cause, obstructed } = probableCause(finding, upstream, causesByName, watchedFrom);
    if (cause !== undefined) {
      hidden.push({ rank, key: finding.key, cause: cause.cause.key });
      continue;
    }
    if (obstructed?.obstacle !== undefined)
      possible.set(finding.key, { cause: obstructed.cause.key, because: obstructed.obstacle });
    for (const name of new Set(explainedNames(finding))) {
      const causes = causesByName.get(name) ?? new Causes(watchedFrom);
      causesByName.set(name, causes);
      causes.add(finding);
    }
  }
  const inOrder = hidden.toSorted((a, b) => a.rank - b.rank);
  const consequences = new Map(
    [...Map.groupBy(inOrder, ({ cause }) => cause)].map(([cause, members]) => [
      cause,
      members.map(({ key }) => key),
    ]),
  );
  return { consequences, possible };
};
