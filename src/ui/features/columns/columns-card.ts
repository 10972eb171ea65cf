import { type Card, cardHeading, cardInnerWidth, keyHints, visiblePage } from '../../kit/components/card.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
import { type Cursor, cursorAt, cursorIndexIn, initialCursor } from '../../kit/components/cursor.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import {
  type ColumnChoice,
  type ColumnInfo,
  defaultColumns,
  isColumnOn,
  isDefaultChoice,
  moveColumn,
  toggleColumn,
} from '../../shell/contract/column-choice.ts';
import { paneState, updatePane } from '../../shell/contract/model.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { helpKey } from '../../shell/keys/shared-keys.ts';

/** The columns of a pane. */
interface ColumnsOverlay {
  readonly is: 'columns';
  readonly pane: PaneId;
  readonly cursor: Cursor;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly columns: ColumnsOverlay;
  }
}

const choiceOf = ({ view }: KeyContext, pane: string): ColumnChoice =>
  paneState(view.ui, pane).columns ?? defaultColumns;

const columnsOf = ({ view }: KeyContext, pane: string): readonly ColumnInfo[] =>
  view.features.panes.byId(pane).columns?.(view) ?? [];

const setChoice = ({ model }: KeyContext, pane: string, choice: ColumnChoice): void =>
  updatePane(model, pane, { columns: isDefaultChoice(choice) ? undefined : choice });

const noColumns = ({ pane, view }: KeyContext): string | undefined =>
  (pane.columns?.(view) ?? []).length === 0 ? 'the columns of this pane cannot be changed' : undefined;

/** Turns wide mode of a pane on or off. */
const toggleWide = (context: KeyContext, pane: string): void => {
  const choice = choiceOf(context, pane);
  setChoice(context, pane, { ...choice, wide: !choice.wide });
  const { title } = context.view.features.panes.byId(pane);
  const extra = columnsOf(context, pane).filter(({ wide }) => wide).length;
  if (choice.wide) context.notify(`${title}: wide mode off`);
  else if (extra === 0) context.notify(`${title}: wide mode is on, but this pane has no more columns`);
  else context.notify(`${title}: wide mode is on, as far as there is room · ctrl-w ends wide mode`);
};

/** Keys that choose the columns of the focused pane. */
export const columnKeys: readonly Binding[] = [
  {
    id: 'columns',
    keys: [','],
    description: 'choose the columns of the pane',
    whyNot: noColumns,
    run: ({ model, pane }) =>
      model.setState({ overlay: { is: 'columns', pane: pane.id, cursor: initialCursor } }),
  },
  {
    id: 'columns.wide',
    keys: ['ctrl-w'],
    description: 'wide mode: show or hide further columns',
    whyNot: noColumns,
    run: (context) => toggleWide(context, context.pane.id),
  },
];

/** Wraps an action of the open card. */
const onCard =
  (act: (context: KeyContext, overlay: ColumnsOverlay, columns: readonly ColumnInfo[]) => void) =>
  (context: KeyContext): void => {
    const { overlay } = context.view.ui;
    if (overlay.is === 'columns') act(context, overlay, columnsOf(context, overlay.pane));
  };

const indexOf = (columns: readonly ColumnInfo[], { cursor }: ColumnsOverlay): number =>
  cursorIndexIn(
    columns.map(({ name }) => name),
    cursor,
  );

const moveCursor = (step: number) =>
  onCard((context, overlay, columns) => {
    const names = columns.map(({ name }) => name);
    context.model.setState({
      overlay: { ...overlay, cursor: cursorAt(names, indexOf(columns, overlay) + step) },
    });
  });

const toggle = onCard((context, overlay, columns) => {
  const column = columns[indexOf(columns, overlay)];
  if (column === undefined) return;
  if (column.required) return context.notify(`${column.name} identifies the row and is always shown`);
  setChoice(context, overlay.pane, toggleColumn(choiceOf(context, overlay.pane), column));
});

const move = (step: 1 | -1) =>
  onCard((context, overlay, columns) => {
    const column = columns[indexOf(columns, overlay)];
    if (column === undefined) return;
    if (column.required) return context.notify(`${column.name} always stays at the left`);
    const before = choiceOf(context, overlay.pane);
    const after = moveColumn(before, columns, column.name, step);
    if (after === before)
      return context.notify(`${column.name} is the ${step > 0 ? 'last' : 'first'} column`);
    setChoice(context, overlay.pane, after);
    const now = columnsOf(
      { ...context, view: { ...context.view, ui: context.model.getState() } },
      overlay.pane,
    );
    const index = now.findIndex(({ name }) => name === column.name);
    context.model.setState({ overlay: { ...overlay, cursor: { key: column.name, index } } });
  });

/** Keys of the column chooser. */
export const columnListKeys: readonly Binding[] = [
  {
    id: 'column.toggle',
    keys: ['enter', 'space', 'x'],
    description: 'show or hide the column',
    footer: 'on/off',
    run: toggle,
  },
  {
    id: 'column.later',
    keys: ['J', 'right'],
    description: 'move the column to the right',
    footer: 'right',
    run: move(1),
  },
  {
    id: 'column.earlier',
    keys: ['K', 'left'],
    description: 'move the column to the left',
    footer: 'left',
    run: move(-1),
  },
  {
    id: 'column.wide',
    keys: ['w', 'ctrl-w'],
    description: 'turn wide mode on or off',
    footer: 'wide',
    run: onCard((context, { pane }) => toggleWide(context, pane)),
  },
  {
    id: 'column.reset',
    keys: ['r'],
    description: 'restore the default columns',
    footer: 'reset',
    run: onCard((context, { pane }) => {
      updatePane(context.model, pane, { columns: undefined });
      context.notify(`${context.view.features.panes.byId(pane).title}: default columns restored`);
    }),
  },
  { id: 'column.down', keys: ['j', 'down'], description: 'move down', run: moveCursor(1) },
  { id: 'column.up', keys: ['k', 'up'], description: 'move up', run: moveCursor(-1) },
  {
    id: 'column.close',
    keys: ['esc', ','],
    description: 'close the column chooser',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
  helpKey,
];

/** Why a column is shown or hidden. */
const noteOf = (column: ColumnInfo, choice: ColumnChoice): string => {
  const { required, wide, name, hideBelow } = column;
  if (required) return 'always shown';
  if (choice.on.includes(name)) return 'turned on';
  if (wide) return 'shown only in wide mode';
  if (choice.off.includes(name)) return 'turned off';
  return hideBelow === undefined ? '' : `hidden below ${hideBelow} cells`;
};

/** Renders the column chooser in at most `room` lines. */
export const renderColumnsCard = (context: KeyContext, overlay: ColumnsOverlay, room: number): Card => {
  const { pen } = context.view;
  const columns = columnsOf(context, overlay.pane);
  const choice = choiceOf(context, overlay.pane);
  const position = indexOf(columns, overlay);
  const seen = visiblePage('columns', columns.length, position, room);
  const cells = Math.max(0, ...columns.map(({ name }) => widthOf(name)));
  const on = columns.filter((column) => isColumnOn(column, choice)).length;
  const lines = columns.slice(seen.from, seen.from + seen.count).map((column, index): StyledLine => {
    const chosen = seen.from + index === position;
    const shown = isColumnOn(column, choice);
    const left = [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(shown ? '  on   ' : '  off  ', shown ? 'ok' : 'stale'),
      pen.run(column.name.padEnd(cells + 2), chosen ? 'bold' : 'plain'),
    ];
    return justifyLine(
      left,
      [pen.run(noteOf(column, choice), 'faint')],
      cardInnerWidth(context.view),
      'plain',
      pen.ellipsis,
    );
  });
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        context.view,
        [pen.run('COLUMNS', 'bold'), pen.run(`  ${context.view.features.panes.byId(overlay.pane).title}`)],
        [pen.run(`${on} of ${columns.length}${choice.wide ? ' · wide' : ''}`)],
      ),
      ...lines,
      [pen.run('a narrow pane hides wide columns first, then columns at the right', 'faint')],
      keyHints(pen, 'enter on/off', 'J K move', 'w wide', 'r reset', 'esc close'),
    ],
  };
};
