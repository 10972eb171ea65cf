import type { Millis } from '../../domain/fault.ts';
import type { Before, LogEvent, OlderLines, Resume, Tail } from '../../logs/reading/tail.ts';
import { Book } from './book.ts';
import { linesPath } from './client.ts';
import { pushedFilter } from './logql.ts';
import type { Entry } from './parse.ts';
import { markText, nanosOf, parseMark } from './parse.ts';
import type { LokiParts } from './parts.ts';
import { cutWords } from './past.ts';
import { selectorText } from './selector.ts';
import { type Group, grouped, matchersOf, wantedOf } from './streams.ts';
import { aheadNs, lateNs, type Table } from './table.ts';

const hourMs: Millis = 3_600_000;
/** How far back is looked, further with every step that found too little; Loki's own bound of a query is 30 days and an hour. */
const reaches: readonly Millis[] = [1, 6, 24, 7 * 24, 30 * 24].map((hours) => hours * hourMs);

/** The lines of a selector that were written before a mark or a moment. Never throws. */
const olderOf = async (
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

/** The streams that have had lines lately, of what `of` selects. Throws WireError. */
export const tailsOf = async (
  parts: LokiParts,
  of: string | undefined,
  signal: AbortSignal,
): Promise<readonly Tail[]> => {
  const { client, config, selected } = parts;
  const wanted = wantedOf(of);
  const matchers = [...selected, ...wanted.matchers];
  const all = await client.series(selectorText(matchers), config.back, signal);
  const { names, groups } = grouped(all.filter(wanted.meant), config.stream, config.most);
  return groups.map((group) => {
    const own = [...matchers, ...matchersOf([group], names)];
    return groupTail(parts, group, selectorText(own), (filter) => parts.table(matchers, names, filter));
  });
};

const none = { include: [], exclude: [] };

const groupTail = (
  parts: LokiParts,
  group: Group,
  selector: string,
  tableFor: (filter: string) => Table,
): Tail => ({
  stream: group.name,
  filters: true,
  open: async function* (from, signal): AsyncGenerator<LogEvent, void, undefined> {
    const { logql, left } = pushedFilter(from.filter ?? none);
    for (const { text } of left)
      yield { is: 'note', text: `Loki has no words for /${text}/: every line is fetched, and judged here` };
    try {
      const query = `${selector}${logql}`;
      const book = bookOf(parts, selector, from);
      yield* beginning(parts, { query, from, book }, signal);
      if (!from.follow || signal.aborted) return;
      yield* following(parts, { query, group, book, table: tableFor(logql) }, signal);
    } catch (error) {
      if (!signal.aborted) yield { is: 'fault', fault: parts.client.fault(linesPath, error) };
    }
  },
  older: (before, signal): Promise<OlderLines> => olderOf(parts, selector, before, signal),
});

const mostBooks = 2000;

/** What was told is remembered whatever the filter was: another one may leave what the first hid. */
const bookOf = (
  { client, config, books }: LokiParts,
  selector: string,
  { after: words, since }: Resume,
): Book => {
  const offset = client.wallNow() - client.clock.now();
  const from = since === undefined ? client.serverNow() - nanosOf(config.back) : nanosOf(since + offset);
  const after = words === undefined ? undefined : parseMark(words);
  const before = books.get(selector);
  const book = new Book({ after, from, toClock: client.toClock, ...(before && { before }) });
  books.delete(selector);
  books.set(selector, book);
  for (const key of [...books.keys()].slice(0, -mostBooks)) books.delete(key);
  return book;
};

interface Beginning {
  readonly query: string;
  readonly from: Resume;
  readonly book: Book;
}

/** What was written up to now, as far as it is wanted. */
async function* beginning(
  parts: LokiParts,
  { query, from, book }: Beginning,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const { client, pager } = parts;
  const { lines } = from;
  if (lines === undefined || from.after !== undefined) return yield* upToNow(parts, query, book, signal);
  const now = client.serverNow();
  const span = { start: book.floor, end: now + aheadNs };
  if (lines === 0) return book.cover(now, 0n);
  const { entries } = await pager.last(query, span, lines, signal);
  book.begin(entries);
  const events = book.take(entries);
  book.cover(now, lateNs);
  yield* events.slice(-lines);
}

/** Pages from where the book is: a reader that does not ask is waited for. */
async function* upToNow(
  { client, pager }: LokiParts,
  query: string,
  book: Book,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const began = client.serverNow();
  const span = { start: book.floor, end: began + aheadNs };
  for await (const { entries, isCut } of pager.forward(query, span, signal)) {
    yield* book.take(entries);
    if (isCut === true) yield { is: 'gap', why: cutWords(entries.length) };
  }
  book.cover(began, lateNs);
}

interface Following {
  readonly query: string;
  readonly group: Group;
  readonly book: Book;
  readonly table: Table;
}

/** What is written from now on; a reader that is too slow for all that comes reads it page by page until it is not. */
async function* following(
  parts: LokiParts,
  { query, group, book, table }: Following,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  for (;;) {
    const seat = table.sit(group, book);
    signal.addEventListener('abort', seat.leave, { once: true });
    try {
      if (!signal.aborted) yield* seat.events;
    } finally {
      signal.removeEventListener('abort', seat.leave);
      seat.leave();
    }
    if (signal.aborted || !seat.isBehind()) return;
    yield* upToNow(parts, query, book, signal);
  }
}
