import type { Fault } from '../../domain/fault.ts';
import { levelCode } from '../../domain/log-level.ts';
import type { LogEvent, Resume, Tail } from '../reading/tail.ts';
import type { LineScan } from './line-scan.ts';

/**
 * The same items, the next of which is asked for before one is handed over: it is read while the one is worked on. Ends what
 * it reads from when nobody wants more.
 */
async function* oneAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (let result = await next; result.done !== true; result = await next) {
      next = iterator.next();
      yield result.value;
    }
  } finally {
    // What has been asked for already must not become a rejection that nobody hears.
    next.catch(() => {});
    await iterator.return?.();
  }
}

/** What reading a stream to its end brought besides lines. */
export interface Aside {
  fault(fault: Fault): void;
  /** Something about its lines that is to be known: a gap, lines that were dropped, a note. */
  word(text: string): void;
}

const tellAside = (event: LogEvent, aside: Aside): void => {
  if (event.is === 'fault') aside.fault(event.fault);
  else if (event.is === 'gap') aside.word(`gap: ${event.why}`);
  else if (event.is === 'dropped') aside.word(`${event.count} lines dropped`);
  else if (event.is === 'note') aside.word(event.text);
};

/** How many lines of a stream, from somewhere to its end, pass. */
export const countLines = async (
  tail: Tail,
  scan: LineScan,
  from: Resume,
  aside: Aside,
  signal: AbortSignal,
): Promise<number> => {
  let count = 0;
  for await (const event of oneAhead(tail.open(from, signal))) {
    if (event.is === 'chunk') count += scan.count(event.bytes);
    else if (event.is === 'line') count += scan.passes(event.text, levelCode(event.level)) ? 1 : 0;
    else tellAside(event, aside);
  }
  return count;
};

/** The lines of a stream that pass, each with its line feed, in pieces as they were read. Nothing is read ahead of what is asked for. */
export async function* passingLines(
  tail: Tail,
  scan: LineScan,
  from: Resume,
  aside: Aside,
  signal: AbortSignal,
): AsyncGenerator<readonly (Uint8Array | string)[], void, undefined> {
  for await (const event of oneAhead(tail.open(from, signal))) {
    if (event.is === 'chunk') yield scan.take(event.bytes);
    else if (event.is === 'line') {
      if (scan.passes(event.text, levelCode(event.level))) yield [`${event.text}\n`];
    } else tellAside(event, aside);
  }
}
