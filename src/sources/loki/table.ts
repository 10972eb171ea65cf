import type { Fault, Millis } from '../../domain/fault.ts';
import type { LogEvent } from '../../logs/reading/tail.ts';
import { WireError } from '../../platform/failures.ts';
import { inbox } from '../../platform/network/inbox.ts';
import type { LabelMatcher } from '../label-matchers.ts';
import type { Book } from './book.ts';
import { type LokiClient, linesPath } from './client.ts';
import { type Entry, nanosOf, parseTailed } from './parse.ts';
import type { Pager } from './past.ts';
import { selectorText } from './selector.ts';
import { type Group, keyOf, matchersOf } from './streams.ts';

/** The tail of a query. */
interface TailSocket {
  /** Ends with the socket, however it ends. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** Why it ended, when something cut it; undefined when its time was over, or Loki ended it. */
  problem(): WireError | undefined;
  close(): void;
}

/** Opens the tail of a query for `forMs`; gives the WireError of one that is refused. Rejects when the signal aborts. */
const openSocket = async (
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
      problem: () => problem,
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

/** More than this is not kept for a reader that does not ask: it is read again from Loki. */
const mostWaiting = 5000;

/** The place of one stream's reader among those that follow together. */
interface Seat {
  readonly group: Group;
  readonly book: Book;
  take(entries: readonly Entry[], isLive: boolean): void;
  note(text: string): void;
  fail(fault: Fault): void;
  /** Ends when the reader is too slow (`isBehind`), when it has failed, or has left. */
  readonly events: AsyncIterable<LogEvent>;
  isBehind(): boolean;
  isOver(): boolean;
  leave(): void;
}

/** `ended`: called once it is over. */
const createSeat = (group: Group, book: Book, ended: () => void): Seat => {
  const events = inbox<LogEvent>();
  let waiting = 0;
  let behind = false;
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    events.end();
    ended();
  };
  const put = (event: LogEvent): void => {
    waiting += 1;
    events.put(event);
  };
  return {
    group,
    book,
    take: (entries, isLive) => {
      if (over) return;
      for (const event of book.take(entries, isLive)) put(event);
      if (waiting <= mostWaiting) return;
      behind = true;
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
          waiting -= 1;
          yield event;
        }
      },
    },
    isBehind: () => behind,
    isOver: () => over,
    leave: end,
  };
};

/** All readers that follow lines of one selector by one filter: one question of Loki serves them all. */
export interface Table {
  /** From what its book covers on; `leave` the seat in any case. */
  sit(group: Group, book: Book): Seat;
  isEmpty(): boolean;
}

interface TableParts {
  readonly client: LokiClient;
  readonly pager: Pager;
  /** What all of them select. */
  readonly matchers: readonly LabelMatcher[];
  /** Labels that tell the streams apart. */
  readonly names: readonly string[];
  /** Line filters of LogQL, '' for none. */
  readonly filter: string;
}

/** So late after it was written a line may come and stand in its place; lines that come later are shown where they come. */
export const lateNs = nanosOf(5000);
/** Beyond our own now, so that a writer whose clock is ahead is not hidden. */
export const aheadNs = nanosOf(60_000);
/** Readers come in a crowd: they are waited for. */
const crowdMs: Millis = 100;
const pollMs: Millis = 1000;
/** A socket that has died says nothing of it: what it may have missed is asked for this often. */
const checkMs: Millis = 30_000;
/** So often in turn a socket may end before it has lived that long; then something on the way is thought to let none live. */
const mostCuts = 3;
const shortLifeMs: Millis = 5000;

export const createTable = (parts: TableParts): Table => {
  const { client, pager, matchers, names, filter } = parts;
  const { clock } = client;
  const seats = new Set<Seat>();
  let turn = new AbortController();
  let isRunning = false;
  let noSocket: string | undefined;
  let cuts = 0;

  const present = (): readonly Seat[] => {
    for (const seat of seats) if (seat.isOver()) seats.delete(seat);
    return [...seats];
  };
  const queryOf = (sitting: readonly Seat[]): string =>
    selectorText([
      ...matchers,
      ...matchersOf(
        sitting.map(({ group }) => group),
        names,
      ),
    ]) + filter;

  const deal = (entries: readonly Entry[], isLive: boolean): void => {
    const byKey = Map.groupBy(entries, ({ labels }) => keyOf(labels, names));
    for (const seat of present()) {
      const own = byKey.get(seat.group.key);
      if (own !== undefined) seat.take(own, isLive);
    }
  };

  /** Everything since what the least of them covers: nothing is missed while a socket is opened, or was lost. */
  const fill = async (query: string, signal: AbortSignal): Promise<void> => {
    const began = client.serverNow();
    const floors = present().map(({ book }) => book.floor);
    const [first = began] = floors.sort((a, b) => (a < b ? -1 : 1));
    for await (const { entries } of pager.forward(query, { start: first, end: began + aheadNs }, signal))
      deal(entries, false);
    for (const { book } of present()) book.cover(began, lateNs);
  };

  /** Deals what a socket says until it ends; gives why, when it was refused or lost. Throws what a question fails with. */
  const listen = async (query: string, signal: AbortSignal): Promise<WireError | undefined> => {
    const socket = await openSocket(client, query, checkMs, signal);
    if (socket instanceof WireError) return socket;
    try {
      await fill(query, signal);
      for await (const message of socket.messages) {
        const { entries, left } = parseTailed(message);
        cuts = 0;
        deal(entries, true);
        if (left > 0) await fill(query, signal);
      }
      return socket.problem();
    } finally {
      socket.close();
    }
  };

  /** By a socket, unless it was refused, or cut too often. True: it was tried. */
  const hear = async (query: string, signal: AbortSignal): Promise<boolean> => {
    if (noSocket !== undefined) return false;
    const began = clock.now();
    const problem = await listen(query, signal);
    cuts = clock.now() - began < shortLifeMs ? cuts + 1 : 0;
    const isRefused = problem?.kind === 'missing' || problem?.kind === 'denied';
    if (!signal.aborted && (isRefused || cuts >= mostCuts)) {
      noSocket = problem?.message ?? 'it ends at once';
      for (const seat of present())
        seat.note(`Loki's tail cannot be had (${noSocket}): it is asked every second instead`);
    }
    return true;
  };

  const run = async (): Promise<void> => {
    while (present().length > 0) {
      turn = new AbortController();
      const { signal } = turn;
      try {
        await clock.sleep(crowdMs, signal);
        const query = queryOf(present());
        if (signal.aborted || (await hear(query, signal))) continue;
        await fill(query, signal);
        await clock.sleep(pollMs, signal);
      } catch (error) {
        if (!signal.aborted) for (const seat of present()) seat.fail(client.fault(linesPath, error));
      }
    }
    isRunning = false;
  };

  const left = (): void => {
    if (present().length === 0) turn.abort();
  };

  return {
    isEmpty: () => present().length === 0,
    sit: (group, book) => {
      const seat = createSeat(group, book, left);
      seats.add(seat);
      turn.abort();
      if (!isRunning) {
        isRunning = true;
        void run();
      }
      return seat;
    },
  };
};
