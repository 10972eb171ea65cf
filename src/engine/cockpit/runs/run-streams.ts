import type { StoreApi } from 'zustand/vanilla';
import type { Fault } from '../../../domain/base/fault.ts';
import type { LogLevel } from '../../../domain/facts/log-level.ts';
import type { Snapshot } from '../../../domain/facts/snapshot.ts';
import { changeText, type RunEvent, recordingText } from '../../../domain/runs/run.ts';
import { incidentLine, outcomeOf, outcomeReason } from '../../../domain/runs/run-outcome.ts';
import { stripControls } from '../../../domain/text/controls.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { createLogSession, type LogSession } from '../../../logs/following/log-session.ts';
import { runOutputSource } from '../../../logs/format/log-stream.ts';
import type { LogEvent, ResumePoint, Tail } from '../../../logs/reading/tail.ts';
import { toFault } from '../../../platform/network/to-fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { chance } from '../../../platform/runtime/random.ts';
import type { Source } from '../../../sources/kit/contract/source.ts';
import type { CockpitState, CockpitStore, RunView } from '../../../store/cockpit.ts';
import type { OpenedEnvironment } from '../environment/cockpit-parts.ts';

interface RunLogLine {
  readonly text: string;
  /** Absent: detected from the text. */
  readonly level?: LogLevel;
}

const logLine = (text: string, level: LogLevel = 'info'): readonly RunLogLine[] => [{ text, level }];

const tickedWords = ({ done, ask }: Extract<RunEvent, { event: 'ticked' }>): string => {
  if (ask === true) return done ? 'continues' : 'stops here';
  return done ? 'ticked' : 'not done';
};

const eventLines = (event: RunEvent): readonly RunLogLine[] => {
  switch (event.event) {
    case 'gated':
      return logLine(`gate: ${event.why}`, event.passed ? 'info' : 'error');
    case 'acting':
      return logLine(`step ${event.step}: ${event.title}`);
    case 'output':
      return event.text.split(/\r\n|\n/).map((text) => ({ text }));
    case 'acted':
      return logLine(
        `step ${event.step} ${event.ok ? 'done' : 'failed'}: ${event.result}`,
        event.ok ? 'info' : 'error',
      );
    case 'ticked':
      return logLine(`step ${event.step} ${tickedWords(event)}`, event.done ? 'info' : 'warn');
    case 'before':
      return event.proofs.map(({ title, value, why }) => ({
        text: `before the action, ${title}: ${value}${why === '' ? '' : `, ${why}`}`,
      }));
    case 'verifying':
      return event.proofs.map(({ title, value, why }) => ({
        text: `verification ${title}: ${value}${why === '' ? '' : `, ${why}`}`,
        level: value === 'true' ? 'info' : 'warn',
      }));
    case 'login':
      return logLine(`${event.source}: ${event.why}`, 'warn');
    case 'noted':
      return logLine(`note: ${event.text}`);
    case 'relapsed':
      return logLine(`relapsed: ${event.why}`, 'error');
    case 'watched':
      return logLine(`watched: ${event.why}`, event.held ? 'info' : 'warn');
    case 'approval-requested':
      return logLine('waits for the approval of another person', 'warn');
    case 'approved':
      return logLine('approved by another person');
    case 'approval-refused':
    case 'approval-withdrawn':
      return logLine(`${event.event.replace('-', ' ')}: ${event.why}`, 'warn');
    case 'forward-closed':
      return logLine(`${event.forward} ended: ${event.why}`);
    case 'reset-scheduled':
      return logLine(`resets automatically in ${formatDuration(event.afterMs)}: ${event.title}`);
    case 'incident':
      return logLine(incidentLine(event.incident), event.incident.state === 'all-clear' ? 'info' : 'warn');
    case 'ended': {
      const { word } = outcomeOf(event, event.incident);
      return [
        ...logLine(
          `${word.toLowerCase()}: ${outcomeReason(event)}`,
          event.ending === 'recovered' || event.ending === 'dry-run' ? 'info' : 'error',
        ),
        ...(event.incident === undefined ? [] : logLine(incidentLine(event.incident), 'warn')),
        ...(event.changes ?? []).map((change) => ({ text: changeText(change) })),
        ...(event.recordings ?? []).map((recording) => ({ text: `recording: ${recordingText(recording)}` })),
      ];
    }
    default:
      return [];
  }
};

/** Converts an event to log lines without control characters; [] for events not shown in logs. */
const runLines = (event: RunEvent): readonly RunLogLine[] =>
  eventLines(event).map((reported) => ({ ...reported, text: stripControls(reported.text) }));

/** Names of the pods, units and containers of a source that are at warning or critical. */
const troubledWriters = (
  workloads: Snapshot['kinds']['workloads']['rows'],
  source: string,
): ReadonlySet<string> =>
  new Set(
    workloads.flatMap(({ fact, level }) => {
      if ((level !== 'crit' && level !== 'warn') || fact.source !== source) return [];
      return fact.owner.startsWith('pod/') ? [fact.owner.slice('pod/'.length)] : [fact.name];
    }),
  );

/** The log lines of the open environment and of runs, shown through the store. */
export const createCockpitLogs = (
  cockpit: CockpitStore,
  clock: Clock,
  opened: () => OpenedEnvironment | undefined,
  recorded: (run: string) => Promise<readonly RunEvent[]>,
  say: (text: string, level: 'warn') => void,
): LogSession => {
  const runs = runStreams(clock, cockpit, recorded);
  return createLogSession({
    clock,
    chance,
    settings: () => opened()?.profile.logs,
    sources: () => new Map([...(opened()?.engine.sources ?? []), [runOutputSource, runs]]),
    troubled: (source) => troubledWriters(opened()?.engine.snapshot().kinds.workloads.rows ?? [], source),
    publish: (logs) => cockpit.setState({ logs }),
    showMessage: (text) => say(text, 'warn'),
  });
};

/** The events of a run so far, and whether more may follow. */
interface RunEventFeed {
  readonly events: readonly RunEvent[];
  readonly isOver: boolean;
}

const eventFeedOf = ({ events, stage, past, isElsewhere }: RunView): RunEventFeed => ({
  events,
  isOver: isElsewhere !== true && (stage === 'ended' || past === true),
});

const isOf =
  (run: string) =>
  ({ proposal, events }: RunView): boolean =>
    (proposal?.run ?? events[0]?.run) === run;

const here = ({ run: shown, endedRuns: ended }: CockpitState, run: string): RunEventFeed | undefined => {
  const runView = [...(shown === undefined ? [] : [shown]), ...ended].find(isOf(run));
  return runView === undefined ? undefined : eventFeedOf(runView);
};

/** Resolves at the next change, or when the signal aborts. */
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

/** The number of events that a resumed stream skips. */
const behind = ({ after }: ResumePoint): number => (after === undefined ? 0 : Number(after));

/**
 * Run output as log streams: of the run on screen as it occurs, of earlier ones as recorded (`recorded`). Streams are
 * requested by run id; a request without one returns no streams.
 */
export const runStreams = (
  clock: Pick<Clock, 'now'>,
  cockpit: StoreApi<CockpitState>,
  recorded: (run: string) => Promise<readonly RunEvent[]>,
): Source => {
  const linesOf = function* (
    events: readonly RunEvent[],
    from: number,
    { since }: ResumePoint,
  ): Generator<LogEvent> {
    for (const [index, event] of events.slice(from).entries()) {
      if (since !== undefined && event.at < since) continue;
      const lines = runLines(event);
      // A stream can resume after the last line of an event, or before its first.
      for (const [nth, line] of lines.entries()) {
        const mark = nth === lines.length - 1 ? { mark: String(from + index + 1) } : {};
        yield { is: 'line', ...line, at: event.at, ...mark };
      }
    }
  };

  const written = async (run: string): Promise<RunEventFeed | Fault> => {
    try {
      return { events: await recorded(run), isOver: true };
    } catch (error) {
      return toFault(runOutputSource, 'output', error, clock.now());
    }
  };

  /** Checks before waiting: events may have arrived while the reader was busy. */
  const more = async (run: string, time: number, signal: AbortSignal): Promise<void> => {
    if ((here(cockpit.getState(), run)?.events.length ?? 0) <= time) await nextChange(cockpit, signal);
  };

  const open = async function* (
    run: string,
    from: ResumePoint,
    signal: AbortSignal,
  ): AsyncGenerator<LogEvent> {
    let index = behind(from);
    for (;;) {
      const reported = here(cockpit.getState(), run) ?? (await written(run));
      if ('kind' in reported) return yield { is: 'fault', fault: reported };
      if (signal.aborted) return;
      yield* linesOf(reported.events, index, from);
      index = Math.max(index, reported.events.length);
      if (reported.isOver || !from.follow) return;
      await more(run, index, signal);
      if (signal.aborted) return;
    }
  };

  return {
    id: runOutputSource,
    feeds: [],
    operations: [],
    tails: async (run) =>
      run === undefined
        ? []
        : [{ stream: `run ${run}`, open: (from, signal) => open(run, from, signal) } satisfies Tail],
    close: async () => {},
  };
};
