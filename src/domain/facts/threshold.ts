import { defined } from '../base/defined.ts';
import type { Millis } from '../base/fault.ts';
import { formatAge, formatDuration } from '../text/duration.ts';
import { formatCount } from '../text/format.ts';
import { formatQuantity, isScaledUnit } from '../text/format-quantity.ts';
import { sentenceCase } from '../text/sentence-case.ts';
import { boundOfWords, type Comparison, nearNumber, numberHint } from './bound-hints.ts';
import type { RuleVerdict } from './facts.ts';
import { type Level, levelRank } from './level.ts';
import type { StateStart } from './state-start.ts';

/** 'OP NUMBER' or 'OP WORD': `>=500`, `<95`, `!= closed`. */
export interface Bound {
  readonly op: Comparison;
  readonly value: number | string;
}

const comparisons: ReadonlySet<string> = new Set<Comparison>(['=', '!=', '<', '<=', '>', '>=']);
const isComparison = (text: string): text is Comparison => comparisons.has(text);

/** Common spellings of comparisons, and their meaning. */
const spellings: Readonly<Record<string, Comparison>> = {
  '==': '=',
  '===': '=',
  '=>': '>=',
  '≥': '>=',
  '>>': '>',
  '=<': '<=',
  '≤': '<=',
  '<<': '<',
  '<>': '!=',
  '≠': '!=',
  '!': '!=',
  '': '>=',
};

const isNumber = (text: string): boolean => /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);

const no = (text: string, todo: string): { error: string } => ({
  error: `"${text}" is not a limit. ${sentenceCase(todo)}`,
});

/**
 * Parses 'OP NUMBER' or 'OP WORD': '>=500', '<95', '!= closed'. Words allow only = and !=. The error names the problem
 * and the fix.
 */
export const parseBound = (text: string): Bound | { error: string } => {
  const [, op = '', rest = ''] = /^\s*([=!<>≥≤≠]*)\s*(.*?)\s*$/s.exec(text) ?? [];
  if (rest === '') return no(text, 'write a comparison and a number or a word: ">=500", "!= closed"');
  const meant = isComparison(op) ? op : spellings[op];
  if (meant === undefined) return no(text, `write one of = != < <= > >= before ${rest}`);
  const number = isNumber(rest) ? rest : nearNumber(rest);
  if (number !== undefined) {
    if (number !== rest)
      return no(
        text,
        op === '' ? `a comparison is missing. Write "${meant}${number}"` : numberHint(meant, number, rest),
      );
    return isComparison(op) ? { op, value: Number(number) } : no(text, `write "${meant}${number}"`);
  }
  if (!/^[\p{L}_][\p{L}\p{N}_ ./:-]*$/u.test(rest))
    return no(text, `"${rest}" is neither a number nor a word. Write ">=500" or "= running"`);
  if (op === '=' || op === '!=') return { op, value: rest };
  const inWords = boundOfWords(rest);
  const todo = `a word can only be compared with = or !=. Write "= ${rest}" or "!= ${rest}"`;
  return no(text, inWords === undefined ? todo : `write ${inWords}`);
};

const signs: Readonly<Partial<Record<Comparison, string>>> = { '>=': '≥', '<=': '≤', '!=': '≠' };

/** True for a bound that every number reaches, '>=-1e308': the condition is the presence of a value. */
export const isAnyValue = ({ op, value }: Bound): boolean =>
  typeof value === 'number' && op === '>=' && value <= -1e300;

/** The direction in which a bound is exceeded: 1 upwards, -1 downwards, 0 for equality and words. */
const directionOf = ({ op, value }: Bound): -1 | 0 | 1 => {
  if (typeof value !== 'number' || op === '=' || op === '!=') return 0;
  return op.startsWith('>') ? 1 : -1;
};

/** True if a value that leaves the range of both bounds reaches `bound` before `other`. */
export const isReachedBefore = (bound: Bound, other: Bound): boolean => {
  const direction = directionOf(bound);
  if (direction === 0 || directionOf(other) !== direction) return false;
  return direction * (Number(bound.value) - Number(other.value)) < 0;
};

/** True if every number is beyond one of the two bounds: `> 5` and `< 10`. */
export const areAllBeyond = (bound: Bound, other: Bound): boolean => {
  const direction = directionOf(bound);
  if (direction === 0 || directionOf(other) !== -direction) return false;
  return direction * (Number(bound.value) - Number(other.value)) < 0;
};

/** True if both bounds are exceeded in one direction. */
export const isSameSide = (bound: Bound, other: Bound): boolean =>
  directionOf(bound) !== 0 && directionOf(bound) === directionOf(other);

/** Formats a bound for people: '≥ 1,000', '≠ closed', 'any value'; `text` formats the number. */
export const formatThreshold = (
  bound: Bound,
  text: (value: number) => string = (number) => formatCount(number, 3),
): string => {
  const { op, value } = bound;
  return isAnyValue(bound)
    ? 'any value'
    : `${signs[op] ?? op} ${typeof value === 'number' ? text(value) : value}`;
};

const compare = <T extends number | string>(left: T, op: Comparison, right: T): boolean => {
  switch (op) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
};

/**
 * Returns whether a value is beyond a bound; undefined when they cannot be compared (a word and a number, NaN). Against
 * a word bound, a number is compared as text.
 */
export const isInBound = ({ op, value: limit }: Bound, value: number | string): boolean | undefined => {
  if (typeof limit === 'string') return compare(String(value), op, limit);
  const number = typeof value === 'number' ? value : isNumber(value) ? Number(value) : Number.NaN;
  // A condition that is true with any value is true with -Infinity too.
  if (isAnyValue({ op, value: limit })) return Number.isNaN(number) ? undefined : true;
  return Number.isNaN(number) ? undefined : compare(number, op, limit);
};

/** Rules from values to levels, with state. */
export interface Threshold {
  readonly warn?: Bound;
  readonly crit?: Bound;
  /** Pending time: the value must be beyond the bound this long before the level is raised; counted per level. */
  readonly forMs?: Millis;
  /** Hysteresis: a raised level is left only once its bound here is met. */
  readonly clear?: { readonly warn?: Bound; readonly crit?: Bound };
  /** The level without data; default `unknown`. `ok`: a source that responds may have no value. */
  readonly noData?: Level;
  readonly staleMs?: Millis;
}

/** True if a threshold has no limits: its value informs, and is not checked. */
export const isUnlimited = ({ warn, crit }: Threshold): boolean => warn === undefined && crit === undefined;

/** A level, and the start of it. */
export interface Verdict extends StateStart {
  readonly level: Level;
  readonly pending?: { readonly level: Level; readonly since: Millis };
  readonly why: string;
  /** Since when the value has been continuously beyond each level's bound: start of `forMs`. */
  readonly over?: { readonly warn?: Millis; readonly crit?: Millis };
  /** The level comes from missing data (or a value that cannot be judged), not from a value. */
  readonly silent?: true;
  /** The alert rule that decided the level, while it has an alert. Absent: the limits did, or it has none. */
  readonly rule?: string;
  /** The level before the data went missing. Only with `silent`; absent: there was none. */
  readonly lastLevel?: Level;
}

type ThresholdAlarm = 'warn' | 'crit';
type Value = number | string;

/** Returns the bounds that count for a level: beyond crit is also beyond warn. */
const boundsOf = (alarm: ThresholdAlarm, t: Threshold): readonly Bound[] =>
  t[alarm] === undefined
    ? []
    : [t[alarm], alarm === 'warn' ? t.crit : undefined].filter((b) => b !== undefined);

const reached = (alarm: ThresholdAlarm, value: Value, t: Threshold): Bound | undefined =>
  boundsOf(alarm, t).find((bound) => isInBound(bound, value) === true);

/** Returns why these bounds cannot judge a value; undefined when they can. */
const unjudgeable = (value: Value | undefined, t: Threshold): string | undefined => {
  if (value === undefined || Number.isNaN(value)) return 'no data';
  const isIncomparable = [t.warn, t.crit].some(
    (bound) => bound !== undefined && isInBound(bound, value) === undefined,
  );
  return isIncomparable ? `"${value}" is not a number` : undefined;
};

const silence = (
  was: Verdict | undefined,
  value: Value | undefined,
  t: Threshold,
  why: string,
  now: Millis,
): Verdict => {
  const level = value === undefined || Number.isNaN(value) ? (t.noData ?? 'unknown') : 'unknown';
  const last = was?.silent === true ? was.lastLevel : was?.level;
  return {
    level,
    since: was?.level === level ? was.since : now,
    why,
    silent: true,
    ...defined({ lastLevel: last }),
  };
};

/**
 * Returns whether a raised level stays: while its bound holds or, with a `clear`, until that is met. After missing data,
 * only while its bound holds: the level before it, or one that missing data raised.
 */
const stays = (alarm: ThresholdAlarm, was: Verdict | undefined, value: Value, t: Threshold): boolean => {
  const isRaised = (level: Level | undefined): boolean =>
    level !== undefined && level !== 'unknown' && levelRank[level] >= levelRank[alarm];
  if (was === undefined || t[alarm] === undefined || !(isRaised(was.level) || isRaised(was.lastLevel)))
    return false;
  if (reached(alarm, value, t) !== undefined) return true;
  const clear = t.clear?.[alarm];
  return was.silent !== true && clear !== undefined && isInBound(clear, value) !== true;
};

/** Decimals that say something of a number: of '336.673' none. */
const decimalsOf = (value: number): number => {
  const size = Math.abs(value);
  return size >= 100 ? 0 : size >= 10 ? 1 : 3;
};

/** The value as short as it says something; with all decimals where the short one would be on the other side of a bound. */
const valueText = (value: Value, { warn, crit, clear = {} }: Threshold): string => {
  if (typeof value !== 'number') return value;
  const short = Number(value.toFixed(decimalsOf(value)));
  const bounds = [warn, crit, clear.warn, clear.crit].filter((bound) => bound !== undefined);
  const isSame = bounds.every((bound) => isInBound(bound, short) === isInBound(bound, value));
  return formatCount(isSame ? short : value, 3);
};

/** Bytes and times in the unit that fits, unless a value would look like a bound that it is not; other numbers as they are. */
const scaledText = (
  value: Value,
  { warn, crit, clear = {} }: Threshold,
  unit: string,
): ((number: number) => string) | undefined => {
  if (typeof value !== 'number' || !isScaledUnit(unit)) return undefined;
  const text = (number: number): string => formatQuantity(number, unit);
  const bounds = [warn, crit, clear.warn, clear.crit].flatMap((bound) => bound?.value ?? []);
  const isAlike = bounds.some(
    (bound) => typeof bound === 'number' && bound !== value && text(bound) === text(value),
  );
  return isAlike ? undefined : text;
};

const explain = (
  value: Value,
  level: Level,
  pending: Verdict['pending'],
  t: Threshold,
  { now, unit }: { readonly now: Millis; readonly unit: string },
): string => {
  const scaled = scaledText(value, t, unit);
  const text = scaled !== undefined && typeof value === 'number' ? scaled(value) : valueText(value, t);
  const boundText = (bound: Bound): string => formatThreshold(bound, scaled);
  if (pending !== undefined) {
    const bound = reached(pending.level === 'crit' ? 'crit' : 'warn', value, t);
    const limit = bound === undefined ? '' : `, limit ${boundText(bound)}`;
    return `${text}${limit}, ${pending.level} after ${formatAge(now - pending.since)} of ${formatDuration(t.forMs ?? 0)}`;
  }
  if (level !== 'warn' && level !== 'crit')
    return t.warn || t.crit ? `${text}, within limits` : `${text}. No limit is set`;
  const bound = reached(level, value, t);
  if (bound !== undefined) return `${text}, limit ${boundText(bound)}`;
  const clear = t.clear?.[level];
  return clear === undefined ? text : `${text}, ${level} until ${boundText(clear)}`;
};

/**
 * Judges a value, given the previous verdict. A level is raised once the value has been beyond its bound for `forMs`,
 * timed per level (beyond crit is also beyond warn). It is left once its bound no longer holds and its `clear` is met.
 * `undefined` is missing data: `noData` at once. After missing data the timers restart; a level that was raised before it,
 * or by it, stays only if the value is beyond that bound. `unit`: of the value, for the explanation.
 */
export const judgeThreshold = (
  was: Verdict | undefined,
  value: Value | undefined,
  t: Threshold,
  now: Millis,
  unit = '',
): Verdict => {
  const incomparable = unjudgeable(value, t);
  if (incomparable !== undefined || value === undefined)
    return silence(was, value, t, incomparable ?? 'no data', now);
  const clock = (alarm: ThresholdAlarm): Millis | undefined =>
    reached(alarm, value, t) === undefined ? undefined : (was?.over?.[alarm] ?? now);
  const warn = clock('warn');
  const crit = clock('crit');
  const raised = (alarm: ThresholdAlarm, since: Millis | undefined): boolean =>
    stays(alarm, was, value, t) || (since !== undefined && now - since >= (t.forMs ?? 0));
  const level = raised('crit', crit) ? 'crit' : raised('warn', warn) ? 'warn' : 'ok';
  const waiting = (alarm: ThresholdAlarm, since: Millis | undefined) =>
    since !== undefined && levelRank[level] < levelRank[alarm] ? { level: alarm, since } : undefined;
  const pending = waiting('crit', crit) ?? waiting('warn', warn);
  return {
    level,
    since: was?.level === level ? was.since : now,
    ...(pending && { pending }),
    why: explain(value, level, pending, t, { now, unit }),
    ...((warn !== undefined || crit !== undefined) && {
      over: { ...(warn !== undefined && { warn }), ...(crit !== undefined && { crit }) },
    }),
  };
};

/**
 * Judges a value as the alerting rules of its server have: their wait and their memory count, not those of the threshold, whose
 * bounds explain the value. A level that was raised stays while the value is beyond its bound: a gap in the scrapes makes a firing rule
 * pending, and resolves nothing.
 */
export const judgeByRules = (
  was: Verdict | undefined,
  value: Value,
  { level: ruled, pending: waiting, rule }: RuleVerdict,
  t: Threshold,
  now: Millis,
  unit = '',
): Verdict => {
  const words = { now, unit };
  const kept = (['crit', 'warn'] as const).find((alarm) => stays(alarm, was, value, t));
  const level = kept !== undefined && levelRank[kept] > levelRank[ruled] ? kept : ruled;
  const pending = waiting !== undefined && levelRank[waiting.level] > levelRank[level] ? waiting : undefined;
  const beyond = (['crit', 'warn'] as const).find((alarm) => reached(alarm, value, t) !== undefined);
  const why =
    level === 'ok' && pending === undefined && beyond !== undefined
      ? `${explain(value, beyond, undefined, t, words)}, but the alert rule does not fire`
      : level !== 'ok' && beyond === undefined
        ? `${explain(value, 'ok', undefined, t, words)}, but the alert rule fires`
        : explain(value, level, pending, t, words);
  const since = was?.level === level ? was.since : now;
  return { level, since, ...(pending && { pending }), why, ...defined({ rule }) };
};

/**
 * Adds whether the start of a level was observed. It was not if there was no level or no data before (`isGap`: the value
 * before was stale, and that was not judged), nor if the value was beyond its bound all that time, however long `forMs`
 * took to raise the level.
 */
export const noteLevelStart = (
  was: Verdict | undefined,
  is: Verdict,
  isGap: boolean,
  now: Millis,
): Verdict => {
  const { seenSince: _, ...bare } = is;
  const isBlind = isGap && was?.silent !== true;
  if (was?.level === is.level) {
    if (isBlind) return { ...bare, seenSince: now };
    const { seenSince, beganAt } = was;
    return {
      ...bare,
      ...defined({ seenSince, beganAt }),
    };
  }
  const beyond = is.level === 'warn' || is.level === 'crit' ? is.over?.[is.level] : undefined;
  const isObserved = was !== undefined && was.level !== 'unknown' && !isBlind && !isFromStart(beyond, was);
  return isObserved ? bare : { ...bare, seenSince: now };
};

/** True if a timer was started when the verdict itself was new, so that nothing shows what the value was before. */
const isFromStart = (timer: Millis | undefined, { seenSince }: Verdict): boolean =>
  timer !== undefined && seenSince !== undefined && timer <= seenSince;

/** Returns the start of a pending level, or of the time for which the value has been beyond the bound of a level. */
export const timerStart = (timer: Millis, { seenSince }: Verdict): StateStart =>
  seenSince !== undefined && timer <= seenSince ? { since: timer, seenSince } : { since: timer };

/** Judges one value without state: `for` counts as fulfilled, `clear` is ignored. */
export const judgeThresholdOnce = (
  value: Value | undefined,
  t: Threshold,
  now: Millis,
  unit = '',
): Verdict => {
  const { forMs: _, clear: __, ...bare } = t;
  return judgeThreshold(undefined, value, bare, now, unit);
};
