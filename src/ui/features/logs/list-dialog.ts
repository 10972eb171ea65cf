import {
  type Card,
  type CardListPage,
  cardHeading,
  cardInnerWidth,
  keyHints,
  visiblePage,
} from '../../kit/components/card.ts';
import { cursorAt, cursorIndexIn, initialCursor } from '../../kit/components/cursor.ts';
import { fitLine, type StyledLine } from '../../kit/text/line.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { type LogListItem, logListItems } from './lists.ts';
import type { LogList, LogListOverlay } from './view/view-state.ts';
import { streamUnavailableReason } from './view/view-state-access.ts';

const listOf = ({ view }: KeyContext): LogListOverlay | undefined =>
  view.ui.overlay.is === 'log-list' ? view.ui.overlay : undefined;

const move = (step: number) => (context: KeyContext) => {
  const overlay = listOf(context);
  if (overlay === undefined) return;
  const keys = logListItems(context, overlay.list).map(({ key }) => key);
  context.model.setState({
    overlay: { ...overlay, cursor: cursorAt(keys, cursorIndexIn(keys, overlay.cursor) + step) },
  });
};

const chosen = (context: KeyContext): LogListItem | undefined => {
  const overlay = listOf(context);
  if (overlay === undefined) return undefined;
  const items = logListItems(context, overlay.list);
  return items[
    cursorIndexIn(
      items.map(({ key }) => key),
      overlay.cursor,
    )
  ];
};

const close = ({ model }: KeyContext): void => model.setState({ overlay: noOverlay });

const take = (context: KeyContext): void => {
  const item = chosen(context);
  if (item === undefined) return;
  // Toggling a column keeps the list open for the next one.
  if (item.isOn === undefined) close(context);
  item.run(context);
};

/** Keys of the Logs list dialogs. */
export const logListKeys: readonly Binding[] = [
  { id: 'log-list.take', keys: ['enter', 'space'], description: 'select', footer: 'select', run: take },
  {
    id: 'log-list.drop',
    keys: ['backspace'],
    description: 'remove',
    footer: 'remove',
    whyNot: (context) =>
      chosen(context)?.drop === undefined
        ? 'you cannot remove this entry: press enter to hide the column'
        : undefined,
    run: (context) => chosen(context)?.drop?.(context),
  },
  { id: 'log-list.down', keys: ['j', 'down'], description: 'next', run: move(1) },
  { id: 'log-list.up', keys: ['k', 'up'], description: 'previous', run: move(-1) },
  { id: 'log-list.close', keys: ['esc'], description: 'close', footer: 'close', run: close },
];

const open =
  (list: LogList) =>
  ({ model }: KeyContext): void =>
    model.setState({ overlay: { is: 'log-list', list, cursor: initialCursor } });

/** Keys that open the list dialogs. */
export const openLogListKeys: readonly Binding[] = [
  {
    id: 'logs.chips',
    keys: ['F'],
    description: 'list the filter chips: edit or remove',
    whyNot: streamUnavailableReason,
    run: open('chips'),
  },
  {
    id: 'logs.columns',
    keys: ['C'],
    description: 'show fields as columns',
    whyNot: streamUnavailableReason,
    run: open('columns'),
  },
  {
    id: 'logs.views',
    keys: ['V'],
    description: 'list the log views of the profile',
    whyNot: ({ view }) =>
      (view.cockpit.open?.logViews?.length ?? 0) === 0
        ? 'this profile has no log views: add them under logs.views'
        : undefined,
    run: open('views'),
  },
];

const titles: Readonly<
  Record<LogList, { readonly word: string; readonly none: string; readonly enter: string }>
> = {
  chips: {
    word: 'CHIPS',
    none: 'no filter chips: + - v o add one',
    enter: 'enter edit · backspace remove',
  },
  columns: {
    word: 'COLUMNS',
    none: 'these lines have no fields to show',
    enter: 'enter show or hide the column',
  },
  views: {
    word: 'VIEWS',
    none: 'this profile has no log views · add logs.views',
    enter: 'enter show',
  },
};

const nameCells = 24;

/** The page of items that fits. */
const logListPage = (context: KeyContext, { list, cursor }: LogListOverlay, room: number): CardListPage => {
  const keys = logListItems(context, list).map(({ key }) => key);
  return visiblePage('environments', keys.length, cursorIndexIn(keys, cursor), room);
};

/** Renders the list of chips, fields or views, one per line. */
export const renderLogList = (context: KeyContext, overlay: LogListOverlay, room: number): Card => {
  const { pen } = context.view;
  const items = logListItems(context, overlay.list);
  const position = cursorIndexIn(
    items.map(({ key }) => key),
    overlay.cursor,
  );
  const { word, none, enter } = titles[overlay.list];
  const page = logListPage(context, overlay, room);
  const lines = items
    .slice(page.from, page.from + page.count)
    .map(({ text, detail, isOn }, index): StyledLine => {
      const chosen = page.from + index === position;
      const line = [
        chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
        isOn === true ? pen.glyph('ok', 'ok') : pen.run(' '),
        pen.run(` ${text.padEnd(nameCells)} `, chosen ? 'bold' : 'plain'),
        pen.run(detail, 'faint'),
      ];
      return fitLine(line, cardInnerWidth(context.view), 'plain', pen.ellipsis);
    });
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        context.view,
        [pen.run(word, 'bold'), pen.run('  8 Logs')],
        [pen.run(String(items.length))],
      ),
      ...(items.length === 0 ? [[pen.glyph('empty', 'loading'), pen.run(` ${none}`, 'loading')]] : lines),
      keyHints(pen, enter, 'esc close'),
    ],
  };
};
