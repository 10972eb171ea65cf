import type { RunEvent } from '../../domain/run.ts';
import { createLogSession, type LogSession } from '../../logs/following/session.ts';
import { runsSource } from '../../logs/format/run-output.ts';
import { chance } from '../../platform/chance.ts';
import type { Clock } from '../../platform/clock.ts';
import type { CockpitStore } from '../../store/create-cockpit.ts';
import type { OpenedEnvironment } from './parts.ts';
import { runStreams } from './run-output.ts';

/** The lines of the environment that is open, and of runs, shown through the store. */
export const createLogs = (
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
    sources: () => new Map([...(opened()?.engine.sources ?? []), [runsSource, runs]]),
    publish: (logs) => cockpit.setState({ logs }),
    say: (text) => say(text, 'warn'),
  });
};
