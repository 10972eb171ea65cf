import { contextOf } from '../keys/press.ts';
import { whyNotNow } from '../keys/rebound.ts';
import { isCommandKey } from '../keys/strokes.ts';
import type { Binding, Hand } from '../panes/pane.ts';
import type { Pen } from '../text/pen.ts';
import { type Line, lineWidth, type Run, spread } from '../text/run.ts';
import { cornerRuns } from './environment.ts';

/** These two stay, whatever else has to go. */
const last: readonly string[] = ['help', 'quit'];

const word = (pen: Pen, { keys, footer = '' }: Binding): Line => [
  pen.run(keys[0] ?? '', 'key'),
  pen.run(` ${footer}`),
];

interface FooterKey {
  readonly binding: Binding;
  /** Its cells: from this one on, up to but not the other. */
  readonly from: number;
  readonly to: number;
}

interface Footer {
  readonly line: Line;
  readonly keys: readonly FooterKey[];
}

const footerOf = (hand: Hand, mono: boolean): Footer => {
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
  const [keys, ending]: [FooterKey[], Run[]] = [[], []];
  for (const binding of live.filter(({ id }) => last.includes(id))) {
    const from = lineWidth(ending) + 2;
    ending.push(pen.run('  '), ...word(pen, binding));
    keys.push({ binding, from, to: lineWidth(ending) });
  }
  const right = [...(ending.length === 0 ? [] : [...ending, pen.run(' ')]), ...cornerRuns(hand.view, mono)];
  const rightAt = columns - lineWidth(right);
  const placed = keys.map((key) => ({ ...key, from: key.from + rightAt, to: key.to + rightAt }));
  let left: Line = [];
  for (const binding of live) {
    if (last.includes(binding.id)) continue;
    const longer = [...left, pen.run(left.length === 0 ? ' ' : '  '), ...word(pen, binding)];
    if (lineWidth(longer) > rightAt) break;
    placed.push({ binding, from: lineWidth(longer) - lineWidth(word(pen, binding)), to: lineWidth(longer) });
    left = longer;
  }
  return { line: spread(left, right, columns, 'plain', pen.mark), keys: placed };
};

/**
 * The last row: the keys that are live now, from the same tables as help, and the environment's word at its end. What
 * does not fit is dropped from the right.
 */
export const footerLine = (hand: Hand, mono: boolean): Line => footerOf(hand, mono).line;

/** Where the keys of the last row stand. */
export const footerKeys = (hand: Hand): readonly FooterKey[] => footerOf(hand, hand.view.mono === true).keys;
