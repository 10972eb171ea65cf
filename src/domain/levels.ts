import { holds, parseBound } from './bound.ts';
import type { Alert, FactKind, FactTypes, Lag, Queue, Workload } from './facts.ts';
import { type Level, rank, worse } from './level.ts';
import { utilOf } from './pool-use.ts';
import type { Limits } from './profile.ts';
import { stateWord } from './row-key.ts';
import { sessionWords } from './session-state.ts';

type PerKind<R> = { readonly [K in FactKind]: (fact: FactTypes[K]) => R };
type Words = Readonly<Record<string, string>>;

const isLevel = (text: string | undefined): text is Level => text !== undefined && Object.hasOwn(rank, text);

/** What the built-in rules say, word by word. A word that is not listed is ok. */
const wordLevels: { readonly [K in FactKind]: Readonly<Record<string, Level>> } = {
  health: { down: 'crit', degraded: 'warn', unknown: 'unknown' },
  breakers: {
    open: 'crit',
    'forced-open': 'crit',
    'half-open': 'warn',
    disabled: 'warn',
    'metrics-only': 'warn',
    unknown: 'unknown',
  },
  lag: {
    'falling-behind': 'warn',
    stalled: 'warn',
    stopped: 'warn',
    'lost to retention': 'warn',
    unknown: 'unknown',
  },
  pools: { exhausted: 'crit', 'near max': 'warn', unknown: 'unknown' },
  workloads: {
    'none ready': 'crit',
    crashloopbackoff: 'crit',
    oomkilled: 'crit',
    failed: 'crit',
    'stuck: progressdeadlineexceeded': 'crit',
    starting: 'ok',
    'slow to start': 'warn',
    'some not ready': 'warn',
    'restarts rising': 'warn',
    unknown: 'unknown',
  },
  alerts: {
    critical: 'crit',
    page: 'crit',
    p0: 'crit',
    p1: 'crit',
    info: 'ok',
    informational: 'ok',
    none: 'ok',
    firing: 'warn',
    pending: 'warn',
  },
  sessions: {
    blocked: 'warn',
    blocking: 'warn',
    'long idle in transaction': 'warn',
    disabled: 'unknown',
    unknown: 'unknown',
  },
  queues: { dlq: 'warn', unknown: 'unknown' },
  ci: { failure: 'warn', failed: 'warn', timed_out: 'warn', startup_failure: 'warn', unknown: 'unknown' },
};

/** A pod that has done its work is not ready, and nobody wants it to be. */
const readiness = ({ ready, wanted, status, starting }: Workload): string => {
  if (starting !== undefined) return starting === 'slow' ? 'slow to start' : 'starting';
  if (ready === undefined || wanted === undefined || ready >= wanted) return '';
  if (/^(completed|succeeded)$/i.test(status)) return '';
  return ready === 0 ? 'none ready' : 'some not ready';
};

const workloadWords = (w: Workload): readonly string[] => [
  readiness(w),
  w.restartsRising === true ? 'restarts rising' : '',
  w.status === '' && w.ready === undefined ? 'unknown' : w.status,
];

/** The severity speaks only while it fires; a silenced alert is quiet whatever its severity. */
const alertWords = (a: Alert): readonly string[] =>
  a.state === 'firing' ? [a.severity, a.state] : [a.state];

/** A group that has caught up is in order however it moves; without a commit the lag is unknown. */
const lagWords = ({ lag, lost = 0, motion }: Lag): readonly string[] =>
  lag === undefined ? ['unknown'] : lag === 0 ? [] : [motion, lost > 0 ? 'lost to retention' : ''];

const queueWords = (q: Queue): readonly string[] => {
  if (q.depth === undefined) return q.kind === 'topic' ? [] : ['unknown'];
  return q.depth > 0 ? [q.kind] : [];
};

const wordsOf: PerKind<readonly string[]> = {
  health: (f) => [f.status],
  breakers: (f) => [f.state],
  lag: lagWords,
  pools: (f) => [stateWord('pools', f)],
  workloads: workloadWords,
  alerts: alertWords,
  sessions: sessionWords,
  queues: queueWords,
  ci: (f) => [f.status],
};

/** The number of each kind that `warn` and `crit` in `limits` judge. */
const numberOf: PerKind<number | undefined> = {
  health: (f) => f.latencyMs,
  breakers: (f) => f.failureRate,
  lag: (f) => f.lag,
  pools: utilOf,
  workloads: (f) => f.restarts,
  alerts: () => undefined,
  sessions: (f) => f.durationMs,
  queues: (f) => f.depth,
  ci: (f) => f.seconds,
};

const limitOf = (limits: Words, word: string): Level | undefined => {
  const own = Object.keys(limits).find((key) => key.toLowerCase() === word.toLowerCase());
  const level = own === undefined || own === 'warn' || own === 'crit' ? undefined : limits[own];
  return isLevel(level) ? level : undefined;
};

/** A `warn` bound of the profile stands in place of the built-in number: 0.8 of a pool, more than nothing in a DLQ. */
const replacedByWarn = new Set(['near max', 'dlq']);

const builtIn = (kind: FactKind, word: string): Level | undefined => {
  const levels = wordLevels[kind];
  return Object.hasOwn(levels, word) ? levels[word] : undefined;
};

const wordLevel = (kind: FactKind, word: string, limits: Words): Level | undefined =>
  limitOf(limits, word) ??
  (limits.warn !== undefined && replacedByWarn.has(word) ? undefined : builtIn(kind, word.toLowerCase()));

const numberLevel = (value: number | undefined, limits: Words): Level => {
  const past = (text: string | undefined): boolean => {
    const bound = text === undefined || value === undefined ? undefined : parseBound(text);
    return bound !== undefined && value !== undefined && 'op' in bound && holds(bound, value) === true;
  };
  return past(limits.crit) ? 'crit' : past(limits.warn) ? 'warn' : 'ok';
};

/** Words of an alert run from the particular (its severity) to the general (it fires): the first that is known decides. */
const stateLevel = (kind: FactKind, words: readonly string[], limits: Words): Level => {
  const levels = words.map((word) => wordLevel(kind, word, limits)).filter((level) => level !== undefined);
  if (kind === 'alerts') return levels[0] ?? 'ok';
  return levels.reduce(worse, 'ok');
};

/**
 * The level of a fact: what its state says, or its number by the profile's `warn` and `crit`, whichever is worse.
 * `limits` name a state ('disabled: ok'), an alert's severity ('P2: warn'), or bounds on the kind's number: latencyMs,
 * failureRate, lag, util (0 to 1), restarts, durationMs, depth, seconds. Words are compared without regard to case.
 */
export const levelOf = <K extends FactKind>(kind: K, fact: FactTypes[K], limits: Limits): Level => {
  const own: Words = limits[kind] ?? {};
  const words = wordsOf[kind](fact).filter((word) => word !== '');
  return worse(stateLevel(kind, words, own), numberLevel(numberOf[kind](fact), own));
};
