import { bindingBlockedReason } from '../keys/bound-keys.ts';
import { currentActiveKeys } from '../keys/dispatch.ts';
import { isCommandKey } from '../keys/strokes.ts';
import type { Binding, KeyContext } from '../panes/pane.ts';
import { justifyLine, lineWidth, type StyledLine, type StyledRun } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { statusCorner } from './environment.ts';

/** These two stay, whatever else has to go. */
const last: readonly string[] = ['help', 'quit'];

const word = (pen: TextPen, { keys, footer = '' }: Binding): StyledLine => [
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
  readonly line: StyledLine;
  readonly keys: readonly FooterKey[];
}

const footerOf = (hand: KeyContext, mono: boolean): Footer => {
  const { pen, columns } = hand.view;
  const { tables, field } = currentActiveKeys(hand);
  const live = tables
    .flatMap((table) => table.bindings)
    .filter(
      (binding) =>
        binding.footer !== undefined &&
        columns >= (binding.footerMinColumns ?? 0) &&
        // In a text field it is a letter.
        (field === undefined || isCommandKey(binding.keys[0] ?? '')) &&
        bindingBlockedReason(hand, binding) === undefined,
    );
  const [keys, ending]: [FooterKey[], StyledRun[]] = [[], []];
  for (const binding of live.filter(({ id }) => last.includes(id))) {
    const from = lineWidth(ending) + 2;
    ending.push(pen.run('  '), ...word(pen, binding));
    keys.push({ binding, from, to: lineWidth(ending) });
  }
  const right = [...(ending.length === 0 ? [] : [...ending, pen.run(' ')]), ...statusCorner(hand.view, mono)];
  const rightAt = columns - lineWidth(right);
  const placed = keys.map((key) => ({ ...key, from: key.from + rightAt, to: key.to + rightAt }));
  let left: StyledLine = [];
  for (const binding of live) {
    if (last.includes(binding.id)) continue;
    const longer = [...left, pen.run(left.length === 0 ? ' ' : '  '), ...word(pen, binding)];
    if (lineWidth(longer) > rightAt) break;
    placed.push({ binding, from: lineWidth(longer) - lineWidth(word(pen, binding)), to: lineWidth(longer) });
    left = longer;
  }
  return { line: justifyLine(left, right, columns, 'plain', pen.ellipsis), keys: placed };
};

/**
 * The last row: the keys that are live now, from the same tables as help, and the environment's word at its end. What
 * does not fit is dropped from the right.
 */
export const renderFooter = (hand: KeyContext, mono: boolean): StyledLine => footerOf(hand, mono).line;

/** Where the keys of the last row stand. */
export const footerKeyPositions = (hand: KeyContext): readonly FooterKey[] =>
  footerOf(hand, hand.view.mono === true).keys;
