import { justifyLine, lineWidth, type StyledLine, type StyledRun } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import { bindingBlockedReason } from '../keys/bound-keys.ts';
import { currentActiveKeys } from '../keys/dispatch.ts';
import { isCommandKey } from '../keys/strokes.ts';
import { statusCorner } from './status-marks.ts';

/** Bindings that are always shown, even if others do not fit. */
const last: readonly string[] = ['help', 'quit'];

const word = (pen: TextPen, { keys, footer = '' }: Binding): StyledLine => [
  pen.run(keys[0] ?? '', 'key'),
  pen.run(` ${footer}`),
];

interface FooterKey {
  readonly binding: Binding;
  /** Range of its cells; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
}

interface Footer {
  readonly line: StyledLine;
  readonly keys: readonly FooterKey[];
}

const footerOf = (context: KeyContext, mono: boolean): Footer => {
  const { pen, columns } = context.view;
  const { tables, field } = currentActiveKeys(context);
  const live = tables
    .flatMap((table) => table.bindings)
    .filter(
      (binding) =>
        binding.footer !== undefined &&
        columns >= (binding.footerMinColumns ?? 0) &&
        // In a text field, a printable key types a letter.
        (field === undefined || isCommandKey(binding.keys[0] ?? '')) &&
        bindingBlockedReason(context, binding) === undefined,
    );
  const [keys, ending]: [FooterKey[], StyledRun[]] = [[], []];
  for (const binding of live.filter(({ id }) => last.includes(id))) {
    const from = lineWidth(ending) + 2;
    ending.push(pen.run('  '), ...word(pen, binding));
    keys.push({ binding, from, to: lineWidth(ending) });
  }
  const right = [
    ...(ending.length === 0 ? [] : [...ending, pen.run(' ')]),
    ...statusCorner(context.view, mono),
  ];
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
 * Renders the last row: the active keys, from the same tables as help, and the environment's name at the end. Keys that
 * do not fit are dropped from the right.
 */
export const renderFooter = (context: KeyContext, mono: boolean): StyledLine => footerOf(context, mono).line;

/** The positions of the keys in the last row, for clicks. */
export const footerKeyPositions = (context: KeyContext): readonly FooterKey[] =>
  footerOf(context, context.view.mono === true).keys;
