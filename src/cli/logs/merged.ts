import { defined } from '../../domain/base/defined.ts';
import type { Fault } from '../../domain/base/fault.ts';
import { createLineLeveler, createLineScan, createPatternGuard } from '../../logs/following/line-scan.ts';
import { createLastLines, type PipeLine, pipeLines } from '../../logs/following/log-pipe.ts';
import { matchingTail, pastMatchingTail } from '../../logs/following/matching-tail.ts';
import { type LogReading, type LogReadRequest, readLogs } from '../../logs/following/read-logs.ts';
import { pipeRecords } from '../../logs/following/record-pipe.ts';
import type { HeadOptions } from '../../logs/format/head-reader.ts';
import type { Tail } from '../../logs/reading/tail.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { chance } from '../../platform/runtime/random.ts';
import type { Source } from '../../sources/kit/contract/source.ts';
import type { LogRequest } from './request.ts';
import type { StderrReporter } from './stderr-reporter.ts';

/** Default number of lines of a live stream. */
const liveLines = 200;

interface ShortParts {
  readonly request: LogRequest;
  readonly sources: ReadonlyMap<string, Source>;
  readonly clock: Clock;
  readonly head: HeadOptions;
  /** Stdout is a terminal. */
  readonly isForPerson: boolean;
}

/** Returns the number of matching lines to show of a stream; undefined: all. */
const linesToShow = (
  { request: { tail: requestedTail, since, show }, isForPerson }: Pick<ShortParts, 'request' | 'isForPerson'>,
  isFile: boolean,
): number | undefined => {
  if (requestedTail !== undefined) return requestedTail === 'all' ? undefined : requestedTail;
  if (since !== undefined || show === 'count') return undefined;
  return isFile && !isForPerson ? undefined : liveLines;
};

/** Wraps sources so that their streams start at, or shortly before, the first requested line. */
const shortened = (parts: ShortParts): ReadonlyMap<string, Source> => {
  const { filter, until, records } = parts.request;
  const isAll =
    records || (filter.include.length === 0 && filter.exclude.length === 0 && filter.minLevel === undefined);
  // A record may begin before its first matching line, so its whole stream is read and the last ones are kept.
  if (parts.request.records && !parts.request.follow) return parts.sources;
  const inTime = createPatternGuard(filter);
  const judgingOf = () => ({ scan: createLineScan(filter, createLineLeveler(parts.head)), inTime });
  const shorten = (tail: Tail): Tail => {
    const lineCount = linesToShow(parts, tail.isFile === true);
    if (lineCount === undefined) return tail;
    if (until !== undefined)
      return pastMatchingTail(tail, until - parts.clock.wallOffset(), lineCount, judgingOf);
    return matchingTail(tail, lineCount, {
      judgingOf: isAll ? undefined : judgingOf,
      // With --tail the last lines are kept at the end.
      ...(parts.request.tail === undefined ? { context: parts.request.before } : {}),
    });
  };
  const withShort = (source: Source): Source => ({
    ...source,
    tails: async (of, signal) => ((await source.tails?.(of, signal)) ?? []).map(shorten),
  });
  return new Map(
    [...parts.sources].map(([id, source]) => [id, source.tails === undefined ? source : withShort(source)]),
  );
};

interface MergedParts {
  readonly request: LogRequest;
  readonly clock: Clock;
  readonly sources: ReadonlyMap<string, Source>;
  readonly head: HeadOptions;
  readonly reporter: StderrReporter;
  /** Stdout is a terminal. */
  readonly isForPerson: boolean;
}

/** A destination of log lines. */
export interface LineSink {
  /** `labelled`: several streams are read. */
  line(line: PipeLine, labelled: boolean): void;
  /** Writes buffered lines. Resolves when there is room for more. */
  flush(): Promise<void>;
  readonly isFull: boolean;
}

const faultsOf = ({ streams, faults }: LogReading): readonly Fault[] => [
  ...faults,
  ...streams.flatMap(({ fault }) => (fault === undefined ? [] : [fault])),
];

const readRequestOf = (request: LogRequest): LogReadRequest => {
  const { of, since, previous, follow, filter, records, before, after } = request;
  // A source filters single lines, which would leave incomplete records, and no context.
  const isBySource = !records && before === 0 && after === 0;
  return {
    of,
    follow,
    ...(isBySource ? { filter: () => filter } : {}),
    ...defined({ since, previous }),
  };
};

/**
 * Returns the number of last lines or records to keep until the end; undefined: all are forwarded at once.
 * Records are limited here instead of at their source: a terminal gets the last 200, a pipe all of them.
 */
const keptAtEnd = ({ request, isForPerson }: MergedParts): number | undefined => {
  const { tail, since, show, follow, records } = request;
  if (follow) return undefined;
  if (typeof tail === 'number') return tail;
  const isLimited = records && isForPerson && tail === undefined && since === undefined && show !== 'count';
  return isLimited ? liveLines : undefined;
};

/** Forwards lines to the sink; with `--tail` only the last ones, at the end. */
const lineTaker = (
  kept: number | undefined,
  sink: LineSink,
  isLabelled: () => boolean,
): { take(line: PipeLine): Promise<void>; end(): Promise<void> } => {
  const last = kept === undefined ? undefined : createLastLines(kept);
  const put = async (line: PipeLine): Promise<void> => {
    sink.line(line, isLabelled());
    if (sink.isFull) await sink.flush();
  };
  return {
    take: last === undefined ? put : async (line) => last.add(line),
    end: async () => {
      for (const line of last?.all() ?? []) await put(line);
      await sink.flush();
    },
  };
};

/** Writes the matching lines of all streams by time, until they end or the signal aborts. */
export const pipeMerged = async (parts: MergedParts, sink: LineSink, signal: AbortSignal): Promise<void> => {
  const { request, clock, reporter, head } = parts;
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = request;
  const sources = shortened(parts);
  let isChanged = true;
  const changed = (): void => {
    isChanged = true;
  };
  const reading = readLogs(
    { clock, chance, sources: () => sources, changed, heads: { ...head, ownLevels: !request.records } },
    readRequestOf(request),
    signal,
  );
  const reportFaults = (): void => {
    for (const fault of faultsOf(reading)) reporter.fault(fault);
  };
  // Runs before the streams end: an end caused by the interrupt is not a fault.
  const stopped = (): void => {
    if (request.follow) reporter.stopped(faultsOf(reading));
  };
  signal.addEventListener('abort', stopped, { once: true });
  const taker = lineTaker(keptAtEnd(parts), sink, () => reading.streams.length > 1);
  const lines = request.records ? pipeRecords(reading, request, clock) : pipeLines(reading, request);
  for await (const piped of lines) {
    if (isChanged) reportFaults();
    isChanged = false;
    for (const pipedRow of piped)
      if (pipedRow.is === 'word') reporter.word(pipedRow.text);
      // A file whose times go back is read from its beginning.
      else if (pipedRow.at < until && !(pipedRow.at < since)) await taker.take(pipedRow);
    await sink.flush();
  }
  await taker.end();
  await reading.ended;
  if (!signal.aborted) reportFaults();
  if (reading.streams.length === 0 && !reporter.hasFaults && !signal.aborted) reporter.none(request.of);
};
