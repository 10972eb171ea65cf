import { justifyLine, lineWidth, type StyledLine, type StyledRun } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import { bindingBlockedReason } from '../keys/bound-keys.ts';
import { currentActiveKeys } from '../keys/dispatch.ts';
import { isCommandKey } from '../keys/strokes.ts';
import { isArmed } from '../state/armed.ts';
import { statusCorner } from './status-marks.ts';

/** Bindings that are always shown, even if others do not fit. */
const last: readonly string[] = ['help', 'quit'];

/** The roles of a row of keys. */
interface FooterRoles {
  readonly key: TextRole;
  readonly text: TextRole;
}

const calm: FooterRoles = { key: 'key', text: 'plain' };
/** While production is armed, the whole row has its color. */
const armed: FooterRoles = { key: 'armed', text: 'armedText' };

const word = (pen: TextPen, { keys, footer = '' }: Binding, { key, text }: FooterRoles): StyledLine => [
  pen.run(keys[0] ?? '', key),
  pen.run(` ${footer}`, text),
];

/** The reminder at the end of the last row while production is armed, the longest form first. */
const recorded = ['every call is recorded in the ledger', 'every call is recorded'] as const;
/** Minimum width for the long form. */
const roomy = 100;

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

const footerOf = (context: KeyContext): Footer => {
  const { pen, columns } = context.view;
  const isNoted = isArmed(context.view);
  const roles = isNoted ? armed : calm;
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
  const keys: FooterKey[] = [];
  const ending: StyledRun[] = [];
  for (const binding of live.filter(({ id }) => last.includes(id))) {
    const from = lineWidth(ending) + 2;
    ending.push(pen.run('  ', roles.text), ...word(pen, binding, roles));
    keys.push({ binding, from, to: lineWidth(ending) });
  }
  const note = isNoted ? `   ${recorded[columns >= roomy ? 0 : 1]}` : '';
  const right = [
    ...ending,
    ...(note === '' ? [] : [pen.run(note, roles.text)]),
    ...(ending.length === 0 && note === '' ? [] : [pen.run(' ', roles.text)]),
    ...statusCorner(context.view),
  ];
  const rightAt = columns - lineWidth(right);
  const placed = keys.map((key) => ({ ...key, from: key.from + rightAt, to: key.to + rightAt }));
  let left: StyledLine = [];
  for (const binding of live) {
    if (last.includes(binding.id)) continue;
    const own = word(pen, binding, roles);
    const longer = [...left, pen.run(left.length === 0 ? ' ' : '  ', roles.text), ...own];
    if (lineWidth(longer) > rightAt) break;
    placed.push({ binding, from: lineWidth(longer) - lineWidth(own), to: lineWidth(longer) });
    left = longer;
  }
  return { line: justifyLine(left, right, columns, roles.text, pen.ellipsis), keys: placed };
};

/**
 * Renders the last row: the active keys, from the same tables as help, and at the end the repeated marks. Keys that do not fit
 * are dropped from the right. While production is armed, the row has its color and says that every call is recorded.
 */
export const renderFooter = (context: KeyContext): StyledLine => footerOf(context).line;

/** The positions of the keys in the last row, for clicks. */
export const footerKeyPositions = (context: KeyContext): readonly FooterKey[] => footerOf(context).keys;
