import type { FactKind } from '../domain/facts.ts';
import type { Millis } from '../domain/fault.ts';
import { type Level, worst } from '../domain/level.ts';
import { type FeedState, isStale } from '../domain/reading.ts';
import type { KindView, Snapshot } from '../domain/snapshot.ts';
import type { FactsState } from './facts.ts';

const counted: readonly FactKind[] = ['health', 'breakers', 'lag', 'pools', 'workloads', 'alerts', 'queues'];

const isScheduled = ({ feed }: FeedState): boolean => feed.everyMs > 0;
const gaveNothing = (one: FeedState, now: Millis): boolean => one.known === undefined || isStale(one, now);

/** A question of a counted kind without an answer. That the wire has no such thing (`missing`) is an answer, unless its source says nothing else. */
const isUnanswered = (one: FeedState, now: Millis): boolean =>
  counted.some((kind) => kind === one.feed.kind) &&
  gaveNothing(one, now) &&
  !(one.faults.length > 0 && one.faults.every((fault) => fault.kind === 'missing'));

const isSilentSource = (id: string, { frame, feeds }: FactsState, now: Millis): boolean => {
  const source = frame.sources[id];
  if (source?.problem !== undefined) return true;
  const scheduled = Object.values(feeds).filter((one) => one.feed.source === id && isScheduled(one));
  if (scheduled.length === 0) return (source?.kinds?.length ?? 0) > 0;
  return scheduled.every((one) => gaveNothing(one, now));
};

const worstMade = new WeakMap<KindView, Level>();

/** Worked out once for each view, of which there may be one for many moments. */
const worstOf = (view: KindView): Level => {
  const had = worstMade.get(view);
  if (had !== undefined) return had;
  const level = worst(view.rows.map((row) => row.level));
  worstMade.set(view, level);
  return level;
};

/**
 * The worst of the signals and of the rows of health, breakers, lag, pools, workloads, alerts and queues of this
 * environment. What gave nothing counts as unknown, and so does a profile without any source.
 */
export const totalLevel = (
  state: FactsState,
  { kinds, signals }: Pick<Snapshot, 'kinds' | 'signals'>,
  now: Millis,
): Level => {
  const sources = Object.keys(state.frame.sources);
  const isBlind =
    sources.length === 0 ||
    sources.some((id) => isSilentSource(id, state, now)) ||
    Object.values(state.feeds).some((one) => isScheduled(one) && isUnanswered(one, now));
  const here = kinds.health.rows.filter((row) => row.fact.env === state.frame.env);
  const rest = counted.filter((kind) => kind !== 'health').map((kind) => worstOf(kinds[kind]));
  return worst([
    isBlind ? 'unknown' : 'ok',
    ...signals.map((row) => row.level),
    ...here.map((row) => row.level),
    ...rest,
  ]);
};
