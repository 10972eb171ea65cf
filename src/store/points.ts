import type { Millis } from '../domain/fault.ts';
import type { Draft } from './copy-on-write.ts';
import type { FactsState, Point } from './facts.ts';

/** Values kept per signal row as they were read. */
const recentKept = 512;
/** Older ones are kept this far apart, for this long. */
const stepMs: Millis = 15_000;
export const keptMs: Millis = 24 * 3_600_000;
/** A signal of more series than this is remembered by its newest values only: nobody looks at the day of each of thousands. */
export const seriesRemembered = 50;

export interface PointDrafts {
  readonly history: Draft<readonly Point[]>;
  readonly past: Draft<readonly Point[]>;
}

const noNothing = Number.NEGATIVE_INFINITY;

/** What falls out of the newest values, if it is a step away from what fell out before it. */
const remember = (key: string, point: Point, past: PointDrafts['past']): void => {
  const had = past.get(key) ?? [];
  if (point.at - (had.at(-1)?.at ?? noNothing) < stepMs) return;
  const first = had.findIndex(({ at }) => point.at - at < keptMs);
  past.set(key, [...(first === 0 ? had : had.slice(first < 0 ? had.length : first)), point]);
};

/** Adds a value to what is known of a signal row; one that is not newer than the newest is none. */
export const notePoint = (
  key: string,
  point: Point,
  { history, past }: PointDrafts,
  remembered: boolean,
): void => {
  const recent = history.get(key) ?? [];
  if ((recent.at(-1)?.at ?? noNothing) >= point.at) return;
  const [oldest] = recent;
  if (remembered && recent.length >= recentKept && oldest !== undefined) remember(key, oldest, past);
  history.set(key, [...recent.slice(1 - recentKept), point]);
};

/** Puts values of before this process in front of what it has read itself. `points`: oldest first. */
export const recall = (key: string, points: readonly Point[], { history, past }: PointDrafts): void => {
  const own = [...(past.get(key) ?? []), ...(history.get(key) ?? [])];
  const before = points.filter(({ at }) => at < (own[0]?.at ?? Number.POSITIVE_INFINITY));
  if (before.length > 0) past.set(key, [...before, ...(past.get(key) ?? [])]);
};

/** The values of a signal row since a moment, oldest first. What is in `past` is older than all in `history`. */
export const valuesSince = ({ history, past }: FactsState, key: string, from: Millis): readonly Point[] => {
  const [older, recent] = [past[key] ?? [], history[key] ?? []];
  const isWanted = ({ at }: Point): boolean => at >= from;
  return [...older.filter(isWanted), ...recent.filter(isWanted)];
};
