import { count } from '../../../../domain/format.ts';
import type { Binding, Hand } from '../../../panes/pane.ts';
import { cursorRow } from '../cursor.ts';
import { patternText, soughtOf } from '../hits.ts';
import { hitCount, nextHit } from '../shown-hits.ts';
import { goToLine } from './walk.ts';

const nothingSought = ({ view }: Hand): string | undefined => {
  const { logs } = view.cockpit;
  if (logs === undefined) return 'no stream is open';
  if (logs.hits.tooSlow.length > 0) return 'what is looked for takes too long on some lines: it was given up';
  return soughtOf(logs) === undefined ? 'nothing is looked for: / does' : undefined;
};

/** To the hit that comes next, or before; 'nearest': the one in front of the cursor, else behind it. From the last on to the first. */
export const goToHit = (to: 'next' | 'previous' | 'nearest') => (hand: Hand) => {
  const { logs } = hand.view.cockpit;
  const cursor = cursorRow(hand.view);
  if (logs === undefined || cursor === undefined) return;
  const { hits, ring } = logs;
  const found = {
    next: nextHit(logs, cursor, 1) ?? nextHit(logs, ring.first - 1, 1),
    previous: nextHit(logs, cursor, -1) ?? nextHit(logs, ring.end, -1),
    nearest: nextHit(logs, cursor + 1, -1) ?? nextHit(logs, cursor, 1),
  }[to];
  if (found === undefined) {
    // While it is being looked for nobody knows; the title says when it is done.
    const pattern = soughtOf(logs);
    const text = pattern === undefined ? '' : hand.view.pen.typed(patternText(pattern));
    if (to !== 'nearest') hand.say(hits.pending > 0 ? `seeking ${text}` : `no line here has ${text}`);
    return;
  }
  goToLine(hand, found);
  hand.say(`${count(hitCount(logs, found) + 1)} of ${count(hitCount(logs))}`);
};

/** Keys that go from hit to hit. */
export const hitKeys: readonly Binding[] = [
  { id: 'hit.next', keys: ['n'], does: 'next hit', whyNot: nothingSought, run: goToHit('next') },
  { id: 'hit.previous', keys: ['N'], does: 'previous hit', whyNot: nothingSought, run: goToHit('previous') },
];
