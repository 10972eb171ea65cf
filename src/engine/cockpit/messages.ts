import type { Millis } from '../../domain/fault.ts';
import type { Level } from '../../domain/level.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { CockpitState, Message } from '../../store/cockpit.ts';

/** How many messages are kept. */
const kept = 200;

/** The message list with one more, oldest dropped. */
export const withMessage = (
  state: CockpitState,
  at: Millis,
  level: Level,
  text: string,
): Pick<CockpitState, 'messages'> => ({ messages: [...state.messages, { at, level, text }].slice(-kept) });

interface Word {
  readonly label: string;
  readonly word: string;
  readonly level: Level;
}

const breakerWords = (snapshot: Snapshot): readonly (readonly [string, Word])[] =>
  snapshot.kinds.breakers.rows
    .filter((row) => !row.stale)
    .map((row) => {
      const { service, instance, name, state } = row.fact;
      const label = `breaker ${instance === '' ? service : instance} · ${name}`;
      return [row.key, { label, word: state.toUpperCase(), level: row.level }];
    });

const healthWords = (snapshot: Snapshot): readonly (readonly [string, Word])[] =>
  snapshot.kinds.health.rows
    .filter((row) => !row.stale)
    .map((row) => {
      const { service, instance, status } = row.fact;
      return [row.key, { label: instance === '' ? service : instance, word: status, level: row.level }];
    });

/**
 * Tells what changed state between two looks: 'breaker bus-0 · broker: CLOSED → OPEN'. The first known state of a row
 * tells nothing, and a row that appears or goes is not a change of state; one that is no longer known is.
 */
export const createChangeTeller = (): ((snapshot: Snapshot) => readonly Message[]) => {
  let before: ReadonlyMap<string, string> = new Map();
  return (snapshot) => {
    const now = new Map<string, string>();
    const told: Message[] = [];
    for (const [key, { label, word, level }] of [...breakerWords(snapshot), ...healthWords(snapshot)]) {
      const was = before.get(key);
      if (was === undefined && word.toLowerCase() === 'unknown') continue;
      now.set(key, word);
      if (was !== undefined && was !== word)
        told.push({ at: snapshot.at, level, text: `${label}: ${was} → ${word}` });
    }
    before = now;
    return told;
  };
};
