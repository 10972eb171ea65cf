import { cursorOn, firstRow, placeOf } from '../../cursor.ts';
import { noOverlay } from '../../overlays/overlay.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { fitLine, type Line } from '../../text/run.ts';
import { type Card, heading, hints, innerWidth, type Page, pageOf } from '../cards/card.ts';
import { noStream } from './cursor.ts';
import { itemsOf, type LogListItem } from './lists.ts';
import type { LogList, LogListOverlay } from './look.ts';

const listOf = ({ view }: Hand): LogListOverlay | undefined =>
  view.ui.overlay.is === 'log-list' ? view.ui.overlay : undefined;

const move = (step: number) => (hand: Hand) => {
  const overlay = listOf(hand);
  if (overlay === undefined) return;
  const keys = itemsOf(hand, overlay.list).map(({ key }) => key);
  hand.model.setState({
    overlay: { ...overlay, cursor: cursorOn(keys, placeOf(keys, overlay.cursor) + step) },
  });
};

const chosen = (hand: Hand): LogListItem | undefined => {
  const overlay = listOf(hand);
  if (overlay === undefined) return undefined;
  const items = itemsOf(hand, overlay.list);
  return items[
    placeOf(
      items.map(({ key }) => key),
      overlay.cursor,
    )
  ];
};

const close = ({ model }: Hand): void => model.setState({ overlay: noOverlay });

const take = (hand: Hand): void => {
  const item = chosen(hand);
  if (item === undefined) return;
  // A column is given or taken, and the list stays for the next one.
  if (item.isOn === undefined) close(hand);
  item.run(hand);
};

/** Keys of the lists of LOGS. */
export const logListKeys: readonly Binding[] = [
  { id: 'log-list.take', keys: ['enter', 'space'], does: 'take it', footer: 'take', run: take },
  {
    id: 'log-list.drop',
    keys: ['backspace'],
    does: 'drop it',
    footer: 'drop',
    whyNot: (hand) => (chosen(hand)?.drop === undefined ? 'nothing here can be dropped' : undefined),
    run: (hand) => chosen(hand)?.drop?.(hand),
  },
  { id: 'log-list.down', keys: ['j', 'down'], does: 'next', run: move(1) },
  { id: 'log-list.up', keys: ['k', 'up'], does: 'previous', run: move(-1) },
  { id: 'log-list.close', keys: ['esc'], does: 'close', footer: 'close', run: close },
];

const open =
  (list: LogList) =>
  ({ model }: Hand): void =>
    model.setState({ overlay: { is: 'log-list', list, cursor: firstRow } });

/** Keys that open the lists. */
export const openListKeys: readonly Binding[] = [
  {
    id: 'logs.chips',
    keys: ['F'],
    does: 'list of the chips: write one anew, drop one',
    whyNot: noStream,
    run: open('chips'),
  },
  {
    id: 'logs.columns',
    keys: ['C'],
    does: 'fields of the lines as columns',
    whyNot: noStream,
    run: open('columns'),
  },
  {
    id: 'logs.views',
    keys: ['V'],
    does: 'views of the profile',
    whyNot: ({ view }) =>
      (view.cockpit.open?.logViews?.length ?? 0) === 0 ? 'this profile has no view: logs: views:' : undefined,
    run: open('views'),
  },
];

const titles: Readonly<
  Record<LogList, { readonly word: string; readonly none: string; readonly enter: string }>
> = {
  chips: {
    word: 'CHIPS',
    none: 'there is no chip: + - v o add one',
    enter: 'enter writes it anew · backspace drops it',
  },
  columns: {
    word: 'COLUMNS',
    none: 'the lines here have no fields',
    enter: 'enter gives it a column, or takes it',
  },
  views: {
    word: 'VIEWS',
    none: 'this profile has no view: logs: views: in it makes some',
    enter: 'enter shows it',
  },
};

const nameCells = 24;

/** Which of the items are seen. */
const logListPage = (hand: Hand, { list, cursor }: LogListOverlay, room: number): Page => {
  const keys = itemsOf(hand, list).map(({ key }) => key);
  return pageOf('environments', keys.length, placeOf(keys, cursor), room);
};

/** Chips, fields or views, one a line. */
export const logListCard = (hand: Hand, overlay: LogListOverlay, room: number): Card => {
  const { pen } = hand.view;
  const items = itemsOf(hand, overlay.list);
  const at = placeOf(
    items.map(({ key }) => key),
    overlay.cursor,
  );
  const { word, none, enter } = titles[overlay.list];
  const page = logListPage(hand, overlay, room);
  const lines = items.slice(page.from, page.from + page.count).map(({ text, told, isOn }, index): Line => {
    const chosen = page.from + index === at;
    const line = [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      isOn === true ? pen.glyph('ok', 'ok') : pen.run(' '),
      pen.run(` ${text.padEnd(nameCells)} `, chosen ? 'bold' : 'plain'),
      pen.run(told, 'faint'),
    ];
    return fitLine(line, innerWidth(hand.view), 'plain', pen.mark);
  });
  return {
    edge: 'focus',
    lines: [
      heading(hand.view, [pen.run(word, 'bold'), pen.run('  8 LOGS')], [pen.run(String(items.length))]),
      ...(items.length === 0 ? [[pen.glyph('empty', 'loading'), pen.run(` ${none}`, 'loading')]] : lines),
      hints(pen, enter, 'esc close'),
    ],
  };
};
