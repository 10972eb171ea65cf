import type { Profile } from '../../domain/profile/profile.ts';
import type { Trace } from '../../domain/runs/trace.ts';
import type { Engine } from '../../engine/engine.ts';
import { openTraceFile, TraceFileError } from '../../platform/files/trace-file.ts';
import type { SystemClock } from '../../platform/runtime/clock.ts';
import type { OutputSink } from '../../platform/terminal/sink.ts';
import { UsageError } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import { opsdeckVersion } from './package-root.ts';

/** The parts of an open environment that aliases are made from. */
interface TracedEnvironment {
  readonly profile: Profile;
  readonly engine: Engine;
}

/** The trace of `--trace FILE`. */
export interface Tracing {
  readonly emit: Trace;
  /** With `--share`: learns the names of an environment, so that the trace masks them. */
  learn(opened: TracedEnvironment): void;
  /** Resolves when the trace is written. */
  close(): Promise<void>;
}

/** The dependencies of a trace. */
interface TracingParts {
  /** The sub-command; 'cockpit' without one. */
  readonly command: string;
  readonly clock: Pick<SystemClock, 'wallNow'>;
  /** Masks secrets in every line. */
  readonly sink: OutputSink;
  readonly sharing?: { learn(opened: TracedEnvironment): void } | undefined;
  /** Shows a warning to the user when the trace ends early. */
  warn(line: string): void;
}

/** Opens the trace, if requested. Throws a UsageError for a file that is not a trace or cannot be written. */
export const startTracing = async (
  { trace: path }: Pick<GlobalOptions, 'trace'>,
  { command, clock, sink, sharing, warn }: TracingParts,
): Promise<Tracing | undefined> => {
  if (path === undefined) return undefined;
  const opened: TracedEnvironment[] = [];
  /** Assigns aliases to names that were read since the last call. */
  const learn = (): void => {
    for (const tracedEnvironment of opened) sharing?.learn(tracedEnvironment);
  };
  try {
    const file = await openTraceFile(path, {
      line: (event) => {
        learn();
        return sink.json(event);
      },
      now: clock.wallNow,
      failed: (why) => warn(`opsdeck: trace ${path} ended early: ${why}`),
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
      learn: (tracedEnvironment) => {
        if (sharing !== undefined) opened.push(tracedEnvironment);
      },
    };
  } catch (error) {
    if (!(error instanceof TraceFileError)) throw error;
    throw new UsageError(
      `cannot write trace ${path}: ${error.message}`,
      'Choose another file with --trace FILE.',
    );
  }
};
