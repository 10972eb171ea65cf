import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { LogEvent } from '../../logs/reading/tail.ts';
import { createAsyncQueue } from '../../platform/runtime/async-queue.ts';
import { createReopenPace } from '../../platform/runtime/reopen-pace.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { LabelMatcher } from '../kit/values/label-matchers.ts';
import { type LokiClient, queryRangePath } from './client.ts';
import type { EntryDeduplicator } from './entry-deduplicator.ts';
import type { LokiPager } from './pager.ts';
import { type LokiEntry, millisToNanos, parseTailMessage } from './parse.ts';
import { formatStreamSelector } from './selector.ts';
import { type StreamGroup, streamGroupKey, streamGroupMatchers } from './streams.ts';

/** The WebSocket of a tail query. */
interface TailSocket {
  /** Ends when the socket closes, for whatever reason. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** The reason for a lost connection; undefined when its lifetime was over, or Loki closed it. */
  failure(): WireError | undefined;
  close(): void;
}

/** Opens the tail of a query for `forMs`; returns the WireError of a rejected one. Rejects when the signal aborts. */
const openTailSocket = async (
  client: LokiClient,
  query: string,
  forMs: Millis,
  signal: AbortSignal,
): Promise<TailSocket | WireError> => {
  const isOurs = (error: unknown): error is WireError => error instanceof WireError && !signal.aborted;
  let isDue = false;
  let problem: WireError | undefined;
  try {
    const wire = await client.tail(query, signal);
    const over = new AbortController();
    void client.clock.sleep(forMs, over.signal).then(() => {
      if (over.signal.aborted) return;
      isDue = true;
      wire.close();
    });
    return {
      messages: {
        async *[Symbol.asyncIterator]() {
          try {
            yield* wire.messages;
          } catch (error) {
            if (!isOurs(error)) throw error;
            if (!isDue) problem = error;
          }
        },
      },
      failure: () => problem,
      close: () => {
        over.abort();
        wire.close();
      },
    };
  } catch (error) {
    if (isOurs(error)) return error;
    throw error;
  }
};

/** Maximum number of events buffered for a slow reader; beyond it, the reader reads them from Loki again. */
const maxBufferedEvents = 5000;

/** One stream reader's subscription to a shared tail. */
interface TailSubscription {
  readonly group: StreamGroup;
  readonly deduplicator: EntryDeduplicator;
  deliver(entries: readonly LokiEntry[], isLive: boolean): void;
  note(text: string): void;
  fail(fault: Fault): void;
  /** Ends when the reader is too slow (`isLagging`), has failed, or has unsubscribed. */
  readonly events: AsyncIterable<LogEvent>;
  isLagging(): boolean;
  isClosed(): boolean;
  unsubscribe(): void;
}

/** `onEnd`: called when the subscription is over. */
const createTailSubscription = (
  group: StreamGroup,
  tracker: EntryDeduplicator,
  onEnd: () => void,
): TailSubscription => {
  const events = createAsyncQueue<LogEvent>();
  let buffered = 0;
  let isTooSlow = false;
  let isEnded = false;
  const end = (): void => {
    if (isEnded) return;
    isEnded = true;
    events.end();
    onEnd();
  };
  const put = (event: LogEvent): void => {
    buffered += 1;
    events.put(event);
  };
  return {
    group,
    deduplicator: tracker,
    deliver: (entries, isLive) => {
      if (isEnded) return;
      for (const event of tracker.acceptNew(entries, isLive)) put(event);
      if (buffered <= maxBufferedEvents) return;
      isTooSlow = true;
      end();
    },
    note: (text) => put({ is: 'note', text }),
    fail: (fault) => {
      put({ is: 'fault', fault });
      end();
    },
    events: {
      async *[Symbol.asyncIterator]() {
        for await (const event of events) {
          buffered -= 1;
          yield event;
        }
      },
    },
    isLagging: () => isTooSlow,
    isClosed: () => isEnded,
    unsubscribe: end,
  };
};

/** All readers with the same selector and filter: one query serves them all. */
export interface SharedTail {
  /** Subscribes from the time that its deduplicator covers; always call `unsubscribe`. */
  subscribe(group: StreamGroup, tracker: EntryDeduplicator): TailSubscription;
  isEmpty(): boolean;
}

interface SharedTailOptions {
  readonly client: LokiClient;
  readonly pager: LokiPager;
  /** Selector shared by all of them. */
  readonly matchers: readonly LabelMatcher[];
  /** Labels that distinguish the streams. */
  readonly labelNames: readonly string[];
  /** Line filters of LogQL, '' for none. */
  readonly filter: string;
}

/** Lines up to this late are still put in their order; later ones appear when they arrive. */
export const maxLatenessNs = millisToNanos(5000);
/** Extends beyond our current time, so that lines of a writer with a fast clock stay visible. */
export const clockSkewAllowanceNs = millisToNanos(60_000);
/** Readers subscribe in groups: wait for the rest. */
const subscribeDebounceMs: Millis = 100;
const pollIntervalMs: Millis = 1000;
/** A dead socket gives no sign of it: lines that it may have missed are queried at this interval. */
const reconnectIntervalMs: Millis = 30_000;
/** Number of consecutive short-lived sockets after which sockets are assumed to be blocked on the way. */
const maxShortLivedSockets = 3;
const shortLivedMs: Millis = 5000;

class LokiTail implements SharedTail {
  readonly #parts: SharedTailOptions;
  readonly #clock;
  readonly #subscriptions = new Set<TailSubscription>();
  #round = new AbortController();
  #isRunning = false;
  #socketRefusal: string | undefined;
  #shortLivedCount = 0;
  readonly #pace;

  constructor(parts: SharedTailOptions) {
    this.#parts = parts;
    this.#clock = parts.client.clock;
    this.#pace = createReopenPace(this.#clock.now);
  }

  isEmpty(): boolean {
    return this.#openSubscriptions().length === 0;
  }

  subscribe(group: StreamGroup, tracker: EntryDeduplicator): TailSubscription {
    const subscription = createTailSubscription(group, tracker, this.#stopWhenEmpty);
    this.#subscriptions.add(subscription);
    this.#round.abort();
    if (!this.#isRunning) {
      this.#isRunning = true;
      void this.#run();
    }
    return subscription;
  }

  #openSubscriptions(): readonly TailSubscription[] {
    for (const subscription of this.#subscriptions)
      if (subscription.isClosed()) this.#subscriptions.delete(subscription);
    return [...this.#subscriptions];
  }

  #queryOf(sitting: readonly TailSubscription[]): string {
    return (
      formatStreamSelector([
        ...this.#parts.matchers,
        ...streamGroupMatchers(
          sitting.map(({ group }) => group),
          this.#parts.labelNames,
        ),
      ]) + this.#parts.filter
    );
  }

  #dispatch(entries: readonly LokiEntry[], isLive: boolean): void {
    const byKey = Map.groupBy(entries, ({ labels }) => streamGroupKey(labels, this.#parts.labelNames));
    for (const subscription of this.#openSubscriptions()) {
      const own = byKey.get(subscription.group.key);
      if (own !== undefined) subscription.deliver(own, isLive);
    }
  }

  /** Reads everything since the least covered reader, so that nothing is missed while a socket is opened or lost. */
  async #backfill(query: string, signal: AbortSignal): Promise<void> {
    const began = this.#parts.client.serverNow();
    const floors = this.#openSubscriptions().map(({ deduplicator: tracker }) => tracker.floor);
    const [first = began] = floors.sort((a, b) => (a < b ? -1 : 1));
    for await (const { entries } of this.#parts.pager.forward(
      query,
      { start: first, end: began + clockSkewAllowanceNs },
      signal,
    ))
      this.#dispatch(entries, false);
    for (const { deduplicator: tracker } of this.#openSubscriptions())
      tracker.advanceTo(began, maxLatenessNs);
  }

  /**
   * Distributes the messages of a socket until it closes; returns the reason when it was rejected or lost. Throws the
   * error of a failed query.
   */
  async #readSocket(query: string, signal: AbortSignal): Promise<WireError | undefined> {
    const socket = await openTailSocket(this.#parts.client, query, reconnectIntervalMs, signal);
    if (socket instanceof WireError) return socket;
    try {
      await this.#backfill(query, signal);
      for await (const message of socket.messages) {
        const { entries, droppedCount: left } = await parseTailMessage(message);
        this.#shortLivedCount = 0;
        this.#dispatch(entries, true);
        if (left > 0) await this.#backfill(query, signal);
      }
      return socket.failure();
    } finally {
      socket.close();
    }
  }

  /** Follows by a socket, unless sockets are rejected or lost too often. True: a socket was tried. */
  async #trySocket(query: string, signal: AbortSignal): Promise<boolean> {
    if (this.#socketRefusal !== undefined) return false;
    const began = this.#clock.now();
    this.#pace.opened();
    const problem = await this.#readSocket(query, signal);
    if (!signal.aborted) this.#pace.ended();
    this.#shortLivedCount = this.#clock.now() - began < shortLivedMs ? this.#shortLivedCount + 1 : 0;
    const isRefused = problem?.kind === 'missing' || problem?.kind === 'denied';
    if (!signal.aborted && (isRefused || this.#shortLivedCount >= maxShortLivedSockets)) {
      this.#socketRefusal = problem?.message ?? 'closed immediately';
      for (const subscription of this.#openSubscriptions())
        subscription.note(`Loki tail unavailable (${this.#socketRefusal}): polling every second instead`);
    }
    return true;
  }

  async #run(): Promise<void> {
    while (this.#openSubscriptions().length > 0) {
      this.#round = new AbortController();
      const { signal } = this.#round;
      try {
        await this.#clock.sleep(Math.max(subscribeDebounceMs, this.#pace.waitMs()), signal);
        const query = this.#queryOf(this.#openSubscriptions());
        if (signal.aborted || (await this.#trySocket(query, signal))) continue;
        await this.#backfill(query, signal);
        await this.#clock.sleep(pollIntervalMs, signal);
      } catch (error) {
        if (!signal.aborted)
          for (const subscription of this.#openSubscriptions())
            subscription.fail(this.#parts.client.fault(queryRangePath, error));
      }
    }
    this.#isRunning = false;
  }

  readonly #stopWhenEmpty = (): void => {
    if (this.#openSubscriptions().length === 0) this.#round.abort();
  };
}

export const createSharedTail = (parts: SharedTailOptions): SharedTail => new LokiTail(parts);
