import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { LoggerLines } from '../../domain/facts/facts.ts';
import { stripControls } from '../../domain/text/controls.ts';
import type { HeadOptions } from '../../logs/format/head-reader.ts';
import { nextTurn } from '../../platform/runtime/async.ts';
import {
  fileLineReader,
  isInformative,
  isPlainLine,
  loggerReader,
  maxLoggerLines,
  maxLoggers,
  type SourceLine,
  usualInfoLines,
} from '../kit/counting/line-count.ts';

/** A line of a file. `time`: its own, if it is between the two reads; otherwise that of the earlier read. Clock: the engine's. */
export interface ReadLine extends SourceLine {
  readonly time: Millis;
  readonly logger?: string;
}

/** Lines of one file since the previous read. */
export interface ReadFile {
  readonly path: string;
  readonly lines: readonly ReadLine[];
}

/** Lines that are parsed per turn of the event loop. */
const linesPerTurn = 256;

/** Parses the lines of files. Lines of one read beyond those that are parsed for their loggers have none. */
export const readLines = async (
  files: ReadonlyMap<string, readonly string[]>,
  { heads, from, to, wallOffset }: LineTimes,
): Promise<readonly ReadFile[]> => {
  const lineOf = fileLineReader(heads, wallOffset);
  const read: ReadFile[] = [];
  for (const [path, texts] of files) {
    const lines: ReadLine[] = [];
    const loggerOf = loggerReader(heads, () => lines.length);
    for (const text of texts) {
      if (lines.length % linesPerTurn === linesPerTurn - 1) await nextTurn();
      const line = lineOf(stripControls(text));
      const time = Math.min(to, Math.max(from, line.at ?? from));
      lines.push({ ...line, time, ...defined({ logger: loggerOf(line) }) });
    }
    read.push({ path, lines });
  }
  return read;
};

/** `from`, `to`: the times of the previous read and of this one; `wallOffset`: from the engine's clock to the machine's. */
interface LineTimes {
  readonly heads: HeadOptions;
  readonly from: Millis;
  readonly to: Millis;
  readonly wallOffset: Millis;
}

/** The lines of a stream in some time. */
export interface StreamLines {
  readonly all: number;
  readonly matches: number;
  /** Lines that tell a level, which is info or below. */
  readonly info: number;
  /** The last line that is no warning and no error. */
  readonly lastPlainAt?: Millis;
  readonly loggers: ReadonlyMap<string, LoggerCount>;
}

/** The lines of a logger: whether some are counted, and those of the others that are no warnings and no errors. */
interface LoggerCount {
  readonly isCounted: boolean;
  readonly plain: number;
  readonly lastPlainAt?: Millis;
}

const later = (first: Millis | undefined, second: Millis | undefined): { readonly lastPlainAt?: Millis } =>
  defined({
    lastPlainAt: first === undefined || second === undefined ? (first ?? second) : Math.max(first, second),
  });

/** Adds two times of a stream up. */
export const addStreamLines = (first: StreamLines, second: StreamLines): StreamLines => {
  const loggers = new Map(first.loggers);
  for (const [logger, count] of second.loggers) {
    const known = loggers.get(logger) ?? { isCounted: false, plain: 0 };
    loggers.set(logger, {
      isCounted: known.isCounted || count.isCounted,
      plain: known.plain + count.plain,
      ...later(known.lastPlainAt, count.lastPlainAt),
    });
  }
  return {
    all: first.all + second.all,
    matches: first.matches + second.matches,
    info: first.info + second.info,
    ...later(first.lastPlainAt, second.lastPlainAt),
    loggers,
  };
};

/** Counts the lines of a file that a view shows, and what the others tell about their loggers. */
export const countStreamLines = (
  lines: readonly ReadLine[],
  shows: (text: string) => boolean,
): StreamLines => {
  const loggers = new Map<string, LoggerCount>();
  let matches = 0;
  let info = 0;
  let lastPlainAt: Millis | undefined;
  for (const line of lines) {
    const isCounted = shows(line.text);
    if (isCounted) matches += 1;
    if (isInformative(line)) info += 1;
    if (isPlainLine(line)) lastPlainAt = Math.max(line.time, lastPlainAt ?? line.time);
    if (line.logger === undefined) continue;
    const known = loggers.get(line.logger) ?? { isCounted: false, plain: 0 };
    if (isCounted) loggers.set(line.logger, { ...known, isCounted: true });
    else if (isInformative(line))
      loggers.set(line.logger, {
        ...{ isCounted: known.isCounted, plain: known.plain + 1 },
        ...later(known.lastPlainAt, line.time),
      });
  }
  return { all: lines.length, matches, info, loggers, ...defined({ lastPlainAt }) };
};

/** With fewer lines, no time is short enough to call them usual. */
const fewestUsual = 3;

/** True for so many lines that more are expected. `scale`: the time of the count divided by the time that was observed. */
const isUsual = (lines: number, scale: number): boolean =>
  lines >= fewestUsual && lines * scale >= usualInfoLines;

/** True where lines at info or below are usual. */
export const isInforming = ({ info }: StreamLines, scale: number): boolean => isUsual(info, scale);

/** The loggers of a stream; undefined: it has too many lines or loggers to be read. */
export const loggerLinesOf = ({ all, loggers }: StreamLines, scale: number): LoggerLines | undefined => {
  if (all > maxLoggerLines || loggers.size > maxLoggers) return undefined;
  const entries = [...loggers];
  return {
    usual: entries.flatMap(([name, { isCounted, plain }]) =>
      isCounted && isUsual(plain, scale) ? [name] : [],
    ),
    last: Object.fromEntries(
      entries.flatMap(([name, { lastPlainAt }]) => (lastPlainAt === undefined ? [] : [[name, lastPlainAt]])),
    ),
  };
};
