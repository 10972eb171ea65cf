import type { Millis } from '../domain/base/fault.ts';
import { levelRank } from '../domain/facts/level.ts';
import { judgeThresholdOnce, type Threshold, type Verdict } from '../domain/facts/threshold.ts';
import type { ValueSeries } from '../domain/facts/value-series.ts';
import { type HistoryUpdates, keptStepMs } from './signal-history.ts';

/** Two values that are further apart, in steps of their series, have a gap between them. */
const maxSteps = 2;

/**
 * Returns when the level began according to the values before it was first seen: of an earlier cockpit, or from the
 * history of a source. Undefined if they do not reach back to another level without a gap, or if a level depends on more
 * than the value at a time (`for`, `clear`).
 */
const startAmong = (
  { level, seenSince, silent }: Verdict,
  threshold: Threshold,
  values: ValueSeries,
): Millis | undefined => {
  const { forMs = 0, clear } = threshold;
  if (seenSince === undefined || silent === true || forMs > 0 || clear !== undefined) return undefined;
  let start = seenSince;
  for (let index = values.indexFrom(seenSince) - 1; index >= 0; index -= 1) {
    const point = values.at(index);
    if (point === undefined || start - point.at > maxSteps * (point.stepMs ?? keptStepMs)) return undefined;
    if (judgeThresholdOnce(point.value, threshold, point.at).level !== level) return start;
    start = point.at;
  }
  return undefined;
};

/** Returns since when values before a timer were at least at its level; the timer itself where they do not show that. */
const timerInHistory = (
  alarm: 'warn' | 'crit',
  timer: Millis,
  threshold: Threshold,
  values: ValueSeries,
): Millis => {
  const { forMs = 0 } = threshold;
  let start = timer;
  for (let index = values.indexFrom(timer) - 1; index >= 0; index -= 1) {
    const point = values.at(index);
    const stepMs = point?.stepMs ?? keptStepMs;
    // Between two steps that are as long as the wait, the value may have been well.
    if (point === undefined || forMs < maxSteps * stepMs || start - point.at > maxSteps * stepMs)
      return start;
    if (levelRank[judgeThresholdOnce(point.value, threshold, point.at).level] < levelRank[alarm])
      return start;
    start = point.at;
  }
  return start;
};

/**
 * Starts the timers of `for` where the value went beyond its bound according to the values before: a cockpit that was just opened
 * need not wait again for what has lasted for an hour.
 */
const withTimersInHistory = (
  key: string,
  verdict: Verdict,
  threshold: Threshold,
  { past }: Pick<HistoryUpdates, 'past'>,
): Verdict => {
  const values = past.get(key);
  const { over, pending } = verdict;
  if (values === undefined || over === undefined || pending === undefined) return verdict;
  const timers = Object.fromEntries(
    (['warn', 'crit'] as const).flatMap((alarm) => {
      const timer = over[alarm];
      return timer === undefined ? [] : [[alarm, timerInHistory(alarm, timer, threshold, values)] as const];
    }),
  );
  const since = timers[pending.level] ?? pending.since;
  return since === pending.since
    ? verdict
    : { ...verdict, over: timers, pending: { level: pending.level, since } };
};

/** Adds the start of a level that was not observed, if the kept values show it. */
export const withStartInHistory = (
  key: string,
  verdict: Verdict,
  threshold: Threshold,
  { past }: Pick<HistoryUpdates, 'past'>,
): Verdict => {
  const values = past.get(key);
  if (verdict.seenSince === undefined || verdict.beganAt !== undefined || values === undefined)
    return verdict;
  const beganAt = startAmong(verdict, threshold, values);
  return beganAt === undefined ? verdict : { ...verdict, beganAt };
};

/** Adds the start of a level that was not observed, and the start of its timers, if the values that were recalled show them. */
export const withRecalledStart = (
  key: string,
  verdict: Verdict,
  threshold: Threshold,
  updates: Pick<HistoryUpdates, 'past'>,
): Verdict =>
  withTimersInHistory(key, withStartInHistory(key, verdict, threshold, updates), threshold, updates);
