import type { Millis } from '../../domain/base/fault.ts';
import type { SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import { formatAge, formatDuration } from '../../domain/text/duration.ts';

/** When a restart of a process was first noticed, by its target and its start. Kept for one run. */
export type SeenRestarts = Map<string, Millis>;

/** A series whose value of now proves nothing. */
export interface UnprovenSeries {
  readonly key: string;
  readonly why: string;
}

type Computed = NonNullable<SignalRow['computed']>;

/** Servers round the start of a process. */
const startToleranceS = 2;

/** True when a process has another start than before, by more than servers round it. */
export const hasStartedLater = (then: number | 'unknown' | undefined, start: number | 'unknown'): boolean =>
  typeof start === 'number' && typeof then === 'number' && Math.abs(start - then) > startToleranceS;

/** The processes that started since the reading before the action, among those that tell the parts of a series. */
const restartsSince = (was: Computed, is: Computed): readonly string[] => {
  const hasLost = Object.keys(was.targets).some((target) => is.targets[target] === undefined);
  return Object.entries(is.targets).flatMap(([target, start]) => {
    const then = was.targets[target];
    return hasStartedLater(then, start) || (then === undefined && hasLost) ? [`${target} ${start}`] : [];
  });
};

const targetIn = (restart: string): string => restart.slice(0, restart.lastIndexOf(' '));

/** Explains that the window of a series has not passed since a process that tells its parts was restarted. */
const refillText = (
  row: SignalRow,
  was: Computed,
  is: Computed,
  seen: SeenRestarts,
  now: Millis,
): string | undefined => {
  const { windowMs } = is;
  if (windowMs === undefined) return undefined;
  const restarts = restartsSince(was, is).map((restart) => {
    const at = seen.get(restart) ?? now;
    seen.set(restart, at);
    return { restart, at };
  });
  const [last] = restarts.toSorted((a, b) => b.at - a.at);
  if (last === undefined || now - last.at >= windowMs) return undefined;
  return `${targetIn(last.restart)} was restarted ${formatAge(now - last.at)} ago, and ${row.id} looks back ${formatDuration(windowMs)}`;
};

const problemOf = (
  row: SignalRow,
  was: SignalRow | undefined,
  seen: SeenRestarts,
  now: Millis,
): string | undefined => {
  const { computed, partsProblem } = row;
  if (row.value === undefined || row.stale) return undefined;
  if (partsProblem !== undefined) return `the series behind ${row.id} could not be read: ${partsProblem}`;
  if (computed === undefined || was === undefined) return undefined;
  return was.computed === undefined
    ? `the series behind ${row.id} before the action are unknown`
    : refillText(row, was.computed, computed, seen, now);
};

/**
 * Returns the series that a server computes, and whose value of now proves nothing: what they are computed from is unknown, or their
 * window reaches back over a restart.
 */
export const unprovenSeries = (
  now: Snapshot,
  before: Snapshot,
  seen: SeenRestarts = new Map(),
  at: Millis,
): readonly UnprovenSeries[] => {
  const computed = now.signals.filter((row) => row.computed !== undefined || row.partsProblem !== undefined);
  if (computed.length === 0) return [];
  const had = new Map(before.signals.map((row) => [row.key, row]));
  return computed.flatMap((row) => {
    const why = problemOf(row, had.get(row.key), seen, at);
    return why === undefined ? [] : [{ key: row.key, why }];
  });
};
