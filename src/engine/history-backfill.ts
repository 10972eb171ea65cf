import type { Fault, FaultKind, Millis } from '../domain/base/fault.ts';
import type { Sample } from '../domain/facts/facts.ts';
import {
  type HistoryPurpose,
  type HistoryRange,
  type HistoryReading,
  isTotalLoss,
  type Reading,
} from '../domain/facts/reading.ts';
import { signalKey } from '../domain/facts/snapshot.ts';
import { ValueSeries } from '../domain/facts/value-series.ts';
import { type Trace, tracedFault } from '../domain/runs/trace.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import { callWithDeadline } from '../scheduler/call-with-deadline.ts';
import type { StoreChanges } from '../scheduler/store-changes.ts';
import type { Feed } from '../sources/kit/contract/source.ts';
import type { FactsChange } from '../store/facts.ts';
import { maxSeriesWithHistory } from '../store/signal-history.ts';

/** Range that is read when a feed has answered for the first time, and its number of steps. */
const backfillMs: Millis = 6 * 3_600_000;
const steps = 360;
/** Maximum concurrent reads of history per source, beside its regular reads. */
const maxAtOnce = 2;
/** Maximum attempts per feed. The next one follows a later successful reading. */
const maxAttempts = 3;

/** Failures that another attempt can avoid. */
const temporary: ReadonlySet<FaultKind> = new Set(['timeout', 'unreachable', 'throttled']);

/** The step in ms that reads a range in at most 360 values per series; full seconds. */
export const historyStepMs = (overMs: Millis): Millis => Math.max(1, Math.ceil(overMs / steps / 1000)) * 1000;

/** Reads the earlier values of feeds: once after the first reading of each, and on request. */
export interface HistoryBackfill {
  /** Observes a change of a feed: a first reading starts its back-fill, a closed feed ends it. */
  observe(change: FactsChange): void;
  /** Reads a range of a signal, in at most 360 steps. */
  request(signal: string, range: Pick<HistoryRange, 'from' | 'to'>, purpose: HistoryPurpose): void;
  /** Cancels all reads; resolves when they have ended. */
  stop(): Promise<void>;
}

interface HistoryBackfillOptions {
  readonly clock: Clock;
  readonly changes: Pick<StoreChanges, 'add' | 'hurry'>;
  readonly trace?: Trace | undefined;
  feeds(): readonly Feed[];
}

/** The progress of one feed. */
interface FeedHistory {
  /** The series of its last reading; values of any other series are not stored. Empty: too many. */
  keys: ReadonlySet<string>;
  state: 'due' | 'reading' | 'done';
  attempts: number;
  /** Time before which the server wants no further request. */
  notBefore: Millis;
  readonly stop: AbortController;
}

interface Job {
  readonly feed: Feed;
  readonly of: FeedHistory;
  readonly range: HistoryRange;
  /** Absent: the back-fill after the first reading. */
  readonly request?: { readonly signal: string; readonly purpose: HistoryPurpose };
}

const samplesOf = (reading: Reading<unknown>, feed: Feed): readonly Sample[] => [
  // The feed declares that its items are samples.
  ...(feed.kind === 'samples' ? (reading.items as readonly Sample[]) : []),
  ...(reading.samples ?? []),
];

/** The series keys of a reading; none if a signal has too many series for a history. */
const keysOf = (samples: readonly Sample[]): ReadonlySet<string> => {
  const bySignal = Map.groupBy(samples, ({ signal }) => signal);
  const isLarge = [...bySignal.values()].some(({ length }) => length > maxSeriesWithHistory);
  return new Set(isLarge ? [] : samples.map(({ signal, labels }) => signalKey(signal, labels)));
};

const retryAfter = (faults: readonly Fault[]): Millis =>
  Math.max(0, ...faults.map((fault) => fault.retryAfterMs ?? 0));

/** The points by series key, marked with their distance; without series that the feed no longer has. */
const pointsOf = (
  { series }: HistoryReading,
  { range, of, request }: Job,
): ReadonlyMap<string, ValueSeries> =>
  new Map(
    series.flatMap((seriesHistory): readonly (readonly [string, ValueSeries])[] => {
      const key = signalKey(seriesHistory.signal, seriesHistory.labels);
      if (!of.keys.has(key) || (request !== undefined && seriesHistory.signal !== request.signal)) return [];
      const points = seriesHistory.points.filter(
        ({ at, value }) => at >= range.from && at <= range.to && Number.isFinite(value),
      );
      return points.length === 0
        ? []
        : [[key, ValueSeries.of(points.map((point) => ({ ...point, stepMs: range.stepMs })))]];
    }),
  );

class Backfill implements HistoryBackfill {
  readonly #options: HistoryBackfillOptions;
  readonly #known = new Map<string, FeedHistory>();
  readonly #waiting: Job[] = [];
  readonly #running = new Map<string, number>();
  readonly #work = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: HistoryBackfillOptions) {
    this.#options = options;
  }

  readonly observe: HistoryBackfill['observe'] = (change) => {
    if (this.#stopped) return;
    if (change.is === 'forgotten') this.#forget(change.feed);
    if (change.is === 'closed') for (const id of change.feeds) this.#forget(id);
    if (change.is !== 'learned' || isTotalLoss(change.reading)) return;
    const feed = this.#options.feeds().find(({ id }) => id === change.feed);
    if (feed?.readHistory !== undefined) this.#learned(feed, change.reading);
  };

  request(signal: string, { from, to }: Pick<HistoryRange, 'from' | 'to'>, purpose: HistoryPurpose): void {
    for (const feed of this.#options.feeds()) {
      const of = this.#known.get(feed.id);
      if (of === undefined || of.keys.size === 0 || feed.signals?.includes(signal) !== true) continue;
      const range = { from, to, stepMs: historyStepMs(to - from) };
      this.#waiting.push({ feed, range, of, request: { signal, purpose } });
    }
    this.#serve();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.length = 0;
    for (const id of [...this.#known.keys()]) this.#forget(id);
    await Promise.all(this.#work);
  }

  async #read({ feed, range, of }: Job): Promise<HistoryReading> {
    const stop = new AbortController();
    const cancel = (): void => stop.abort(of.stop.signal.reason);
    of.stop.signal.addEventListener('abort', cancel, { once: true });
    const call = async (signal: AbortSignal): Promise<HistoryReading> =>
      (await feed.readHistory?.(range, signal)) ?? { series: [], faults: [] };
    const outcome = await callWithDeadline(call, this.#options.clock, feed.timeoutMs, stop).outcome;
    of.stop.signal.removeEventListener('abort', cancel);
    if (outcome.is === 'answered') return outcome.value;
    const message =
      outcome.is === 'threw'
        ? String(outcome.error)
        : 'the source did not send the history in time, so older values stay empty';
    const kind = outcome.is === 'threw' ? 'bug' : 'timeout';
    return { series: [], faults: [{ kind, source: feed.source, message, at: this.#options.clock.now() }] };
  }

  #settle({ of, request }: Job, { faults }: HistoryReading): void {
    if (request !== undefined) return;
    const isTemporary = faults.length > 0 && faults.every(({ kind }) => temporary.has(kind));
    of.state = isTemporary && of.attempts < maxAttempts ? 'due' : 'done';
    of.notBefore = this.#options.clock.now() + retryAfter(faults);
  }

  async #run(job: Job): Promise<void> {
    const began = this.#options.clock.now();
    const reading = await this.#read(job);
    if (job.of.stop.signal.aborted) return;
    this.#settle(job, reading);
    const points = pointsOf(reading, job);
    if (points.size > 0) {
      this.#options.changes.add({ is: job.request?.purpose ?? 'recalled', points });
      this.#options.changes.hurry();
    }
    const { source, id } = job.feed;
    const faults = reading.faults.map(tracedFault);
    this.#options.trace?.({
      what: 'backfill',
      source,
      feed: id,
      ms: this.#options.clock.now() - began,
      series: points.size,
      faults,
    });
  }

  #serve(): void {
    for (const job of [...this.#waiting]) {
      const { source } = job.feed;
      const count = this.#running.get(source) ?? 0;
      if (count >= maxAtOnce) continue;
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      if (job.of.stop.signal.aborted) continue;
      this.#running.set(source, count + 1);
      const done = this.#run(job).finally(() => {
        this.#running.set(source, (this.#running.get(source) ?? 1) - 1);
        this.#work.delete(done);
        this.#serve();
      });
      this.#work.add(done);
    }
  }

  #learned(feed: Feed, reading: Reading<unknown>): void {
    const of: FeedHistory = this.#known.get(feed.id) ?? {
      keys: new Set(),
      state: 'due',
      attempts: 0,
      notBefore: 0,
      stop: new AbortController(),
    };
    this.#known.set(feed.id, of);
    of.keys = keysOf(samplesOf(reading, feed));
    const now = this.#options.clock.now();
    if (of.state !== 'due' || now < of.notBefore || of.keys.size === 0) return;
    of.state = 'reading';
    of.attempts += 1;
    const range = { from: now - backfillMs, to: now, stepMs: historyStepMs(backfillMs) };
    this.#waiting.push({ feed, range, of });
    this.#serve();
  }

  #forget(id: string): void {
    this.#known.get(id)?.stop.abort(new DOMException('no longer needed', 'AbortError'));
    this.#known.delete(id);
  }
}

/**
 * Creates the back-fill of an environment. It starts after a feed's first successful reading and never delays or fails a
 * regular reading: it has a limit of its own, and its faults leave gaps. Signals with too many series are skipped.
 */
export const createHistoryBackfill = (options: HistoryBackfillOptions): HistoryBackfill =>
  new Backfill(options);
