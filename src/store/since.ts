import type { FactKind, FactTypes } from '../domain/facts.ts';
import type { Millis } from '../domain/fault.ts';
import { stateWord } from '../domain/row-key.ts';
import type { Since } from './facts.ts';

const tripped: ReadonlySet<string> = new Set(['open', 'half-open', 'forced-open']);

/** Since when a row stands in its state, as we saw it. A breaker's trials do not start its clock anew: it counts from leaving closed. */
export const sinceAfter = <K extends FactKind>(
  was: Since | undefined,
  kind: K,
  fact: FactTypes[K],
  at: Millis,
): Since => {
  const word = stateWord(kind, fact);
  if (was?.word === word) return was;
  const goesOn = was !== undefined && kind === 'breakers' && tripped.has(was.word) && tripped.has(word);
  return { word, since: goesOn ? was.since : at };
};
