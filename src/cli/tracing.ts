import type { Trace } from '../domain/trace.ts';
import type { SystemClock } from '../platform/clock.ts';
import { openTraceFile, TraceFileError } from '../platform/files/trace-file.ts';
import { masker } from '../platform/terminal/secrets.ts';
import { createSink, type Sink } from '../platform/terminal/sink.ts';
import type { CockpitStore } from '../store/create-cockpit.ts';
import { UsageError } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Opened } from './open.ts';
import { version } from './package-root.ts';
import type { Sharing } from './sharing.ts';

/** The trace that `--trace FILE` asks for. */
export interface Tracing {
  readonly emit: Trace;
  /** With `--share`: names of what was opened are aliases from now on. */
  learn(opened: Pick<Opened, 'profile' | 'engine'>): void;
  /** Resolves when all of it is written. */
  close(): Promise<void>;
}

/** What a trace is written with. */
export interface TracingParts {
  /** The sub-command; 'cockpit' without one. */
  readonly command: string;
  readonly clock: Pick<SystemClock, 'now' | 'wallOffset'>;
  /** Takes secrets out of every line. */
  readonly sink: Sink;
  readonly sharing?: Sharing | undefined;
  /** A line for whoever started the program: nothing more is written. */
  warn(line: string): void;
}

/** Opens the trace, if one is asked for. Throws UsageError for a file that is no trace or cannot be written; nothing was done then. */
export const startTracing = async (
  { trace: path }: Pick<GlobalOptions, 'trace'>,
  { command, clock, sink, sharing, warn }: TracingParts,
): Promise<Tracing | undefined> => {
  if (path === undefined) return undefined;
  const opened: Pick<Opened, 'profile' | 'engine'>[] = [];
  /** Names that were read since they were learned last are none that an alias stands for. */
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
    file.emit({ what: 'start', trace: 1, version, node, os: `${platform} ${arch}`, pid, command });
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

/** The same for the cockpit: why a trace ends early is a message on the screen. */
export const startCockpitTracing = async (
  options: GlobalOptions,
  cockpit: CockpitStore,
  clock: TracingParts['clock'],
): Promise<Tracing | undefined> => {
  const [{ withMessage }, { createSharing }] = await Promise.all([
    import('../engine/cockpit/messages.ts'),
    import('./sharing.ts'),
  ]);
  const sink = createSink(masker);
  const sharing = options.share ? createSharing() : undefined;
  if (sharing !== undefined) sink.alsoMask(sharing.mask);
  const warn = (line: string): void =>
    cockpit.setState((state) => withMessage(state, clock.now(), 'warn', line));
  return startTracing(options, { command: 'cockpit', clock, sink, sharing, warn });
};
