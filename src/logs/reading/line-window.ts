import { stripControls } from '../../domain/controls.ts';
import { durationText } from '../../domain/duration.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import { levelCode } from '../../domain/log-level.ts';
import type { LogView } from '../../domain/profile.ts';
import { createHeadReader, type HeadOptions } from '../format/head.ts';
import type { LogEvent, Tail } from './tail.ts';
import { viewFilter } from './view-filter.ts';

/** More lines of one stream than these are not read for a number. */
const mostLines = 100_000;

/** What is counted in a stream: lines of a view, from a moment on (engine's clock). */
export interface Counted {
  readonly view: LogView;
  readonly from: Millis;
}

/** How many lines there were of each; or why nobody knows. */
export type WindowCount =
  | { readonly is: 'counts'; readonly counts: readonly number[] }
  | { readonly is: 'unknown'; readonly why: string }
  | { readonly is: 'fault'; readonly fault: Fault };

/** A line, when it was written (engine's clock) where somebody tells, and the level that its source tells of it. */
interface Said {
  readonly text: string;
  readonly at?: Millis;
  readonly told: number;
}

/** Takes events apart. What stands in a file tells its time itself, on the wall's clock. */
const linesFrom = (heads: HeadOptions, wallOffset: Millis): ((event: LogEvent) => readonly Said[]) => {
  const reader = createHeadReader(heads);
  const ofFile = (text: string): Said => {
    const bytes = Buffer.from(text);
    const { at } = reader.read(bytes, 0, bytes.length);
    return { text, told: 0, ...(Number.isNaN(at) ? {} : { at: at - wallOffset }) };
  };
  return (event) => {
    if (event.is === 'line') return [{ ...event, told: levelCode(event.level) }];
    if (event.is !== 'chunk') return [];
    const { buffer, byteOffset, length } = event.bytes;
    const lines = Buffer.from(buffer, byteOffset, length).toString().split('\n');
    return (lines.at(-1) === '' ? lines.slice(0, -1) : lines).map((line) => ofFile(stripControls(line)));
  };
};

/** Why what a stream has said is not all that it wrote. */
const lackOf = (event: LogEvent): string | undefined => {
  if (event.is === 'gap') return `lines may be missing: ${event.why}`;
  return event.is === 'dropped' ? `${event.count} lines were dropped` : undefined;
};

const counterOf = ({ view, from }: Counted, heads: HeadOptions) => {
  const shows = viewFilter(view, heads);
  const counter = {
    count: 0,
    take: (text: string, told: number, at: Millis): void => {
      // Every line is judged: what it says of its level counts for those behind it.
      if (shows(text, told) && at >= from) counter.count++;
    },
  };
  return counter;
};

/** Reads the end of a stream once and counts in it, for several at the same time. A line that tells no time is of that before it. */
export const countWindow = async (
  tail: Tail,
  wanted: readonly Counted[],
  {
    now,
    heads,
    wallOffset,
  }: {
    readonly now: Millis;
    readonly heads: HeadOptions;
    readonly wallOffset: Millis;
  },
  signal: AbortSignal,
): Promise<WindowCount> => {
  const since = Math.min(...wanted.map(({ from }) => from));
  const counters = wanted.map((one) => counterOf(one, heads));
  const linesIn = linesFrom(heads, wallOffset);
  let at = now;
  let lines = 0;
  for await (const event of tail.open({ since, follow: false }, signal)) {
    if (event.is === 'fault') return { is: 'fault', fault: event.fault };
    const lack = lackOf(event);
    if (lack !== undefined) return { is: 'unknown', why: lack };
    const said = linesIn(event);
    lines += said.length;
    if (lines > mostLines)
      return { is: 'unknown', why: `more than 100,000 lines in ${durationText(now - since)}` };
    for (const line of said) {
      at = line.at ?? at;
      for (const counter of counters) counter.take(line.text, line.told, at);
    }
  }
  return { is: 'counts', counts: counters.map(({ count }) => count) };
};
