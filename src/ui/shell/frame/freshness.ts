import type { Fault, Millis } from '../../../domain/base/fault.ts';
import { ageOf, type FeedState } from '../../../domain/facts/reading.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { FactsState } from '../../../store/facts.ts';

/** One fault per source, the newest: an earlier one of the same source is the same outage. In order of first mention. */
export const newestFaults = (faults: readonly Fault[]): readonly Fault[] => {
  const newest = new Map<string, Fault>();
  for (const fault of faults) {
    const other = newest.get(fault.source);
    if (other === undefined || fault.at >= other.at) newest.set(fault.source, fault);
  }
  return [...newest.values()];
};

/** The age of the oldest feed of a source. */
interface SourceAge {
  readonly source: string;
  readonly age: Millis;
}

const agesOf = (states: readonly FeedState[], now: Millis): readonly SourceAge[] => {
  const oldest = new Map<string, Millis>();
  for (const state of states) {
    const age = ageOf(state, now);
    const { source } = state.feed;
    if (age !== undefined) oldest.set(source, Math.max(age, oldest.get(source) ?? 0));
  }
  return [...oldest].map(([source, age]) => ({ source, age })).toSorted((a, b) => a.age - b.age);
};

/** An exception is older than this, and than a multiple of the typical age. */
const minExceptionMs: Millis = 15_000;
const exceptionFactor = 3;

/** Splits sources, freshest first, into the typical ones (at least half) and the exceptions. */
const splitAges = (ages: readonly SourceAge[]): readonly [readonly SourceAge[], readonly SourceAge[]] => {
  const median = ages[Math.floor((ages.length - 1) / 2)]?.age ?? 0;
  const limit = Math.max(minExceptionMs, median * exceptionFactor);
  const index = ages.findIndex(({ age }) => age > limit);
  return index === -1 ? [ages, []] : [ages.slice(0, index), ages.slice(index)];
};

/** The usual text with two digits: the clock before it does not shift for smaller ages. */
const widestText = (isBrief: boolean): string => (isBrief ? '59s old' : 'data 59s old');

const exceptionText = (exceptions: readonly SourceAge[], isBrief: boolean): string => {
  const oldest = exceptions.at(-1);
  if (oldest === undefined) return '';
  const name = exceptions.length > 1 ? pluralize(exceptions.length, 'source') : oldest.source;
  return `, ${isBrief ? 'oldest' : name} ${formatAge(oldest.age)}`;
};

/**
 * The age of the data. Of working sources: the age that the typical ones do not exceed, and the exceptions with theirs,
 * 'data 4s old, backups 1m51s', `isBrief` '4s old, oldest 1m51s'. If all have failed: for how long nothing new was read.
 */
export const freshnessText = ({ feeds }: FactsState, now: Millis, isBrief: boolean): string => {
  const polled = Object.values(feeds).filter(({ feed }) => feed.everyMs > 0);
  const [typical, exceptions] = splitAges(
    agesOf(
      polled.filter((state) => state.losses === 0),
      now,
    ),
  );
  const oldest = typical.at(-1);
  if (oldest !== undefined) {
    const data = `${isBrief ? '' : 'data '}${formatAge(Math.max(1000, oldest.age))} old`;
    return data.padStart(widestText(isBrief).length) + exceptionText(exceptions, isBrief);
  }
  const stale = polled.flatMap((state) => ageOf(state, now) ?? []);
  return stale.length === 0 ? 'no data yet' : `no new data for ${formatAge(Math.min(...stale))}`;
};
