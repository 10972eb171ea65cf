import type { StoreApi } from 'zustand/vanilla';
import type { Fault } from '../../domain/fault.ts';
import type { RunEvent } from '../../domain/run.ts';
import { runsSource } from '../../logs/format/run-output.ts';
import type { LogEvent, Resume, Tail } from '../../logs/reading/tail.ts';
import type { Clock } from '../../platform/clock.ts';
import { toFault } from '../../platform/fault.ts';
import type { Source } from '../../sources/source.ts';
import type { CockpitState } from '../../store/cockpit.ts';
import type { RunView } from '../../store/run-types.ts';
import { runLines } from './run-lines.ts';

/** The events of a run that are there now, and whether there will be others. */
interface Told {
  readonly events: readonly RunEvent[];
  readonly isOver: boolean;
}

const toldBy = ({ events, stage, past }: RunView): Told => ({
  events,
  isOver: stage === 'ended' || past === true,
});

const isOf =
  (run: string) =>
  ({ proposal, events }: RunView): boolean =>
    (proposal?.run ?? events[0]?.run) === run;

const here = ({ run: shown, ended }: CockpitState, run: string): Told | undefined => {
  const found = [...(shown === undefined ? [] : [shown]), ...ended].find(isOf(run));
  return found === undefined ? undefined : toldBy(found);
};

/** Resolves with the next change, or when the signal aborts. */
const nextChange = (cockpit: StoreApi<CockpitState>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = cockpit.subscribe(done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });

/** What a line resumes behind: so many events of the run. */
const behind = ({ after }: Resume): number => (after === undefined ? 0 : Number(after));

/**
 * What runs say, as streams of lines: of the run on the screen as it comes, of those before it as they were written down
 * (`recorded`). All of it is asked for by the run's id; asked for everything, it has nothing.
 */
export const runStreams = (
  clock: Pick<Clock, 'now'>,
  cockpit: StoreApi<CockpitState>,
  recorded: (run: string) => Promise<readonly RunEvent[]>,
): Source => {
  const linesOf = function* (
    events: readonly RunEvent[],
    from: number,
    { since }: Resume,
  ): Generator<LogEvent> {
    for (const [index, event] of events.slice(from).entries()) {
      if (since !== undefined && event.at < since) continue;
      const lines = runLines(event);
      // Resumed behind its last line, or before its first.
      for (const [nth, line] of lines.entries()) {
        const mark = nth === lines.length - 1 ? { mark: String(from + index + 1) } : {};
        yield { is: 'line', ...line, at: event.at, ...mark };
      }
    }
  };

  const written = async (run: string): Promise<Told | Fault> => {
    try {
      return { events: await recorded(run), isOver: true };
    } catch (error) {
      return toFault(runsSource, 'output', error, clock.now());
    }
  };

  /** Whoever took lines may have taken their time: what has come meanwhile is no change any more. */
  const more = async (run: string, at: number, signal: AbortSignal): Promise<void> => {
    if ((here(cockpit.getState(), run)?.events.length ?? 0) <= at) await nextChange(cockpit, signal);
  };

  const open = async function* (run: string, from: Resume, signal: AbortSignal): AsyncGenerator<LogEvent> {
    let at = behind(from);
    for (;;) {
      const told = here(cockpit.getState(), run) ?? (await written(run));
      if ('kind' in told) return yield { is: 'fault', fault: told };
      if (signal.aborted) return;
      yield* linesOf(told.events, at, from);
      at = Math.max(at, told.events.length);
      if (told.isOver || !from.follow) return;
      await more(run, at, signal);
      if (signal.aborted) return;
    }
  };

  return {
    id: runsSource,
    feeds: [],
    operations: [],
    tails: async (run) =>
      run === undefined
        ? []
        : [{ stream: `run ${run}`, open: (from, signal) => open(run, from, signal) } satisfies Tail],
    close: async () => {},
  };
};
