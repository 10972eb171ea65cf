import { durationText } from '../domain/duration.ts';
import type { Fault, FaultKind, Millis } from '../domain/fault.ts';
import type { Batch, FeedInfo } from '../domain/reading.ts';
import type { Clock } from '../platform/clock.ts';
import { toFault } from '../platform/fault.ts';
import type { Feed } from '../sources/source.ts';
import { bounded, type Outcome } from './bounded.ts';

export type Answer = Awaited<ReturnType<Feed['read']>>;

/** One read under way. */
export interface GuardedRead {
  /** Never rejects; comes within the feed's time-out and a short grace. */
  readonly batch: Promise<Answer>;
  /** When the read has really ended: later than `batch` when the feed ignored its signal. */
  readonly ended: Promise<void>;
}

/** A batch that saw nothing, and why. */
export const nothingBut = (fault: Fault): Batch<never> => ({ items: [], faults: [fault] });

/** The engine's own fault for a feed: `what` says what it did or did not do. */
export const feedFault = (kind: FaultKind, feed: FeedInfo, what: string, at: Millis): Fault => ({
  kind,
  source: feed.source,
  message: `${feed.name}${feed.instance === undefined ? '' : ` of ${feed.instance}`}: ${what}`,
  at,
});

/** A source's own mistake may be anything, whatever its type says. */
const isBatch = (answer: Answer | undefined): boolean =>
  Array.isArray(answer?.items) && Array.isArray(answer?.faults);

const batchOf = (feed: Feed, outcome: Outcome<Answer>, signal: AbortSignal, at: Millis): Answer => {
  if (outcome.is === 'answered' && isBatch(outcome.value)) return outcome.value;
  if (outcome.is === 'overdue' || (outcome.is === 'threw' && signal.aborted)) {
    const limit = durationText(feed.timeoutMs);
    return nothingBut(feedFault('timeout', feed, `no answer in ${limit}`, at));
  }
  const error = outcome.is === 'threw' ? outcome.error : new TypeError('the read gave no batch');
  return nothingBut({ ...toFault(feed.source, feed.name, error, at), kind: 'bug' });
};

/**
 * Reads a feed once. A feed that throws is a `bug` fault of that feed; one that ignores its deadline is a `timeout`
 * fault, and is no longer waited for. `stop` ends the read early.
 */
export const guardedRead = (feed: Feed, clock: Clock, stop: AbortController): GuardedRead => {
  const { outcome, ended } = bounded((signal) => feed.read(signal), clock, feed.timeoutMs, stop);
  return { batch: outcome.then((result) => batchOf(feed, result, stop.signal, clock.now())), ended };
};
