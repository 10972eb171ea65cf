import { stripControls } from '../../domain/controls.ts';
import type { LogLevel } from '../../domain/log-level.ts';
import type { RunEvent } from '../../domain/run.ts';

interface Told {
  readonly text: string;
  /** Absent: its words tell. */
  readonly level?: LogLevel;
}

const one = (text: string, level: LogLevel = 'info'): readonly Told[] => [{ text, level }];

const tickedWords = ({ done, ask }: Extract<RunEvent, { event: 'ticked' }>): string => {
  if (ask === true) return done ? 'goes on' : 'stops here';
  return done ? 'ticked' : 'not ticked';
};

const toldBy = (event: RunEvent): readonly Told[] => {
  switch (event.event) {
    case 'gated':
      return one(`gate: ${event.why}`, event.passed ? 'info' : 'error');
    case 'acting':
      return one(`step ${event.step}: ${event.title}`);
    case 'output':
      return event.text.split(/\r\n|\n/).map((text) => ({ text }));
    case 'acted':
      return one(
        `step ${event.step} ${event.ok ? 'done' : 'failed'}: ${event.result}`,
        event.ok ? 'info' : 'error',
      );
    case 'ticked':
      return one(`step ${event.step} ${tickedWords(event)}`, event.done ? 'info' : 'warn');
    case 'before':
      return event.proofs.map(({ title, value, why }) => ({
        text: `before the act, ${title}: ${value}${why === '' ? '' : `, ${why}`}`,
      }));
    case 'verifying':
      return event.proofs.map(({ title, value, why }) => ({
        text: `proof ${title}: ${value}${why === '' ? '' : `, ${why}`}`,
        level: value === 'true' ? 'info' : 'warn',
      }));
    case 'login':
      return one(`${event.source}: ${event.why}`, 'warn');
    case 'noted':
      return one(`note: ${event.text}`);
    case 'relapsed':
      return one(`relapsed: ${event.why}`, 'error');
    case 'watched':
      return one(`watched: ${event.why}`, event.held ? 'info' : 'warn');
    case 'ended':
      return one(
        `${event.ending.replaceAll('-', ' ')}: ${event.why}`,
        event.ending === 'recovered' || event.ending === 'dry-run' ? 'info' : 'error',
      );
    default:
      return [];
  }
};

/** A run's event as lines of a log, without control characters; [] for what nobody reads there. */
export const runLines = (event: RunEvent): readonly Told[] =>
  toldBy(event).map((told) => ({ ...told, text: stripControls(told.text) }));
