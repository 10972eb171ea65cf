import { placeOf } from '../../cursor.ts';
import type { Hand } from '../../panes/pane.ts';
import { fitLine, type Line } from '../../text/run.ts';
import { type Card, heading, hints, innerWidth } from '../cards/card.ts';
import { type Page, pageOf } from '../reader/page.ts';
import { itemsOf } from './lists.ts';
import type { LogList, LogListOverlay } from './overlays.ts';

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
