import { type LinePattern, patternOfWords } from '../../../../logs/format/chip.ts';
import { lineRegex } from '../../../../logs/format/line-pattern.ts';
import type { Hand } from '../../../panes/pane.ts';
import { expressionOf } from '../../filter/expression.ts';
import { soughtOf } from '../hits.ts';
import type { LogAsked, LogAsking } from '../look.ts';
import { changeLook } from './change-look.ts';

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
