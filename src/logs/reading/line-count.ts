import { z } from 'zod';
import { stripControls } from '../../domain/controls.ts';
import { formatDuration, parseDuration } from '../../domain/duration.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import { levelCode } from '../../domain/log-level.ts';
import { compilePattern, matchedChars } from '../../domain/pattern.ts';
import type { LogSettings, LogView } from '../../domain/profile.ts';
import { type Matcher, matchesOr } from '../../domain/regex/matcher.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SignalRequest } from '../../sources/source.ts';
import { createHeadReader, type HeadOptions } from '../format/head-reader.ts';
import type { LogEvent, Tail } from './tail.ts';

/** How time and level of lines are told, as the profile says. */
export const headOptions = (logs: LogSettings | undefined, clock: Clock): HeadOptions => ({
  levels: logs?.levels,
  zone: logs?.zone ?? 'utc',
  now: () => clock.now() + clock.wallOffset(),
});

/** In a signal a time stays a text, so that what was checked can be checked again. */
const zPer = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  error: (issue) => `"${String(issue.input)}" is no time: 30s, 1m, 10m`,
});

/** The form of `read:` that counts lines of a source's streams. */
export const lineCountSchema = z
  .strictObject({
    lines: z.string().min(1).meta({ description: 'a view of logs: { views }' }),
    per: zPer.meta({ description: 'over how long they are counted; default: 1m' }).exactOptional(),
    of: z
      .string()
      .min(1)
      .meta({ description: 'of which streams; default: what the view says, else all of them' })
      .exactOptional(),
  })
  .meta({ description: 'lines that a log view shows, in the last while' });

/** A signal that counts lines. */
export interface LineSignal {
  readonly id: string;
  readonly view: string;
  readonly perMs: Millis;
  readonly of?: string;
}

const defaultPerMs: Millis = 60_000;

/** The signals that count lines, and the others. */
export const splitLineSignals = (
  signals: readonly SignalRequest[],
): { readonly counting: readonly LineSignal[]; readonly others: readonly SignalRequest[] } => {
  const counting: LineSignal[] = [];
  const others: SignalRequest[] = [];
  for (const signal of signals) {
    const { success, data } = lineCountSchema.safeParse(signal.read);
    if (!success) others.push(signal);
    else {
      const { lines: view, per, of } = data;
      const perMs = (per === undefined ? undefined : parseDuration(per)) ?? defaultPerMs;
      counting.push({ id: signal.id, view, perMs, ...(of === undefined ? {} : { of }) });
    }
  }
  return { counting, others };
};

/** Judges lines by a log view, each for itself. `told`: the `levelCode` of a line whose text tells none. */
type ViewFilter = (line: string, told?: number) => boolean;

/**
 * Several includes are "or", any exclude drops; of a very long line the beginning is matched. A line of which that is not known
 * passes. Lines without control sequences.
 */
export const compileViewFilter = (
  { include, exclude, ignoreCase, level }: LogView,
  heads: HeadOptions,
): ViewFilter => {
  const flags = ignoreCase === true ? 'i' : '';
  const compiled = (sources: readonly string[]): readonly Matcher[] =>
    sources.map((source) => compilePattern(source, flags)).filter((pattern) => typeof pattern !== 'string');
  const [wanted, unwanted] = [compiled(include), compiled(exclude)];
  const least = levelCode(level);
  const reader = createHeadReader(heads);
  const isGrave = (line: string): boolean => {
    const bytes = Buffer.from(line);
    return reader.read(bytes, 0, bytes.length).ownLevel >= least;
  };
  return (line, told = 0) => {
    const text = line.slice(0, matchedChars);
    if (told < least && !isGrave(text)) return false;
    if (unwanted.some((pattern) => matchesOr(pattern, text, false))) return false;
    return include.length === 0 || wanted.some((pattern) => matchesOr(pattern, text, true));
  };
};

/** More lines of one stream than these are not read for a number. */
const mostLines = 100_000;

/** What is counted in a stream: lines of a view, from a moment on (engine's clock). */
interface LineCountRequest {
  readonly view: LogView;
  readonly from: Millis;
}

/** How many lines there were of each; or why nobody knows. */
export type LineCountResult =
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

const counterOf = ({ view, from }: LineCountRequest, heads: HeadOptions) => {
  const shows = compileViewFilter(view, heads);
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
export const countLinesInWindow = async (
  tail: Tail,
  wanted: readonly LineCountRequest[],
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
): Promise<LineCountResult> => {
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
      return { is: 'unknown', why: `more than 100,000 lines in ${formatDuration(now - since)}` };
    for (const line of said) {
      at = line.at ?? at;
      for (const counter of counters) counter.take(line.text, line.told, at);
    }
  }
  return { is: 'counts', counts: counters.map(({ count }) => count) };
};
