import { type Binding, type Hand, whyNotNow } from '../keys/binding.ts';
import { contextOf } from '../keys/live.ts';
import { isCommandKey } from '../keys/text-field.ts';
import type { Pen } from '../text/pen.ts';
import { type Line, lineWidth, spread } from '../text/run.ts';

/** These two stay, whatever else has to go. */
const last: readonly string[] = ['help', 'quit'];

const word = (pen: Pen, { keys, footer = '' }: Binding): Line => [
  pen.run(keys[0] ?? '', 'key'),
  pen.run(` ${footer}`),
];

/** The last row: the keys that are live now, from the same tables as help. What does not fit is dropped from the right. */
export const footerLine = (hand: Hand): Line => {
  const { pen, columns } = hand.view;
  const { tables, field } = contextOf(hand);
  const live = tables
    .flatMap((table) => table.bindings)
    .filter(
      (binding) =>
        binding.footer !== undefined &&
        columns >= (binding.footerFrom ?? 0) &&
        // In a text field it is a letter.
        (field === undefined || isCommandKey(binding.keys[0] ?? '')) &&
        whyNotNow(hand, binding) === undefined,
    );
  const ending = live
    .filter((binding) => last.includes(binding.id))
    .flatMap((binding) => [pen.run('  '), ...word(pen, binding)]);
  const right = ending.length === 0 ? [] : [...ending, pen.run(' ')];
  let left: Line = [];
  for (const binding of live) {
    if (last.includes(binding.id)) continue;
    const longer = [...left, pen.run(left.length === 0 ? ' ' : '  '), ...word(pen, binding)];
    if (lineWidth(longer) + lineWidth(right) > columns) break;
    left = longer;
  }
  return spread(left, right, columns, 'plain', pen.mark);
};
