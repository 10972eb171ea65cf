import { count } from '../../../../domain/format.ts';
import { type LinePattern, lineRegex, patternOfWords } from '../../../../logs/format/chip.ts';
import type { Binding, Hand } from '../../../panes/pane.ts';
import { expressionOf } from '../../filter/expression.ts';
import { changeLook, cursorRow } from '../cursor.ts';
import type { LogAsked, LogAsking } from '../look.ts';
import { hitCount, nextHit, patternText, soughtOf } from '../shown-hits.ts';
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

/** What is wrong with a pattern, and where; undefined: nothing. */
export const wrongPattern = (pattern: LinePattern): string | undefined => {
  try {
    lineRegex(pattern);
    return undefined;
  } catch {
    const found = expressionOf(pattern.text);
    return 'wrong' in found ? `at ${found.at + 1}: ${found.wrong}` : 'no expression';
  }
};

/** Marks what a text finds while it is typed: the engine looks for it in slices, and gives up what takes too long. */
export const preview = (
  { view, commands }: Pick<Hand, 'view' | 'commands'>,
  is: LogAsked,
  text: string,
): void => {
  if (is === 'time' || is === 'around') return;
  const pattern = patternOfWords(view.pen.meant(text));
  if (text === '') commands.logs.seek(undefined);
  else if (wrongPattern(pattern) === undefined) commands.logs.seek(pattern);
};

/** Once a chip has been typed, or left: what was sought before is sought again. */
export const soughtAgain = ({ view, commands }: Hand): void => {
  const { asking } = view.ui.logs;
  if (asking?.is === 'include' || asking?.is === 'exclude') commands.logs.seek(asking.sought);
};

/** Opens the line of text. */
export const beginAsking = (hand: Hand, asking: Omit<LogAsking, 'sought'>): void => {
  const { logs } = hand.view.cockpit;
  const sought = logs === undefined ? undefined : soughtOf(logs);
  changeLook(hand.model, { asking: { ...asking, ...(sought === undefined ? {} : { sought }) } });
  if (asking.text !== '') preview(hand, asking.is, asking.text);
};
