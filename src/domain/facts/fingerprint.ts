import type { Millis } from '../base/fault.ts';
import { formatAge } from '../text/duration.ts';

/** The wall clock and the monotonic clock of a server, read at the same moment. */
interface ServerClock {
  readonly wallMs: Millis;
  readonly monotonicMs: Millis;
}

/**
 * The identity of the system that answers, as far as it tells: read before an action and with every reading of its
 * verification. What the system does not tell is left out.
 */
export interface SystemFingerprint {
  /** Must stay equal, by name: 'system_identifier'. Those of one instance are called 'instance/NAME'. */
  readonly parts: Readonly<Record<string, string>>;
  /** May never go back, by name: 'timeline', 'resourceVersion'. */
  readonly counters?: Readonly<Record<string, number>>;
  /**
   * Age of the process that the part of this name identifies, as its server counts it. Such a part changes when the
   * process restarts.
   */
  readonly ages?: Readonly<Record<string, Millis>>;
  /** Data that a restart of the process keeps, by name: 'keys'. */
  readonly kept?: readonly string[];
  /** Such data that it does not have. */
  readonly lacks?: readonly string[];
  /**
   * How often, or when last, all of its data or of what it counts was removed, by the command or the view: 'FLUSHALL'. What was removed looks
   * as if it were processed.
   */
  readonly erasures?: Readonly<Record<string, number>>;
  /** The parts that the system refused to tell, and why. */
  readonly unread?: Readonly<Record<string, string>>;
  /** The parts that it does not offer, and why: an endpoint that is not exposed. */
  readonly untold?: Readonly<Record<string, string>>;
  /**
   * The permissions of the account that reads, by name: 'pg_read_all_stats'. One that is lost makes what it showed invisible,
   * which looks as if it were gone.
   */
  readonly permissions?: Readonly<Record<string, boolean>>;
  /** Clocks by machine; '' for a source with one. A step of the wall clock makes its times incomparable. */
  readonly clock?: Readonly<Record<string, ServerClock>>;
  /**
   * Other servers, or other states of this one, that have answered over further connections since the time that was asked for. Absent:
   * all answers are of this one.
   */
  readonly others?: readonly TimedFingerprint[];
}

/** Changes of a fingerprint that an action is meant to make. */
export interface DeclaredSystemChanges {
  /** Names of parts and counters, each with those below it: 'timeline' with 'timeline/checkpoint', 'instance/orders-1', 'instance/*'. */
  readonly parts: readonly string[];
  /** True: it may restart processes. A process that started before the action is another one all the same. */
  readonly restarts: boolean;
}

/** A fingerprint and the time of its reading, on the clock of opsdeck. */
export interface TimedFingerprint {
  readonly at: Millis;
  readonly fingerprint: SystemFingerprint;
}

/** Longest difference between the age of a process and the time since it may have started: servers subtract whole seconds. */
const ageToleranceMs: Millis = 1000;

/** The earliest start that each process has told, on the clock of opsdeck, by what identifies it. */
export type ToldStarts = Map<string, Millis>;

/**
 * Returns a fingerprint with the ages by the earliest starts told so far, and notes its own: a server that counts seconds makes a process
 * younger in one reading and older in the next, and what was too old once is no restart.
 */
export const withToldStarts = (now: TimedFingerprint, starts: ToldStarts): TimedFingerprint => {
  const { ages, parts, others } = now.fingerprint;
  if (ages === undefined && others === undefined) return now;
  const told = Object.entries(ages ?? {}).map(([name, age]): readonly [string, Millis] => {
    const key = `${name} ${parts[name]}`;
    const start = Math.min(starts.get(key) ?? Number.POSITIVE_INFINITY, now.at - age);
    starts.set(key, start);
    return [name, now.at - start];
  });
  return {
    at: now.at,
    fingerprint: {
      ...now.fingerprint,
      ages: Object.fromEntries(told),
      ...(others === undefined ? {} : { others: others.map((other) => withToldStarts(other, starts)) }),
    },
  };
};

const instancePrefix = 'instance/';

const isDeclared = ({ parts }: DeclaredSystemChanges, name: string): boolean =>
  parts.some((part) =>
    part.endsWith('*') ? name.startsWith(part.slice(0, -1)) : part === name || name.startsWith(`${part}/`),
  );

/** True: the declared changes explain that a part has another value. The new process is no older than the action. */
const isExplained = (
  name: string,
  before: TimedFingerprint,
  { at, fingerprint }: TimedFingerprint,
  changes: DeclaredSystemChanges,
): boolean => {
  const age = fingerprint.ages?.[name];
  const isYoung = age !== undefined && age <= at - before.at + ageToleranceMs;
  if (isDeclared(changes, name)) return age === undefined || isYoung;
  return changes.restarts && isYoung;
};

const olderText = (name: string, { fingerprint }: TimedFingerprint): string => {
  const age = fingerprint.ages?.[name];
  return age === undefined ? '' : `, running for ${formatAge(age)}`;
};

const partDifference = (
  name: string,
  was: string,
  before: TimedFingerprint,
  now: TimedFingerprint,
  changes: DeclaredSystemChanges,
): string | undefined => {
  const { parts, unread = {}, untold = {} } = now.fingerprint;
  const is = parts[name];
  if (is === was) return undefined;
  if (is !== undefined)
    return isExplained(name, before, now, changes)
      ? undefined
      : `another server answers: ${name} ${was} → ${is}${olderText(name, now)}`;
  const why = unread[name] ?? untold[name];
  if (why !== undefined) return `cannot confirm that the same server answers: ${name}: ${why}`;
  // An instance that is no longer read is a missing row, which the check itself accounts for.
  return name.startsWith(instancePrefix)
    ? undefined
    : `cannot confirm that the same server answers: ${name} is no longer reported, it was ${was}`;
};

const counterDifference = (
  name: string,
  was: number,
  now: TimedFingerprint,
  changes: DeclaredSystemChanges,
): string | undefined => {
  const is = now.fingerprint.counters?.[name];
  if (isDeclared(changes, name) || (is !== undefined && is >= was)) return undefined;
  return is === undefined
    ? `cannot confirm that the same server answers: ${name} is no longer reported, it was ${was}`
    : `another server answers: ${name} went back, ${was} → ${is}`;
};

/** The name under which a step declares that it removes all data, or what was counted. */
const declaredErasure = 'erasures';

/** Explains that all data was removed, or all that was counted, in a process that goes on. A restart explains itself by its part. */
const erasureDifference = (
  before: TimedFingerprint,
  now: TimedFingerprint,
  changes: DeclaredSystemChanges,
): string | undefined => {
  const { erasures = {}, ages = {}, parts } = before.fingerprint;
  const isRestarted = Object.keys(ages).some((name) => parts[name] !== now.fingerprint.parts[name]);
  if (isRestarted || isDeclared(changes, declaredErasure)) return undefined;
  const told = Object.entries(now.fingerprint.erasures ?? {});
  // One that is lower was itself counted from zero, by another of them.
  const erased =
    told.find(([name, is]) => is > (erasures[name] ?? is)) ??
    told.find(([name, is]) => is < (erasures[name] ?? is));
  return erased && `${erased[0]} has removed the objects that existed before the action`;
};

/** Explains a permission that the account had before. */
const permissionDifference = (name: string, { fingerprint }: TimedFingerprint): string | undefined =>
  fingerprint.permissions?.[name] === true
    ? undefined
    : `the account no longer has the permission ${name}, and may see less than before the action`;

/** Explains that a process, which a restart would explain, lacks data that a restart keeps: a server that has just been set up. */
const dataDifference = (before: TimedFingerprint, now: TimedFingerprint): string | undefined => {
  const { kept = [], ages = {}, parts } = before.fingerprint;
  const { lacks = [], parts: partsNow } = now.fingerprint;
  const restarted = Object.keys(ages).find((name) => parts[name] !== partsNow[name]);
  const lost = kept.find((name) => lacks.includes(name));
  return restarted === undefined || lost === undefined
    ? undefined
    : `another server answers: ${restarted} ${parts[restarted]} → ${partsNow[restarted]}, and has no ${lost}, which a restart would keep`;
};

/** The untold part of a server that offers no way to ask who it is. */
export const wholeIdentity = 'identity';

/** A server that offers to tell who it is, and one that does not, are not shown to be the same. */
const anonymityDifference = (before: TimedFingerprint, now: TimedFingerprint): string | undefined => {
  const was = before.fingerprint.untold?.[wholeIdentity];
  const is = now.fingerprint.untold?.[wholeIdentity];
  if ((was === undefined) === (is === undefined)) return undefined;
  return is === undefined
    ? `another server answers: this server identifies itself, and the server before the action did not: ${was}`
    : `cannot confirm that the same server answers: ${is}`;
};

const serverDifference = (
  before: TimedFingerprint,
  now: TimedFingerprint,
  changes: DeclaredSystemChanges,
): string | undefined => {
  const { parts, counters = {}, unread = {}, untold = {}, permissions = {} } = before.fingerprint;
  const differences = [
    ...Object.entries(parts).map(([name, was]) => partDifference(name, was, before, now, changes)),
    ...Object.entries(counters).map(([name, was]) => counterDifference(name, was, now, changes)),
    ...Object.entries(permissions).map(([name, had]) => (had ? permissionDifference(name, now) : undefined)),
    // Not told before and told now: nothing ties the answer to the system from before the action.
    ...Object.entries({ ...untold, ...unread }).map(([name, why]) =>
      now.fingerprint.parts[name] === undefined || isExplained(name, before, now, changes)
        ? undefined
        : `opsdeck does not know which server answered before the action: ${name}: ${why}`,
    ),
    anonymityDifference(before, now),
    dataDifference(before, now),
    erasureDifference(before, now, changes),
  ];
  return differences.find((difference) => difference !== undefined);
};

const nothingDeclared: DeclaredSystemChanges = { parts: [], restarts: false };

/** Explains that two servers answered before the action, over two connections. */
const mixedBefore = (before: TimedFingerprint): string | undefined => {
  const differences = (before.fingerprint.others ?? []).map((other) =>
    serverDifference(before, other, nothingDeclared),
  );
  const first = differences.find((difference) => difference !== undefined);
  return first === undefined ? undefined : `before the action, on a second connection, ${first}`;
};

/**
 * Explains why the servers that answer now are not, or not verifiably, the one that answered before, or show less than
 * before; undefined when they are the same, or differ as declared.
 */
export const fingerprintDifference = (
  before: TimedFingerprint,
  now: TimedFingerprint,
  changes: DeclaredSystemChanges,
): string | undefined =>
  [
    mixedBefore(before),
    ...[now, ...(now.fingerprint.others ?? [])].map((timedFingerprint) =>
      serverDifference(before, timedFingerprint, changes),
    ),
  ].find((text) => text !== undefined);

/** Smaller steps are the work of time synchronization, or the latency of the reading. */
const clockToleranceMs: Millis = 1000;

/** A wall clock that was set between two readings. */
interface ClockStep {
  /** The machine; '' for a source with one. */
  readonly machine: string;
  /** Positive: it was set forward. */
  readonly stepMs: Millis;
}

/** Returns the wall clocks that moved by more than a second against the monotonic clock. */
export const clockSteps = (before: SystemFingerprint, now: SystemFingerprint): readonly ClockStep[] =>
  Object.entries(before.clock ?? {}).flatMap(([machine, was]) => {
    const is = now.clock?.[machine];
    if (is === undefined) return [];
    const stepMs = is.wallMs - was.wallMs - (is.monotonicMs - was.monotonicMs);
    return Math.abs(stepMs) > clockToleranceMs ? [{ machine, stepMs }] : [];
  });

/** Describes a step: 'the clock of web-1 was set back by 30s'. */
export const clockStepText = ({ machine, stepMs }: ClockStep, source: string): string =>
  `the clock of ${machine === '' ? source : machine} was set ${stepMs < 0 ? 'back' : 'forward'} by ${formatAge(Math.abs(stepMs))}`;
