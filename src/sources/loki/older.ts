import type { Millis } from '../../domain/fault.ts';
import type { Before, LogEvent, OlderLines } from '../../logs/reading/tail.ts';
import { Book } from './book.ts';
import { linesPath } from './client.ts';
import { markText, nanosOf, parseMark } from './nano.ts';
import type { Entry } from './parse.ts';
import type { LokiParts } from './parts.ts';
import { cutWords } from './past.ts';

const hourMs: Millis = 3_600_000;
/** How far back is looked, further with every step that found too little; Loki's own bound of a query is 30 days and an hour. */
const reaches: readonly Millis[] = [1, 6, 24, 7 * 24, 30 * 24].map((hours) => hours * hourMs);

/** The lines of a selector that were written before a mark or a moment. Never throws. */
export const olderOf = async (
  { client, pager }: LokiParts,
  selector: string,
  { mark: markWords, at, lines }: Before,
  signal: AbortSignal,
): Promise<OlderLines> => {
  const mark = markWords === undefined ? undefined : parseMark(markWords);
  const offset = client.wallNow() - client.clock.now();
  const until = mark === undefined ? nanosOf((at ?? client.clock.now()) + offset) : mark.ns + 1n;
  /** Of the mark's own moment, those in front of it. */
  const isBefore = (entry: Entry, index: number, all: readonly Entry[]): boolean =>
    mark === undefined ||
    entry.ns < mark.ns ||
    index - all.findIndex(({ ns }) => ns === mark.ns) < mark.nth - 1;
  let found: readonly Entry[] = [];
  let isStart = true;
  let isCut = false;
  let end = until;
  try {
    for (const reach of reaches) {
      const start = until - nanosOf(reach);
      const wanted = lines - found.length + (mark?.nth ?? 0);
      const got = await pager.last(selector, { start, end }, wanted, signal);
      found = [...got.entries, ...found].filter(isBefore);
      isCut ||= got.isCut === true;
      isStart = got.isAll;
      end = start;
      if (!isStart || found.length >= lines) break;
    }
  } catch (error) {
    if (found.length === 0)
      return { events: [{ is: 'fault', fault: client.fault(linesPath, error) }], isStart: false };
    isStart = false;
  }
  const book = new Book({ after: undefined, from: 0n, toClock: client.toClock });
  const gap: readonly LogEvent[] = isCut ? [{ is: 'gap', why: cutWords(found.length) }] : [];
  const [first] = found;
  return {
    events: [...gap, ...book.take(found)],
    isStart: isStart && end <= until - nanosOf(reaches.at(-1) ?? 0),
    ...(first === undefined ? {} : { first: markText({ ns: first.ns, nth: 1 }) }),
  };
};
