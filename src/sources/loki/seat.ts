import type { Fault } from '../../domain/fault.ts';
import type { LogEvent } from '../../logs/reading/tail.ts';
import { inbox } from '../../platform/network/inbox.ts';
import type { Book } from './book.ts';
import type { Entry } from './parse.ts';
import type { Group } from './streams.ts';

/** More than this is not kept for a reader that does not ask: it is read again from Loki. */
const mostWaiting = 5000;

/** The place of one stream's reader among those that follow together. */
export interface Seat {
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
export const createSeat = (group: Group, book: Book, ended: () => void): Seat => {
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
