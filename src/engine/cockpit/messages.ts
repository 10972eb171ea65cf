import type { Millis } from '../../domain/fault.ts';
import type { JournalEntry } from '../../domain/journal.ts';
import type { Level } from '../../domain/level.ts';
import type { CockpitState } from '../../store/cockpit.ts';
import { withEntries } from '../journal/kept.ts';

/** How many messages are kept. */
const kept = 200;

/** The message list with one more, oldest dropped. */
export const withMessage = (
  state: Pick<CockpitState, 'messages'>,
  at: Millis,
  level: Level,
  text: string,
): Pick<CockpitState, 'messages'> => ({ messages: [...state.messages, { at, level, text }].slice(-kept) });

/** The journal with these changes, and a message of each: 'breaker bus-0 · broker: CLOSED → OPEN'. */
export const withChanges = (
  state: Pick<CockpitState, 'messages' | 'journal'>,
  entries: readonly JournalEntry[],
): Pick<CockpitState, 'messages' | 'journal'> => {
  const messages = entries.map(({ at, level, what, change }) => ({ at, level, text: `${what}: ${change}` }));
  return { messages: [...state.messages, ...messages].slice(-kept), ...withEntries(state, entries) };
};
