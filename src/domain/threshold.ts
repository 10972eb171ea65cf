import type { Bound } from './bound.ts';
import { boundText, holds } from './bound.ts';
import { ageText, durationText } from './duration.ts';
import type { Millis } from './fault.ts';
import { count } from './format.ts';
import { type Level, rank } from './level.ts';

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

type Alarm = 'warn' | 'crit';
type Value = number | string;

const valueText = (value: Value): string => (typeof value === 'number' ? count(value, 3) : value);

/** The bounds whose reach counts for a level: what is past crit is past warn as well. */
const boundsOf = (alarm: Alarm, t: Threshold): readonly Bound[] =>
  t[alarm] === undefined
    ? []
    : [t[alarm], alarm === 'warn' ? t.crit : undefined].filter((b) => b !== undefined);

const reached = (alarm: Alarm, value: Value, t: Threshold): Bound | undefined =>
  boundsOf(alarm, t).find((bound) => holds(bound, value) === true);

/** Why this value cannot be judged by these bounds; undefined when it can. */
const unjudgeable = (value: Value | undefined, t: Threshold): string | undefined => {
  if (value === undefined || Number.isNaN(value)) return 'no data';
  const odd = [t.warn, t.crit].some((bound) => bound !== undefined && holds(bound, value) === undefined);
  return odd ? `"${value}" is no number` : undefined;
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
const stays = (alarm: Alarm, was: Verdict | undefined, value: Value, t: Threshold): boolean => {
  if (was === undefined || t[alarm] === undefined || rank[was.level] < rank[alarm]) return false;
  if (reached(alarm, value, t) !== undefined) return true;
  const clear = t.clear?.[alarm];
  return was.silent !== true && clear !== undefined && holds(clear, value) !== true;
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
    const limit = bound === undefined ? '' : `, limit ${boundText(bound)}`;
    return `${said}${limit}, ${pending.level} after ${ageText(now - pending.since)} of ${durationText(t.forMs ?? 0)}`;
  }
  if (level !== 'warn' && level !== 'crit')
    return t.warn || t.crit ? `${said}, within limits` : `${said}, no limit set`;
  const bound = reached(level, value, t);
  if (bound !== undefined) return `${said}, limit ${boundText(bound)}`;
  const clear = t.clear?.[level];
  return clear === undefined ? said : `${said}, ${level} until ${boundText(clear)}`;
};

/**
 * Value → verdict, with memory of the verdict before. A level is raised once the value has been past its bound for
 * `forMs`, each level by its own clock (past crit is past warn too); it is left once its bound no longer holds and its
 * `clear` is met. `undefined` is silence: `noData` at once. After silence the clocks start anew; a level that silence
 * had raised stays only where the value itself is past that bound.
 */
export const judge = (
  was: Verdict | undefined,
  value: Value | undefined,
  t: Threshold,
  now: Millis,
): Verdict => {
  const odd = unjudgeable(value, t);
  if (odd !== undefined || value === undefined) return silence(was, value, t, odd ?? 'no data', now);
  const clock = (alarm: Alarm): Millis | undefined =>
    reached(alarm, value, t) === undefined ? undefined : (was?.over?.[alarm] ?? now);
  const [warn, crit] = [clock('warn'), clock('crit')];
  const raised = (alarm: Alarm, since: Millis | undefined): boolean =>
    stays(alarm, was, value, t) || (since !== undefined && now - since >= (t.forMs ?? 0));
  const level = raised('crit', crit) ? 'crit' : raised('warn', warn) ? 'warn' : 'ok';
  const waiting = (alarm: Alarm, since: Millis | undefined) =>
    since !== undefined && rank[level] < rank[alarm] ? { level: alarm, since } : undefined;
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
export const judgeOnce = (value: Value | undefined, t: Threshold, now: Millis): Verdict => {
  const { forMs: _, clear: __, ...bare } = t;
  return judge(undefined, value, bare, now);
};
