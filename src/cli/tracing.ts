import type { Profile } from '../domain/profile.ts';
import type { Trace } from '../domain/trace.ts';
import type { Engine } from '../engine/engine.ts';
import type { SystemClock } from '../platform/clock.ts';
import { openTraceFile, TraceFileError } from '../platform/files/trace-file.ts';
import type { OutputSink } from '../platform/terminal/sink.ts';
import { UsageError } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import { opsdeckVersion } from './package-root.ts';

/** An environment that was opened, as far as aliases are made from it. */
interface TracedEnvironment {
  readonly profile: Profile;
  readonly engine: Engine;
}

/** The trace that `--trace FILE` asks for. */
export interface Tracing {
  readonly emit: Trace;
  /** With `--share`: aliases stand for names of what was opened, and of what is read of it. */
  learn(opened: TracedEnvironment): void;
  /** Resolves when all of it is written. */
  close(): Promise<void>;
}

/** What a trace is written with. */
interface TracingParts {
  /** The sub-command; 'cockpit' without one. */
  readonly command: string;
  readonly clock: Pick<SystemClock, 'now' | 'wallOffset'>;
  /** Takes secrets out of every line. */
  readonly sink: OutputSink;
  readonly sharing?: { learn(opened: TracedEnvironment): void } | undefined;
  /** Shows a line to the user: the trace ends early. */
  warn(line: string): void;
}

/** Opens the trace, if one is asked for. Throws UsageError for a file that is no trace or cannot be written; nothing was done then. */
export const startTracing = async (
  { trace: path }: Pick<GlobalOptions, 'trace'>,
  { command, clock, sink, sharing, warn }: TracingParts,
): Promise<Tracing | undefined> => {
  if (path === undefined) return undefined;
  const opened: TracedEnvironment[] = [];
  /** Names that were read since the last call get their aliases now. */
  const learn = (): void => {
    for (const one of opened) sharing?.learn(one);
  };
  try {
    const file = await openTraceFile(path, {
      line: (event) => {
        learn();
        return sink.json(event);
      },
      now: () => clock.now() + clock.wallOffset(),
      failed: (why) => warn(`opsdeck: the trace ${path} ends here: ${why}`),
    });
    const { pid, platform, arch, version: node } = process;
    file.emit({
      what: 'start',
      trace: 1,
      version: opsdeckVersion,
      node,
      os: `${platform} ${arch}`,
      pid,
      command,
    });
    return {
      ...file,
      learn: (one) => {
        if (sharing !== undefined) opened.push(one);
      },
    };
  } catch (error) {
    if (!(error instanceof TraceFileError)) throw error;
    throw new UsageError(
      `cannot write the trace ${path}: ${error.message}`,
      'name another file with --trace FILE',
    );
  }
};
