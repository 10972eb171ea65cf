import {
  type Card,
  type CardLine,
  cardHeading,
  cardInnerWidth,
  inputField,
  maxCardHeight,
} from '../../kit/components/card.ts';
import { zoneRule } from '../../kit/components/card-zones.ts';
import { fitLine, justifyLine, lineWidth, type StyledLine, type StyledRun } from '../../kit/text/line.ts';
import { type OverlayKinds, overlayBelow } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext, KeyTable, TextField } from '../../shell/contract/pane.ts';
import { activeKeysFor } from '../../shell/keys/active-keys.ts';
import { bindingBlockedReason } from '../../shell/keys/bound-keys.ts';
import { currentRun } from '../../shell/state/current-run.ts';
import { explanationLines, explanationText, glyphLines } from './explanation.ts';

/** Width of the keys, with the gap after them, and of those in a table of two columns. */
const keysWidth = 19;
const narrowKeysWidth = 13;
/** Tables with more keys, in a card of at least this width, have two columns. */
const minBindingsOfTwo = 8;
const minWidthOfTwo = 90;
/** Blanks between two columns. */
const columnGap = 2;

/** The width of a binding, and of its keys. */
interface BindingLayout {
  readonly width: number;
  readonly keysWidth: number;
}

/** A key, its description and why it is unavailable: one line if all fit, otherwise more, with a hanging indent. */
const bindingLines = (
  context: KeyContext,
  binding: Binding,
  layout: BindingLayout,
): readonly StyledLine[] => {
  const { pen } = context.view;
  const { width } = layout;
  const why = bindingBlockedReason(context, binding);
  const role = why === undefined ? 'plain' : 'stale';
  const keys = binding.keys.join(', ');
  const head = Math.max(layout.keysWidth, keys.length + 1);
  const hanging = (index: number): StyledRun => pen.run(' '.repeat(index === 0 ? head : layout.keysWidth));
  const wrapped = (text: string, cells: number): readonly string[] =>
    pen.wrap(text, Math.max(1, width - head - cells));
  const lines = wrapped(binding.description, 0).map(
    (piece, index): StyledLine => [
      index === 0
        ? pen.run(`${keys.padEnd(head - 1)} `, why === undefined ? 'key' : 'stale')
        : hanging(index),
      pen.run(piece, role),
    ],
  );
  if (why === undefined) return lines;
  const mark = pen.glyph('denied', 'down');
  const reason: StyledLine = [pen.run(' '), mark, pen.run(` ${why}`, 'down')];
  const [first = []] = lines;
  if (lines.length === 1 && lineWidth(first) + lineWidth(reason) <= width)
    return [justifyLine(first, reason, width, 'plain', pen.ellipsis)];
  const below = wrapped(why, 2).map(
    (piece, index): StyledLine => [
      hanging(1),
      ...(index === 0 ? [mark] : [pen.run(' ')]),
      pen.run(` ${piece}`, 'down'),
    ],
  );
  return [...lines, ...below];
};

/** The keys of a table, in two columns that are read row by row if they are many. */
const tableLines = (context: KeyContext, bindings: readonly Binding[]): readonly StyledLine[] => {
  const { pen } = context.view;
  const inner = cardInnerWidth(context.view);
  if (bindings.length <= minBindingsOfTwo || inner < minWidthOfTwo)
    return bindings.flatMap((binding) => bindingLines(context, binding, { width: inner, keysWidth }));
  const width = Math.floor((inner - columnGap) / 2);
  const cells = bindings.map((binding) =>
    bindingLines(context, binding, { width, keysWidth: narrowKeysWidth }),
  );
  return cells.flatMap((left, index): readonly StyledLine[] => {
    if (index % 2 === 1) return [];
    const right = cells[index + 1] ?? [];
    return Array.from({ length: Math.max(left.length, right.length) }, (_, line) => [
      ...fitLine(left[line] ?? [], width, 'plain', pen.ellipsis),
      pen.run(' '.repeat(columnGap)),
      ...(right[line] ?? []),
    ]);
  });
};

/** The file of the open profile; hidden in share mode. */
const profileLine = ({ view: { pen, cockpit } }: KeyContext): readonly CardLine[] => {
  const { open } = cockpit;
  if (open?.file === undefined || pen.shared) return [];
  return [zoneRule(pen, 'Profile'), [pen.run(`${open.system}/${open.env}  ${open.file}`)]];
};

/** True if help is about panes, not about a card or a list above them. */
const isAboutPanes = ({ view }: KeyContext, { over }: HelpOverlay): boolean =>
  over.is === 'none' && currentRun(view) === undefined && view.cockpit.open !== undefined;

/**
 * All lines of help: what the row and the pane mean, every active key, with the reason if it is unavailable, and what the glyphs
 * mean. While a filter is typed, the matching keys only.
 */
const helpLines = (context: KeyContext, help: HelpOverlay): readonly CardLine[] => {
  const { pen } = context.view;
  const isWhole = help.text === '' && !help.typing;
  const isExplained = isWhole && isAboutPanes(context, help);
  const explained = isExplained ? explanationLines(context) : [];
  const bindings = matchingHelpTables(context, help).flatMap(
    ({ title, bindings: keys }, index): readonly CardLine[] => {
      if (keys.length === 0) return [];
      const needsHead = index > 0 || explained.length > 0;
      const head = needsHead ? [zoneRule(pen, capitalized(index === 0 ? `keys of ${title}` : title))] : [];
      return [...head, ...tableLines(context, keys)];
    },
  );
  return [
    ...explained,
    ...bindings,
    ...(isExplained ? glyphLines(context) : []),
    ...(help.text === '' ? profileLine(context) : []),
  ];
};

const capitalized = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** Lines of help in a card of at most `room` lines: without its two rules. */
const helpHeight = (room: number): number => Math.max(1, room - 2);

/** Renders help: an explanation of the pane, and every active key. */
export const renderHelp = (context: KeyContext, help: HelpOverlay, room: number): Card => {
  const { pen } = context.view;
  const tables = matchingHelpTables(context, help);
  const lines = helpLines(context, help);
  const fits = helpHeight(room);
  const from = Math.max(0, Math.min(help.cursor, lines.length - fits));
  const typed = help.typing || help.text !== '' ? [pen.run('  /', 'key'), ...inputField(pen, help.text)] : [];
  const seen =
    lines.length > fits ? `${from + 1} to ${Math.min(lines.length, from + fits)} of ${lines.length} · ` : '';
  return {
    edge: 'focus',
    foot: 0,
    lines: [
      cardHeading(
        context.view,
        [pen.run('HELP', 'bold'), pen.run(`  ${tables[0]?.title ?? ''}`), ...typed],
        [pen.run(`${seen}/ filter · esc close`, 'faint')],
      ),
      ...lines.slice(from, from + fits),
    ],
  };
};

type HelpOverlay = OverlayKinds['help'];

const matches = (binding: Binding, text: string): boolean =>
  `${binding.keys.join(' ')} ${binding.description}`.toLowerCase().includes(text.toLowerCase());

/** Active keys that match the filter. */
const matchingHelpTables = (context: KeyContext, { over, text }: HelpOverlay): readonly KeyTable[] =>
  activeKeysFor(context, over).tables.map(({ title, bindings }) => ({
    title,
    bindings: bindings.filter((binding) => binding.keys.length > 0 && matches(binding, text)),
  }));

const change = ({ model, view }: KeyContext, part: Partial<Omit<HelpOverlay, 'is'>>) => {
  if (view.ui.overlay.is === 'help') model.setState({ overlay: { ...view.ui.overlay, ...part } });
};

const scroll = (step: number) => (context: KeyContext) => {
  const { overlay } = context.view.ui;
  if (overlay.is !== 'help') return;
  const last = helpLines(context, overlay).length - helpHeight(maxCardHeight(context.view.rows));
  change(context, { cursor: Math.max(0, Math.min(last, overlay.cursor + step)) });
};

const back = (context: KeyContext) => {
  const { overlay } = context.view.ui;
  if (overlay.is === 'help' && (overlay.typing || overlay.text !== ''))
    return change(context, { typing: false, text: '', cursor: 0 });
  context.model.setState({ overlay: overlayBelow(overlay) });
};

export const helpKeys: readonly Binding[] = [
  {
    id: 'help.filter',
    keys: ['/'],
    description: 'filter keys',
    footer: 'filter',
    run: (context) => change(context, { typing: true }),
  },
  { id: 'help.down', keys: ['j', 'down'], description: 'scroll down', run: scroll(1) },
  { id: 'help.up', keys: ['k', 'up'], description: 'scroll up', run: scroll(-1) },
  {
    id: 'help.page-down',
    keys: ['ctrl-d', 'pagedown'],
    description: 'scroll down half a page',
    run: (context) => scroll(context.halfPage)(context),
  },
  {
    id: 'help.page-up',
    keys: ['ctrl-u', 'pageup'],
    description: 'scroll up half a page',
    run: (context) => scroll(-context.halfPage)(context),
  },
  {
    id: 'help.copy',
    keys: ['y'],
    description: 'copy the explanation of the row or cell to the clipboard',
    footer: 'copy',
    whyNot: (context) => {
      const { overlay } = context.view.ui;
      const isShown = overlay.is === 'help' && isAboutPanes(context, overlay);
      return isShown && explanationText(context) !== undefined
        ? undefined
        : 'this page explains no row or cell: select one first';
    },
    run: (context) => {
      const text = explanationText(context);
      if (text === undefined) return;
      context.copy(text);
      context.notify(
        `copied the explanation: ${Buffer.byteLength(text)} bytes sent to the terminal clipboard`,
      );
    },
  },
  { id: 'help.close', keys: ['esc', '?', 'q'], description: 'close help', footer: 'close', run: back },
];

export const helpSearchKeys: readonly Binding[] = [
  {
    id: 'help.filtered',
    keys: ['enter'],
    description: 'keep the filter',
    footer: 'keep',
    run: (context) => change(context, { typing: false }),
  },
  { id: 'help.unfilter', keys: ['esc'], description: 'clear the filter', footer: 'clear', run: back },
];

export const helpSearchField = (help: HelpOverlay): TextField => ({
  value: help.text,
  set: (context, text) => change(context, { text, cursor: 0 }),
});
