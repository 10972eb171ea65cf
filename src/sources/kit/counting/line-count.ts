import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { Fault, Millis } from '../../../domain/base/fault.ts';
import type { LoggerLines } from '../../../domain/facts/facts.ts';
import { levelCode } from '../../../domain/facts/log-level.ts';
import type { LogSettings, LogView } from '../../../domain/profile/profile.ts';
import { type Matcher, matchesOr } from '../../../domain/regex/matcher.ts';
import { compilePattern, matchedChars } from '../../../domain/regex/pattern.ts';
import { stripControls } from '../../../domain/text/controls.ts';
import { formatDuration, parseDuration } from '../../../domain/text/duration.ts';
import { createHeadReader, type HeadOptions, type HeadReader } from '../../../logs/format/head-reader.ts';
import { parseLine } from '../../../logs/format/parse-line.ts';
import type { LogEvent, Tail } from '../../../logs/reading/tail.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { SignalRequest } from '../contract/source.ts';

/** Returns the profile's settings for times and levels of lines. */
export const headOptions = (logs: LogSettings | undefined, clock: Clock): HeadOptions => ({
  levels: logs?.levels,
  keys: logs?.keys,
  zone: logs?.zone ?? 'utc',
  now: clock.wallNow,
});

/** Stays a text, so that a parsed profile can be validated again. */
const zPer = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  error: (issue) => `"${String(issue.input)}" is not a duration: use 30s, 1m or 10m`,
});

/** Schema of a signal's `read:` that counts log lines. */
export const lineCountSchema = z
  .strictObject({
    lines: z.string().min(1).meta({ description: 'name of a log view under logs.views' }),
    per: zPer
      .meta({ description: 'opsdeck counts the lines of this time window. The default is 1m' })
      .exactOptional(),
    of: z
      .string()
      .min(1)
      .meta({
        description: 'log streams whose lines are counted (default: the streams of the view, otherwise all)',
      })
      .exactOptional(),
  })
  .meta({ description: 'opsdeck counts the lines of a log view within a time window' });

/** A signal that counts log lines. */
export interface LineSignal {
  readonly id: string;
  readonly view: string;
  readonly perMs: Millis;
  readonly of?: string;
}

const defaultPerMs: Millis = 60_000;

/** Separates the signals that count lines from the others. */
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
      counting.push({ id: signal.id, view, perMs, ...defined({ of }) });
    }
  }
  return { counting, others };
};

/** Filters single lines by a log view. `fallback`: the `levelCode` of a line whose text has no level. */
type ViewFilter = (line: string, fallback?: number) => boolean;

/**
 * Compiles a log view. Includes are combined with "or"; any exclude rejects. Only the start of a very long
 * line is matched. A line whose match is undecided passes. Lines must not contain control sequences.
 */
export const compileViewFilter = (
  { include, exclude, ignoreCase, level }: LogView,
  heads: HeadOptions,
): ViewFilter => {
  const flags = ignoreCase === true ? 'i' : '';
  const compiled = (sources: readonly string[]): readonly Matcher[] =>
    sources.map((source) => compilePattern(source, flags)).filter((pattern) => typeof pattern !== 'string');
  const included = compiled(include);
  const excluded = compiled(exclude);
  const minCode = levelCode(level);
  const reader = createHeadReader(heads);
  const hasLevel = (line: string): boolean => {
    const bytes = Buffer.from(line);
    return reader.read(bytes, 0, bytes.length).ownLevel >= minCode;
  };
  return (line, fallback = 0) => {
    const text = line.slice(0, matchedChars);
    if (fallback < minCode && !hasLevel(text)) return false;
    if (excluded.some((pattern) => matchesOr(pattern, text, false))) return false;
    return include.length === 0 || included.some((pattern) => matchesOr(pattern, text, true));
  };
};

/** Maximum lines of one stream read for one count. */
const maxLines = 100_000;

/** One count in a stream: the lines of a view since `from` (engine's clock). */
interface LineCountRequest {
  readonly view: LogView;
  readonly from: Millis;
}

/** The last lines of a stream in the time read. Absent: it has none. */
interface LastLines {
  /** Of any line. */
  readonly lastAt?: Millis;
  /** Of a line at info or below, or without a level. */
  readonly lastPlainAt?: Millis;
}

/** Number of lines per request, or why it is unknown. `info`: the number of lines at info or below. `loggers`: per request, unless there are too many. */
export type LineCountResult =
  | ({
      readonly is: 'counts';
      readonly counts: readonly number[];
      readonly info: number;
      readonly loggers: readonly (LoggerLines | undefined)[];
    } & LastLines)
  | { readonly is: 'unknown'; readonly why: string }
  | { readonly is: 'fault'; readonly fault: Fault };

/** A line, its time if known (engine's clock), its level from the source, and its level by source or text. */
export interface SourceLine {
  readonly text: string;
  readonly at?: Millis;
  readonly level: number;
  readonly own: number;
}

const infoCode = levelCode('info');

/** True for a line that tells its level, which is no warning and no error. */
export const isInformative = ({ own }: Pick<SourceLine, 'own'>): boolean => own > 0 && own <= infoCode;

/** True for a line that is no warning and no error, as far as it tells. */
export const isPlainLine = ({ own }: Pick<SourceLine, 'own'>): boolean => own <= infoCode;

const headReader = (heads: HeadOptions): ((text: string) => ReturnType<HeadReader['read']>) => {
  const reader = createHeadReader(heads);
  return (text) => {
    const bytes = Buffer.from(text);
    return reader.read(bytes, 0, bytes.length);
  };
};

/** Reads level and time of lines of files, which contain their own time, in wall-clock time. */
export const fileLineReader = (heads: HeadOptions, wallOffset: Millis): ((text: string) => SourceLine) => {
  const headOf = headReader(heads);
  return (text) => {
    const { at, ownLevel: own } = headOf(text);
    return { text, level: 0, own, ...(Number.isNaN(at) ? {} : { at: at - wallOffset }) };
  };
};

/** Extracts lines from events. */
const linesFrom = (heads: HeadOptions, wallOffset: Millis): ((event: LogEvent) => readonly SourceLine[]) => {
  const headOf = headReader(heads);
  const ofFile = fileLineReader(heads, wallOffset);
  const withOwnLevel = (event: LogEvent & { readonly is: 'line' }): SourceLine => {
    const level = levelCode(event.level);
    return { ...event, level, own: level === 0 ? headOf(event.text.slice(0, matchedChars)).ownLevel : level };
  };
  return (event) => {
    if (event.is === 'line') return [withOwnLevel(event)];
    if (event.is !== 'chunk') return [];
    const { buffer, byteOffset, length } = event.bytes;
    const lines = Buffer.from(buffer, byteOffset, length).toString().split('\n');
    return (lines.at(-1) === '' ? lines.slice(0, -1) : lines).map((line) => ofFile(stripControls(line)));
  };
};

/** Returns why the stream may be incomplete. */
const lackOf = (event: LogEvent): string | undefined => {
  if (event.is === 'gap') return `lines may be missing, so the count is unknown: ${event.why}`;
  return event.is === 'dropped' ? `opsdeck dropped ${event.count} lines, so the count is unknown` : undefined;
};

/** A stream or a logger with as many lines at info or below is expected to go on with such lines. */
export const usualInfoLines = 20;

/** With more lines or loggers than this in one stream, its loggers are not told. */
export const maxLoggerLines = 20_000;
export const maxLoggers = 500;

/** Collects the lines by logger: those that are counted, and those of the others that are no warnings and no errors. */
const loggersIn = () => {
  const counted = new Set<string>();
  const plain = new Map<string, { readonly lines: number; readonly last: Millis }>();
  return {
    take: (logger: string, line: SourceLine, time: Millis, isCounted: boolean): void => {
      if (isCounted) counted.add(logger);
      else if (isInformative(line)) {
        const { lines, last } = plain.get(logger) ?? { lines: 0, last: time };
        plain.set(logger, { lines: lines + 1, last: Math.max(time, last) });
      }
    },
    result: (): LoggerLines | undefined =>
      plain.size > maxLoggers
        ? undefined
        : {
            usual: [...counted].filter((logger) => (plain.get(logger)?.lines ?? 0) >= usualInfoLines),
            last: Object.fromEntries([...plain].map(([logger, { last }]) => [logger, last])),
          },
  };
};

const counterOf = ({ view, from }: LineCountRequest, heads: HeadOptions) => {
  const shows = compileViewFilter(view, heads);
  const loggers = loggersIn();
  const counter = {
    count: 0,
    loggers,
    take: (line: SourceLine, loggerOf: (line: SourceLine) => string | undefined, time: Millis): void => {
      // Every line is filtered, also those before `from`: its level applies to the lines that follow.
      const isCounted = shows(line.text, line.level);
      if (time < from) return;
      if (isCounted) counter.count++;
      const logger = loggerOf(line);
      if (logger !== undefined) loggers.take(logger, line, time, isCounted);
    },
  };
  return counter;
};

/** Reads the loggers of lines, of a line once. A line without a level, or after too many, has none. */
export const loggerReader = ({ keys, zone }: HeadOptions, lines: () => number) => {
  let last: SourceLine | undefined;
  let logger: string | undefined;
  return (line: SourceLine): string | undefined => {
    if (line === last) return logger;
    last = line;
    logger =
      line.own === 0 || lines() > maxLoggerLines
        ? undefined
        : parseLine(line.text.slice(0, matchedChars), defined({ keys, zone })).fields.get('logger');
    return logger;
  };
};

/** Collects the times of the last lines of a stream, by what they are. */
const lastLinesSince = (since: Millis) => {
  let info = 0;
  let lastAt: Millis | undefined;
  let lastPlainAt: Millis | undefined;
  return {
    take: (line: SourceLine, time: Millis): void => {
      if (time < since) return;
      lastAt = Math.max(time, lastAt ?? time);
      if (!isPlainLine(line)) return;
      lastPlainAt = Math.max(time, lastPlainAt ?? time);
      if (isInformative(line)) info += 1;
    },
    result: () => ({ info, ...defined({ lastAt, lastPlainAt }) }),
  };
};

/**
 * Reads the end of a stream once and performs several counts. A line without a timestamp gets the time of the
 * previous one.
 */
export const countLinesInWindow = async (
  tail: Tail,
  requests: readonly LineCountRequest[],
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
  const since = Math.min(...requests.map(({ from }) => from));
  const counters = requests.map((request) => counterOf(request, heads));
  const linesIn = linesFrom(heads, wallOffset);
  let time = now;
  let lines = 0;
  const last = lastLinesSince(since);
  const loggerOf = loggerReader(heads, () => lines);
  for await (const event of tail.open({ since, follow: false }, signal)) {
    if (event.is === 'fault') return { is: 'fault', fault: event.fault };
    const lack = lackOf(event);
    if (lack !== undefined) return { is: 'unknown', why: lack };
    const sourceLines = linesIn(event);
    lines += sourceLines.length;
    if (lines > maxLines)
      return {
        is: 'unknown',
        why: `there are too many lines to count: more than 100,000 in ${formatDuration(now - since)}`,
      };
    for (const line of sourceLines) {
      time = line.at ?? time;
      last.take(line, time);
      for (const counter of counters) counter.take(line, loggerOf, time);
    }
  }
  const counts = counters.map(({ count }) => count);
  const loggers = counters.map((counter) => (lines > maxLoggerLines ? undefined : counter.loggers.result()));
  return { is: 'counts', counts, loggers, ...last.result() };
};
