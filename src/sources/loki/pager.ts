import { TooLargeError, WireError } from '../../platform/runtime/wire-error.ts';
import type { LogRangeQuery, LokiClient } from './client.ts';
import { entryLimitFromError } from './client.ts';
import type { LokiEntry, Nanos } from './parse.ts';

/** Reads past lines page by page, within the limits of Loki and of our memory. */
export interface LokiPager {
  /** Yields pages from `start` on, oldest first. Entries at the boundary of two pages are in both. Throws WireError. */
  forward(query: string, span: NanosRange, signal: AbortSignal): AsyncGenerator<EntryPage, void, undefined>;
  /**
   * Returns about the last `count` entries of a range, oldest first, without splitting entries of equal time. Throws
   * WireError.
   */
  last(query: string, span: NanosRange, count: number, signal: AbortSignal): Promise<LatestEntries>;
}

/** `start` inclusive, `end` exclusive. */
interface NanosRange {
  readonly start: Nanos;
  readonly end: Nanos;
}

interface EntryPage {
  readonly entries: readonly LokiEntry[];
  /** True: one timestamp has more entries than Loki returns at once, and the rest cannot be read. */
  readonly isTruncated?: true;
}

interface LatestEntries extends EntryPage {
  /** True: the range has no other entries. */
  readonly isComplete: boolean;
}

interface EntryBatch {
  readonly entries: readonly LokiEntry[];
  /** True: there may be more entries. */
  readonly isFull: boolean;
}

/** Text about a truncated page. */
export const truncationText = (entries: number): string =>
  `more than ${entries} lines have the same timestamp, and Loki does not return the rest of them`;

/** Extra entries per request, so that entries of equal time stay together. */
const extraEntries = 20;

export const createLokiPager = (client: LokiClient, page: number): LokiPager => {
  let maxEntries = page;

  /** Fetches as many entries as Loki returns and a response can contain; remembers limits that Loki rejects. */
  const fetchEntries = async (
    range: Omit<LogRangeQuery, 'limit'>,
    entryLimit: number,
    signal: AbortSignal,
  ): Promise<EntryBatch> => {
    for (;;) {
      const limit = Math.min(entryLimit, maxEntries);
      try {
        const entries = await client.queryRange({ ...range, limit }, signal);
        return { entries, isFull: entries.length >= limit };
      } catch (error) {
        const smaller = error instanceof WireError ? reducedLimit(limit, error) : undefined;
        if (smaller === undefined) throw error;
        maxEntries = smaller;
      }
    }
  };

  return {
    forward: async function* (query, { start, end }, signal) {
      for (let from = start; from < end; ) {
        const range = { query, start: from, end, direction: 'forward' } as const;
        const { entries, isFull } = await fetchEntries(range, maxEntries, signal);
        const last = entries.at(-1)?.ns;
        const isCut = isFull && last === entries[0]?.ns;
        if (entries.length > 0) yield { entries, ...(isCut ? { isTruncated: isCut } : {}) };
        if (!isFull || last === undefined) return;
        // The next page may contain more entries of the last timestamp.
        from = isCut ? last + 1n : last;
      }
    },
    last: async (query, { start, end }, count, signal) => {
      let collected: LatestEntries = { entries: [], isComplete: false };
      let until = end;
      let limit = count + extraEntries;
      while (!collected.isComplete && collected.entries.length < count && until > start) {
        const range = { query, start, end: until, direction: 'backward' } as const;
        const batch = await fetchEntries(range, limit, signal);
        const first = batch.entries[0]?.ns;
        const step = withoutPartialTimestamp(batch);
        // One timestamp fills the page: a larger page may contain all of it.
        if (step.isTruncated === true && limit < maxEntries) {
          limit = maxEntries;
          continue;
        }
        collected = {
          entries: [...step.entries, ...collected.entries],
          isComplete: step.isComplete,
          ...(step.isTruncated === true || collected.isTruncated === true ? { isTruncated: true } : {}),
        };
        until = step.isTruncated === true ? (first ?? start) : (first ?? start) + 1n;
        limit = Math.max(extraEntries, count + extraEntries - collected.entries.length);
      }
      return until > start ? collected : { ...collected, isComplete: true };
    },
  };
};

/**
 * A full page may contain only a part of its oldest timestamp: drops that timestamp, which is then read again or
 * reported as truncated.
 */
const withoutPartialTimestamp = ({ entries, isFull }: EntryBatch): LatestEntries => {
  const first = entries[0]?.ns;
  if (!isFull || first === undefined) return { entries, isComplete: true };
  const whole = entries.filter(({ ns }) => ns > first);
  return whole.length > 0
    ? { entries: whole, isComplete: false }
    : { entries, isComplete: false, isTruncated: true };
};

const reducedLimit = (limit: number, error: WireError): number | undefined => {
  const most = entryLimitFromError(error);
  if (most !== undefined && most > 0 && most < limit) return most;
  return error instanceof TooLargeError && limit > 1 ? Math.floor(limit / 2) : undefined;
};
