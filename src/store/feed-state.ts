import type { AnyFact, Note, Sample } from '../domain/facts.ts';
import type { Fault } from '../domain/fault.ts';
import { type Batch, type FeedInfo, type FeedState, isTotalLoss, type Known } from '../domain/reading.ts';
import type { FactsChange } from './facts.ts';

type Learned = Extract<FactsChange, { is: 'learned' }>;
type Waiting = Extract<FactsChange, { is: 'waiting' }>;

const idle = { is: 'idle' } as const;

/** A feed before its first reading; one that was known before keeps what it knows. */
export const opened = (was: FeedState | undefined, feed: FeedInfo): FeedState =>
  was === undefined ? { feed, faults: [], losses: 0, doing: idle } : { ...was, feed };

export const reading = (was: FeedState, since: number): FeedState => {
  const { nextAt: _, ...rest } = was;
  return { ...rest, doing: { is: 'reading', since } };
};

export const waiting = (was: FeedState, { until, backingOff }: Waiting): FeedState => ({
  ...was,
  nextAt: until,
  doing: backingOff ? { is: 'backing-off', until } : idle,
});

/** NaN and infinities are no values. */
const sane = (sample: Sample): Sample => {
  if (typeof sample.value !== 'number' || Number.isFinite(sample.value)) return sample;
  const { value, ...rest } = sample;
  return { ...rest, why: `the answer was ${value}` };
};

const knownOf = (feed: FeedInfo, batch: Batch<unknown>, { began, at }: Learned): Known => {
  const samples = batch.samples ?? [];
  // A feed's items are of the kind that it declares; these two lines are where `unknown` becomes that kind.
  if (feed.kind === 'samples')
    return { items: [], samples: [...(batch.items as readonly Sample[]), ...samples].map(sane), began, at };
  return { items: batch.items as readonly (AnyFact | Note)[], samples: samples.map(sane), began, at };
};

const wasStopped = (batch: Batch<unknown>): boolean =>
  isTotalLoss(batch) && batch.faults.every((fault) => fault.kind === 'cancelled');

/**
 * The feed after a reading. A reading that brought only faults leaves the last good one in place; one that we stopped
 * ourselves, or that began before the one we have, changes nothing that is known.
 */
export const learned = (was: FeedState, change: Learned): FeedState => {
  const { batch, began } = change;
  if (wasStopped(batch) || (was.known !== undefined && began < was.known.began))
    return { ...was, doing: idle };
  const faulty = batch.faults.length === 0 ? {} : { faultySince: was.faultySince ?? began };
  if (isTotalLoss(batch))
    return {
      ...was,
      ...faulty,
      faults: batch.faults,
      losses: was.losses + 1,
      lostSince: was.lostSince ?? began,
      doing: idle,
    };
  const { lostSince: _, faultySince: __, ...rest } = was;
  const known = knownOf(was.feed, batch, change);
  return { ...rest, ...faulty, known, faults: batch.faults, losses: 0, doing: idle };
};

/** The feed of a source that turned out to be another system: what it said is forgotten. */
export const forgotten = (was: FeedState, fault: Fault): FeedState => {
  const { known: _, ...rest } = was;
  return {
    ...rest,
    faults: [fault],
    losses: was.losses + 1,
    lostSince: was.lostSince ?? fault.at,
    doing: idle,
  };
};
