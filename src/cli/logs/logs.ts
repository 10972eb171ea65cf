import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import { createAnonymizer } from '../../domain/mask/anonymize.ts';
import { createKeyBlock } from '../../domain/mask/key-block.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { maskWordsOf } from '../../domain/profile/profile-words.ts';
import type { Trace } from '../../domain/runs/trace.ts';
import {
  createLineLeveler,
  createLineScan,
  type LineScan,
  PatternTimeoutError,
} from '../../logs/following/line-scan.ts';
import { countPassingLines, passingLines } from '../../logs/following/log-pipe.ts';
import type { HeadOptions } from '../../logs/format/head-reader.ts';
import type { LogScope } from '../../logs/format/log-stream.ts';
import type { Tail } from '../../logs/reading/tail.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import { pipeReaderClosed } from '../../platform/processes/pipe-reader.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { Source } from '../../sources/kit/contract/source.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import type { Output } from '../command/output.ts';
import type { Invocation, SubCommand } from '../opening/command-invocation.ts';
import type { EnvironmentSession } from '../opening/open-environment.ts';
import { withEnvironment } from '../opening/open-environment.ts';
import type { LogFlags } from './flags.ts';
import type { LineSink } from './merged.ts';
import { pipeMerged } from './merged.ts';
import { createCounter, createPrinter } from './printer.ts';
import { type LogRequest, logRequest } from './request.ts';
import type { StderrReporter } from './stderr-reporter.ts';
import { createStderrReporter } from './stderr-reporter.ts';

/** Time limit of a source for listing its streams. */
const listMs: Millis = 15_000;

/** A stream with its source. */
interface DiscoveredStream {
  readonly source: string;
  readonly tail: Tail;
}

/** Lists the streams of sources. Calls `lost` for each source that fails. */
const findStreams = async (
  sources: ReadonlyMap<string, Source>,
  of: LogScope['of'],
  { clock, lost }: { readonly clock: Clock; lost(fault: Fault): void },
  signal: AbortSignal,
): Promise<readonly DiscoveredStream[]> => {
  const limit = clock.deadline(listMs);
  const over = AbortSignal.any([signal, limit.signal]);
  const listOne = async (id: string, target: string | undefined): Promise<readonly DiscoveredStream[]> => {
    try {
      const tails = (await sources.get(id)?.tails?.(target, over)) ?? [];
      return tails.map((tail) => ({ source: id, tail }));
    } catch (error) {
      if (!signal.aborted) lost(toFault(id, 'list streams', error, clock.now()));
      return [];
    }
  };
  try {
    const streamLists = await Promise.all(of.map((entry) => listOne(entry.source, entry.of)));
    const byName = new Map(
      streamLists.flat().map((streamList) => [`${streamList.source}:${streamList.tail.stream}`, streamList]),
    );
    return [...byName.values()];
  } finally {
    limit.clear();
  }
};

/** One large write costs a tenth of many small ones. */
const writeBytes = 256 * 1024;

interface RawParts {
  readonly request: LogRequest;
  readonly head: HeadOptions;
  readonly output: Output;
  readonly reporter: StderrReporter;
}

/** One for each stream: it masks private keys, whose lines follow one another. */
const scanOf = ({ request, head }: RawParts): LineScan =>
  createLineScan(request.filter, createLineLeveler(head), createKeyBlock());

/** Returns whether lines need no time, stream, record or context, so that they can be filtered in bulk. */
const isPlainRequest = ({ since, until, tail, follow, records }: LogRequest): boolean =>
  !records && since === undefined && until === undefined && !follow && (tail === undefined || tail === 'all');

const canCountRaw = (request: LogRequest): boolean => request.show === 'count' && isPlainRequest(request);

/** Returns whether the bytes of a single file can be copied. */
const mayPrintRaw = (request: LogRequest): boolean =>
  request.show === 'text' &&
  !request.anonymize &&
  isPlainRequest(request) &&
  request.before === 0 &&
  request.after === 0;

/** A terminal gets only the last lines by default, so the bytes cannot be copied. */
const isRaw = ({ tail }: LogRequest, stream: DiscoveredStream, isForPerson: boolean): boolean =>
  stream.tail.isFile === true && (!isForPerson || tail === 'all');

const from = ({ previous }: LogRequest) => ({
  follow: false,
  reusesBuffers: true as const,
  ...defined({ previous }),
});

/** Counts matching lines, one stream after the other. */
const countRaw = async (
  parts: RawParts,
  streams: readonly DiscoveredStream[],
  signal: AbortSignal,
): Promise<number> => {
  const { reporter, request } = parts;
  let count = 0;
  if (streams.length === 0 && !reporter.hasFaults && !signal.aborted) reporter.none(request.of);
  for (const { tail } of streams) {
    const streamReporter = {
      fault: reporter.fault,
      word: (text: string) => reporter.word(`${tail.stream}: ${text}`),
    };
    const filter = { ...request.filter };
    count += await countPassingLines(
      tail,
      scanOf(parts),
      { ...from(request), filter },
      streamReporter,
      signal,
    );
  }
  return count;
};

/** Copies the matching lines of one file. */
const printRaw = async (parts: RawParts, { tail }: DiscoveredStream, signal: AbortSignal): Promise<void> => {
  const { reporter, request, output } = parts;
  const streamReporter = {
    fault: reporter.fault,
    word: (text: string) => reporter.word(`${tail.stream}: ${text}`),
  };
  let held: Buffer[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    const all = Buffer.concat(held);
    held = [];
    size = 0;
    if (all.length > 0)
      await output.write(output.sink.masks ? output.sink.lines(all.toString()) : all, signal);
  };
  for await (const pieces of passingLines(tail, scanOf(parts), from(request), streamReporter, signal)) {
    for (const piece of pieces) {
      // A copy, because the reader reuses its chunk.
      const bytes = Buffer.from(piece);
      held.push(bytes);
      size += bytes.length;
      if (size >= writeBytes) await flush();
    }
    if (signal.aborted) return;
  }
  await flush();
};

/** Traces the first matching line of each source of a view. */
const tracingFirstLines = (
  sink: LineSink,
  { view }: Pick<LogRequest, 'view'>,
  trace: Trace | undefined,
): LineSink => {
  if (trace === undefined || view === undefined) return sink;
  const seen = new Set<string>();
  return {
    line: (line, labelled) => {
      const { source } = line.stream;
      if (!seen.has(source)) {
        seen.add(source);
        trace({ what: 'first-line', source, view: view.name });
      }
      sink.line(line, labelled);
    },
    flush: sink.flush,
    get isFull() {
      return sink.isFull;
    },
  };
};

/** Exit code when a source could not be read. */
const lostExit = 3;
const probeMs = 1000;
/** Time for the reader to take the last lines when the command is interrupted. */
const partingMs = 500;

/** Creates an anonymizer of the names in the profile and in its `logs.anonymise`. */
const anonymizerOf = (profile: Profile) => {
  const { names, stays, allowed } = maskWordsOf(profile);
  const { names: listed = [], keep = [] } = profile.logs?.anonymise ?? {};
  return createAnonymizer({ names: [...names, ...listed], keep: [...stays, ...allowed, ...keep] });
};

/** Returns the problems of requested sources that are disabled. */
const problemsOf = ({ sources }: Profile, { of }: LogRequest): readonly Fault[] =>
  of.flatMap(({ source }) => sources.find(({ id }) => id === source)?.problem ?? []);

const print = async (
  opened: EnvironmentSession,
  request: LogRequest,
  { clock }: CommandContext,
  { output, global }: Invocation<LogFlags>,
  over: AbortSignal,
): Promise<number> => {
  const { profile, engine } = opened;
  const reporter = createStderrReporter(output);
  for (const problem of problemsOf(profile, request)) reporter.problem(problem);
  const { sources } = engine;
  const isForPerson = output.columns !== undefined;
  const { levels = {}, zone = 'utc', timeZone, keys } = profile.logs ?? {};
  const head = {
    ...{ levels, zone, keys, now: clock.wallNow },
    ...defined({ timeZone }),
  };
  const parts = { request, head, output, reporter };
  const merged = { ...parts, clock, sources, isForPerson };
  const find = () => findStreams(sources, request.of, { clock, lost: reporter.fault }, over);
  if (canCountRaw(request)) output.line(String(await countRaw(parts, await find(), over)));
  else if (request.show === 'count') {
    const counter = createCounter();
    await pipeMerged(merged, counter, over);
    output.line(String(counter.count));
  } else {
    const [only, ...others] = mayPrintRaw(request) ? await find() : [];
    if (only !== undefined && others.length === 0 && isRaw(request, only, isForPerson))
      await printRaw(parts, only, over);
    else {
      const style = {
        json: request.show === 'json',
        color: isForPerson && global.color,
        head,
        anonymize: request.anonymize ? anonymizerOf(profile) : undefined,
        hasContext: request.before > 0 || request.after > 0,
      };
      const printer = createPrinter(output, over, style);
      await pipeMerged(merged, tracingFirstLines(printer, request, engine.trace), over);
    }
  }
  return reporter.hasFaults ? lostExit : 0;
};

/** Detects a closed stdout while nothing is written. */
const probeReader = (output: Output, { clock }: CommandContext, over: AbortSignal): (() => void) => {
  if (!output.isPipe) return () => {};
  void pipeReaderClosed(process.stdout.fd, clock, over).then((left) => {
    if (left) output.left();
  });
  return clock.every(probeMs, () => output.raw(''));
};

/**
 * `opsdeck logs`: lines on stdout, messages on stderr. Ends when every stream has ended, on a signal, or when stdout is
 * closed. Exits 3 when a source could not be read.
 */
export const logs: SubCommand<LogFlags> = async (invocation) => {
  const { options, context, output, sharing } = invocation;
  const stopped = invocation.interruption();
  const over = AbortSignal.any([stopped, output.closed]);
  const stopProbing = probeReader(output, context, over);
  try {
    return await withEnvironment(context, { memory: false }, async (opened) => {
      const request = logRequest(options, opened.profile, opened.modules, context.clock.wallNow());
      sharing?.learn(opened);
      return print(opened, request, context, invocation, over);
    });
  } catch (error) {
    if (!(error instanceof PatternTimeoutError)) throw error;
    throw new UsageError(error.message, 'Simplify the pattern: nested repetition makes the search slow.');
  } finally {
    stopProbing();
    // An interrupt does not wait for a blocked reader.
    if (stopped.aborted) {
      await Promise.race([output.flush(), context.clock.sleep(partingMs)]);
      output.abandon();
    }
  }
};
