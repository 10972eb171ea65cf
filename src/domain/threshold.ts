import { formatAge, formatDuration } from './duration.ts';
import type { Millis } from './fault.ts';
import { formatCount } from './format.ts';
import { type Level, levelRank } from './level.ts';

/** 'OP NUMBER' or 'OP WORD': `>=500`, `<95`, `!= closed`. */
export interface Bound {
  readonly op: Comparison;
  readonly value: number | string;
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

const comparisons: ReadonlySet<string> = new Set<Comparison>(['=', '!=', '<', '<=', '>', '>=']);
const isComparison = (text: string): text is Comparison => comparisons.has(text);

/** What people write for a comparison, and what they mean. */
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

/** '1,000', '1_000' and '5ms' as the number they mean; undefined when no number is in it. */
const nearNumber = (text: string): string | undefined => {
  const plain = text.replaceAll(/(?<=\d)[,_ ](?=\d{3})/g, '');
  const number = /^([+-]?\d+(?:\.\d+)?)\s*(?:%|[a-zA-Zµ/]+)?$/.exec(plain)?.[1];
  return number !== undefined && number !== text ? number : undefined;
};

const no = (text: string, todo: string): { error: string } => ({
  error: `"${text}" is not a bound; ${todo}`,
});

/**
 * 'OP NUMBER' or 'OP WORD' as a bound: '>=500', '<95', '!= closed'. Words are compared with = and != only.
 * The error says what is there and what to write: '">>5" is no bound; write ">5"'.
 */
export const parseBound = (text: string): Bound | { error: string } => {
  const [, op = '', rest = ''] = /^\s*([=!<>≥≤≠]*)\s*(.*?)\s*$/s.exec(text) ?? [];
  if (rest === '') return no(text, 'write a comparison and a number or a word: ">=500", "!= closed"');
  const meant = isComparison(op) ? op : spellings[op];
  if (meant === undefined) return no(text, `write one of = != < <= > >= before ${rest}`);
  const number = isNumber(rest) ? rest : nearNumber(rest);
  if (number !== undefined) {
    if (number !== rest) return no(text, `a comparison is missing; write "${meant}${number}"`);
    return isComparison(op) ? { op, value: Number(number) } : no(text, `write "${meant}${number}"`);
  }
  if (!/^[\p{L}_][\p{L}\p{N}_ ./:-]*$/u.test(rest))
    return no(text, `"${rest}" is neither a number nor a word`);
  if (op === '=' || op === '!=') return { op, value: rest };
  return no(text, `a word can only be compared with = or !=; write "= ${rest}" or "!= ${rest}"`);
};

const signs: Readonly<Partial<Record<Comparison, string>>> = { '>=': '≥', '<=': '≤', '!=': '≠' };

/** A bound as a person reads it: '≥ 1,000', '≠ closed'; a number as `text` writes it. */
export const formatThreshold = (
  { op, value }: Bound,
  text: (value: number) => string = (number) => formatCount(number, 3),
): string => `${signs[op] ?? op} ${typeof value === 'number' ? text(value) : value}`;

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
 * Whether a value is in a bound's reach; undefined when the two cannot be compared (a word against a number, NaN).
 * A number against a word bound is compared as it is written.
 */
export const isInBound = ({ op, value: limit }: Bound, value: number | string): boolean | undefined => {
  if (typeof limit === 'string') return compare(String(value), op, limit);
  const number = typeof value === 'number' ? value : isNumber(value) ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? undefined : compare(number, op, limit);
};

/** Value → level, with memory. */
export interface Threshold {
  readonly warn?: Bound;
  readonly crit?: Bound;
  /** Pending: must hold this long before it is raised; counted per level. */
  readonly forMs?: Millis;
  /** Hysteresis: a raised level is left only once its own bound here is met. */
  readonly clear?: { readonly warn?: Bound; readonly crit?: Bound };
  /** What silence means; default `unknown`. */
  readonly noData?: Level;
  readonly staleMs?: Millis;
}

export interface Verdict {
  readonly level: Level;
  readonly since: Millis;
  readonly pending?: { readonly level: Level; readonly since: Millis };
  readonly why: string;
  /** Since when the value has been past each level's bound without a break: the clocks of `forMs`. */
  readonly over?: { readonly warn?: Millis; readonly crit?: Millis };
  /** The level stands for silence (or a value that cannot be judged), not for a value. */
  readonly silent?: true;
}

type ThresholdAlarm = 'warn' | 'crit';
type Value = number | string;

const valueText = (value: Value): string => (typeof value === 'number' ? formatCount(value, 3) : value);

/** The bounds whose reach counts for a level: what is past crit is past warn as well. */
const boundsOf = (alarm: ThresholdAlarm, t: Threshold): readonly Bound[] =>
  t[alarm] === undefined
    ? []
    : [t[alarm], alarm === 'warn' ? t.crit : undefined].filter((b) => b !== undefined);

const reached = (alarm: ThresholdAlarm, value: Value, t: Threshold): Bound | undefined =>
  boundsOf(alarm, t).find((bound) => isInBound(bound, value) === true);

/** Why this value cannot be judged by these bounds; undefined when it can. */
const unjudgeable = (value: Value | undefined, t: Threshold): string | undefined => {
  if (value === undefined || Number.isNaN(value)) return 'no data';
  const odd = [t.warn, t.crit].some((bound) => bound !== undefined && isInBound(bound, value) === undefined);
  return odd ? `"${value}" is not a number` : undefined;
};

const silence = (
  was: Verdict | undefined,
  value: Value | undefined,
  t: Threshold,
  why: string,
  now: Millis,
): Verdict => {
  const level = value === undefined || Number.isNaN(value) ? (t.noData ?? 'unknown') : 'unknown';
  return { level, since: was?.level === level ? was.since : now, why, silent: true };
};

/** A raised level stays while its bound holds or, with a `clear`, until that is met. One raised by silence has no such claim. */
const stays = (alarm: ThresholdAlarm, was: Verdict | undefined, value: Value, t: Threshold): boolean => {
  if (was === undefined || t[alarm] === undefined || levelRank[was.level] < levelRank[alarm]) return false;
  if (reached(alarm, value, t) !== undefined) return true;
  const clear = t.clear?.[alarm];
  return was.silent !== true && clear !== undefined && isInBound(clear, value) !== true;
};

const explain = (
  value: Value,
  level: Level,
  pending: Verdict['pending'],
  t: Threshold,
  now: Millis,
): string => {
  const said = valueText(value);
  if (pending !== undefined) {
    const bound = reached(pending.level === 'crit' ? 'crit' : 'warn', value, t);
    const limit = bound === undefined ? '' : `, limit ${formatThreshold(bound)}`;
    return `${said}${limit}, ${pending.level} after ${formatAge(now - pending.since)} of ${formatDuration(t.forMs ?? 0)}`;
  }
  if (level !== 'warn' && level !== 'crit')
    return t.warn || t.crit ? `${said}, within limits` : `${said}, no limit set`;
  const bound = reached(level, value, t);
  if (bound !== undefined) return `${said}, limit ${formatThreshold(bound)}`;
  const clear = t.clear?.[level];
  return clear === undefined ? said : `${said}, ${level} until ${formatThreshold(clear)}`;
};

/**
 * Value → verdict, with memory of the verdict before. A level is raised once the value has been past its bound for
 * `forMs`, each level by its own clock (past crit is past warn too); it is left once its bound no longer holds and its
 * `clear` is met. `undefined` is silence: `noData` at once. After silence the clocks start anew; a level that silence
 * had raised stays only where the value itself is past that bound.
 */
export const judgeThreshold = (
  was: Verdict | undefined,
  value: Value | undefined,
  t: Threshold,
  now: Millis,
): Verdict => {
  const odd = unjudgeable(value, t);
  if (odd !== undefined || value === undefined) return silence(was, value, t, odd ?? 'no data', now);
  const clock = (alarm: ThresholdAlarm): Millis | undefined =>
    reached(alarm, value, t) === undefined ? undefined : (was?.over?.[alarm] ?? now);
  const [warn, crit] = [clock('warn'), clock('crit')];
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
    why: explain(value, level, pending, t, now),
    ...((warn !== undefined || crit !== undefined) && {
      over: { ...(warn !== undefined && { warn }), ...(crit !== undefined && { crit }) },
    }),
  };
};

/** The verdict on one value without memory: `for` counts as fulfilled, `clear` is ignored. */
export const judgeThresholdOnce = (value: Value | undefined, t: Threshold, now: Millis): Verdict => {
  const { forMs: _, clear: __, ...bare } = t;
  return judgeThreshold(undefined, value, bare, now);
};
