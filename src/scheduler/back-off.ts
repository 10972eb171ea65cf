import type { AnyFact, Note, Sample } from '../domain/facts.ts';
import type { Millis } from '../domain/fault.ts';
import { type Batch, type FeedInfo, isTotalLoss } from '../domain/reading.ts';

const capMs: Millis = 120_000;
/** The part of a pause that chance may take away, so that feeds that failed together do not come back together. */
const jitter = 0.25;

/**
 * True when a read counts towards backing off: it brought faults and nothing else. A probe's failure is what it
 * was sent to find out, so only being asked to come later (`throttled`) counts for a probe.
 */
export const isLoss = (feed: FeedInfo, batch: Batch<unknown>): boolean =>
  feed.probe === true ? batch.faults.some((fault) => fault.kind === 'throttled') : isTotalLoss(batch);

/**
 * Ms to wait after `losses` (1 or more) reads in a row that brought nothing: everyMs, doubled by each further loss,
 * at most 2 min, less up to a quarter by `chance` (0..1); never shorter than the feed's own interval.
 */
export const pauseMs = (everyMs: Millis, losses: number, chance: number): Millis =>
  Math.max(everyMs, Math.min(capMs, everyMs * 2 ** (losses - 1)) * (1 - jitter * chance));

/** Ms that the answer asks us to stay away; 0 when it does not. The longest of its faults' `retryAfterMs` holds. */
export const askedToStayAway = (batch: Batch<unknown>): Millis =>
  Math.max(0, ...batch.faults.map((fault) => fault.retryAfterMs ?? 0));

const isDownUnheard = (item: AnyFact | Note | Sample): boolean =>
  'status' in item && item.status === 'down' && !('httpStatus' in item);

/** True when the other side answered: a batch of faults alone, and one of rows that are down without an answer, are silence. */
export const somebodyAnswered = (batch: Batch<AnyFact | Note | Sample>): boolean =>
  !isTotalLoss(batch) && (batch.items.length === 0 || !batch.items.every(isDownUnheard));
