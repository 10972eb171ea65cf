import { WireError } from '../../platform/failures.ts';
import type { LineRange, LokiClient } from './client.ts';
import { mostEntriesIn } from './client.ts';
import type { Entry, Nanos } from './parse.ts';

/** Reads lines of the past page by page, each as large as Loki and we can bear. */
export interface Pager {
  /** Pages from `start` on, oldest first; what lies on the edge of two is in both. Throws WireError. */
  forward(query: string, span: Span, signal: AbortSignal): AsyncGenerator<Page, void, undefined>;
  /** About the last `count` entries of a span, oldest first: of every moment in it, all. Throws WireError. */
  last(query: string, span: Span, count: number, signal: AbortSignal): Promise<LastEntries>;
}

/** `start` included, `end` not. */
export interface Span {
  readonly start: Nanos;
  readonly end: Nanos;
}

export interface Page {
  readonly entries: readonly Entry[];
  /** True: one moment has more entries than Loki gives at once, and the rest cannot be asked for. */
  readonly isCut?: true;
}

export interface LastEntries extends Page {
  /** True: the span has no others. */
  readonly isAll: boolean;
}

interface Asked {
  readonly entries: readonly Entry[];
  /** True: there may be more. */
  readonly isFull: boolean;
}

/** What is said of a page that is cut. */
export const cutWords = (entries: number): string =>
  `more than ${entries} lines of one moment: Loki gives no more of them at once`;

/** How many entries are asked for beyond those that are wanted, so that a moment is not torn. */
const spare = 20;

export const createPager = (client: LokiClient, page: number): Pager => {
  let most = page;

  /** As many as Loki gives, and as an answer can hold; what it refuses, it is not asked for again. */
  const asked = async (
    range: Omit<LineRange, 'limit'>,
    wanted: number,
    signal: AbortSignal,
  ): Promise<Asked> => {
    for (;;) {
      const limit = Math.min(wanted, most);
      try {
        const entries = await client.lines({ ...range, limit }, signal);
        return { entries, isFull: entries.length >= limit };
      } catch (error) {
        const smaller = error instanceof WireError ? smallerThan(limit, error) : undefined;
        if (smaller === undefined) throw error;
        most = smaller;
      }
    }
  };

  return {
    forward: async function* (query, { start, end }, signal) {
      for (let from = start; from < end; ) {
        const range = { query, start: from, end, direction: 'forward' } as const;
        const { entries, isFull } = await asked(range, most, signal);
        const last = entries.at(-1)?.ns;
        const isCut = isFull && last === entries[0]?.ns;
        if (entries.length > 0) yield { entries, ...(isCut ? { isCut } : {}) };
        if (!isFull || last === undefined) return;
        // The moment at the edge may have more of its entries on the next page.
        from = isCut ? last + 1n : last;
      }
    },
    last: async (query, { start, end }, count, signal) => {
      let found: LastEntries = { entries: [], isAll: false };
      let until = end;
      let wanted = count + spare;
      while (!found.isAll && found.entries.length < count && until > start) {
        const range = { query, start, end: until, direction: 'backward' } as const;
        const got = await asked(range, wanted, signal);
        const first = got.entries[0]?.ns;
        const step = backward(got);
        // One moment fills the page: a larger one may hold it whole.
        if (step.isCut === true && wanted < most) {
          wanted = most;
          continue;
        }
        found = {
          entries: [...step.entries, ...found.entries],
          isAll: step.isAll,
          ...(step.isCut === true || found.isCut === true ? { isCut: true } : {}),
        };
        until = step.isCut === true ? (first ?? start) : (first ?? start) + 1n;
        wanted = Math.max(spare, count + spare - found.entries.length);
      }
      return until > start ? found : { ...found, isAll: true };
    },
  };
};

/** Of its oldest moment a full page may hold a part only: that moment is asked for again, or cut. */
const backward = ({ entries, isFull }: Asked): LastEntries => {
  const first = entries[0]?.ns;
  if (!isFull || first === undefined) return { entries, isAll: true };
  const whole = entries.filter(({ ns }) => ns > first);
  return whole.length > 0 ? { entries: whole, isAll: false } : { entries, isAll: false, isCut: true };
};

const smallerThan = (limit: number, error: WireError): number | undefined => {
  const most = mostEntriesIn(error);
  if (most !== undefined && most > 0 && most < limit) return most;
  const isTooLong = error.kind === 'malformed' && error.message.includes('reading stopped there');
  return isTooLong && limit > 1 ? Math.floor(limit / 2) : undefined;
};
