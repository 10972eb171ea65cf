import { chance } from '../../io/chance.ts';
import type { Clock } from '../../io/io.ts';
import type { CockpitStore } from '../../store/create-cockpit.ts';
import { createLogSession, type LogSession } from '../logs/session.ts';
import type { OpenedEnvironment } from './parts.ts';

/** The lines of the environment that is open, shown through the store. */
export const createLogs = (
  cockpit: CockpitStore,
  clock: Clock,
  opened: () => OpenedEnvironment | undefined,
  say: (text: string, level: 'warn') => void,
): LogSession =>
  createLogSession({
    clock,
    chance,
    settings: () => opened()?.profile.logs,
    sources: () => opened()?.engine.sources ?? new Map(),
    publish: (logs) => cockpit.setState({ logs }),
    say: (text) => say(text, 'warn'),
  });
