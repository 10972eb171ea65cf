import { setTimeout as sleep } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import type { Millis } from '../../../src/domain/base/fault.ts';
import type { FeedInfo } from '../../../src/domain/facts/reading.ts';
import type { TraceEvent } from '../../../src/domain/runs/trace.ts';
import type { FactsState } from '../../../src/store/facts.ts';
import type { SoakReport, SoakSample } from './soak-report.ts';

/** Time by which a read may be later than its interval and its deadline: ticks of the wheel. */
const lateMs: Millis = 1000;

/** Counts reads of feeds, from the trace, and those that came too late. */
interface PollMeter {
  see(event: TraceEvent, now: Millis): void;
  /** The counts; a feed that is overdue at `now` counts as missed. */
  counts(now: Millis): Pick<SoakReport, 'polls' | 'missed'>;
}

/** Creates a meter. After a read with faults, the pause of the back-off does not count. */
export const createPollMeter = (feeds: () => readonly FeedInfo[]): PollMeter => {
  const last = new Map<string, { readonly at: Millis; isFailing: boolean }>();
  const missed: { readonly feed: string; readonly afterMs: Millis }[] = [];
  let polls = 0;
  const check = (id: string, now: Millis): void => {
    const before = last.get(id);
    const feed = feeds().find((candidate) => candidate.id === id);
    if (before === undefined || feed === undefined || feed.everyMs === 0 || before.isFailing) return;
    const afterMs = now - before.at;
    if (afterMs > feed.everyMs + feed.timeoutMs + lateMs) missed.push({ feed: id, afterMs });
  };
  /** Forgets the feeds of pods that were replaced. */
  const forgetRemoved = (): void => {
    const ids = new Set(feeds().map(({ id }) => id));
    for (const id of last.keys()) if (!ids.has(id)) last.delete(id);
  };
  return {
    see: (event, now) => {
      if (event.what === 'poll-start') {
        polls += 1;
        check(event.feed, now);
        last.set(event.feed, { at: now, isFailing: false });
        if (last.size > 2 * feeds().length) forgetRemoved();
      }
      const own = event.what === 'poll-end' ? last.get(event.feed) : undefined;
      if (own !== undefined && event.what === 'poll-end') own.isFailing = event.faults.length > 0;
    },
    counts: (now) => {
      for (const id of last.keys()) check(id, now);
      return { polls, missed: [...missed] };
    },
  };
};

/** Collections until what only finalizers keep is free, such as what Node notes of each `AbortSignal.any`. */
const collections = 3;
/** Enough for the finalizers of one collection, on the real clock. */
const finalizersMs: Millis = 20;

/** Returns the size of the heap after garbage collection, in bytes, with the buffers outside of it. */
export const collectedHeapBytes = async (): Promise<number> => {
  if (globalThis.gc === undefined) throw new Error('a soak needs node --expose-gc');
  for (let times = 0; times < collections; times += 1) {
    globalThis.gc();
    await sleep(finalizersMs);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/**
 * Returns the size of the history of signals, and its limit: 512 values, and a day of values every 15 s, of each series. A
 * value takes 16 bytes, or 24 if it has a step.
 */
export const historySizes = ({
  history,
  past,
}: FactsState): Required<Pick<SoakSample, 'historyBytes' | 'historyLimitBytes'>> => {
  const bytesOf = (all: FactsState['history']): number =>
    Object.values(all).reduce((sum, series) => sum + series.length * (series.hasSteps ? 24 : 16), 0);
  const series = new Set([...Object.keys(history), ...Object.keys(past)]).size;
  return {
    historyBytes: bytesOf(history) + bytesOf(past),
    historyLimitBytes: series * 24 * (512 + (24 * 3600) / 15 + 1),
  };
};

/** Returns the number of living abort signals, after garbage collection: a listener that is not removed keeps one. */
export const livingSignals = (): number => queryObjects(AbortSignal, { format: 'count' });

/** Collects unhandled rejections and uncaught exceptions until `stop`. */
export const collectRejections = () => {
  const rejections: string[] = [];
  const note = (reason: unknown): void =>
    void rejections.push(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
  process.on('unhandledRejection', note).on('uncaughtExceptionMonitor', note);
  return {
    rejections,
    stop: (): void => void process.off('unhandledRejection', note).off('uncaughtExceptionMonitor', note),
  };
};
