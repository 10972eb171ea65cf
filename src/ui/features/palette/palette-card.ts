import { placeOf } from '../../cursor.ts';
import { marksOf } from '../../model.ts';
import type { Hand } from '../../panes/pane.ts';
import type { Pen } from '../../text/pen.ts';
import { fitLine, fitRight, type Line, type Run } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { type Card, dangerWord, edgeOf, field, heading, hints, innerWidth, pageOf } from '../cards/card.ts';
import type { Item } from './items.ts';
import type { Found } from './match.ts';
import { foundIn, type Palette } from './palette.ts';

const dangerCells = 15;
const keyCells = 9;

/** The text with its matched letters set off. */
const marked = (pen: Pen, text: string, positions: ReadonlySet<number>, role: Run['role']): Line =>
  [...text].map((letter, index) => pen.run(letter, positions.has(index) ? 'match' : role));

const fitRoles = { yes: 'ok', unknown: 'unknown' } as const;

/** That it fits now, or that nobody can tell; blank of what is no runbook or does not fit. */
const fitMark = (pen: Pen, fit: Item['fit']): Run =>
  fit === undefined ? pen.run(' ') : pen.glyph(fitRoles[fit.is], fitRoles[fit.is]);

export const itemLine = (view: View, { item, positions }: Found, exactly: boolean, chosen: boolean): Line => {
  const { pen } = view;
  const text = exactly ? `${item.command}${item.takes === undefined ? '' : ` <${item.takes}>`}` : item.text;
  const role = item.whyNot === undefined ? 'plain' : 'stale';
  const blocked = item.whyNot === undefined ? pen.run('  ') : pen.glyph('denied', 'down');
  const danger = [blocked, pen.run(item.whyNot === undefined ? '' : ' '), ...dangerWord(pen, item.danger)];
  return [
    chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
    fitMark(pen, item.fit),
    pen.run(' '),
    ...fitLine(
      marked(pen, text, positions, role),
      innerWidth(view) - 4 - dangerCells - keyCells,
      'plain',
      pen.mark,
    ),
    pen.run(' '),
    ...fitLine(danger, dangerCells, 'plain', pen.mark),
    ...fitRight([pen.run(item.key ?? '', 'key')], keyCells, 'plain', pen.mark),
  ];
};

/** Why it is offered now, or why nobody can tell whether it fits. */
const fits = (pen: Pen, { fit }: Item): readonly Line[] => {
  if (fit === undefined) return [];
  return [[fitMark(pen, fit), pen.run(` ${fit.why}`, fitRoles[fit.is])]];
};

/** What it would call, and why it cannot be run or what to know before. */
export const told = (pen: Pen, chosen: Found | undefined, calls: boolean): readonly Line[] => {
  if (chosen === undefined) return [[pen.glyph('empty', 'loading'), pen.run(' nothing matches', 'loading')]];
  const { item } = chosen;
  const would = calls ? (item.calls ?? ['it calls nothing outside']) : [];
  const called = [...fits(pen, item), ...would.map((call): Line => [pen.run(`calls  ${call}`)])];
  if (item.whyNot !== undefined)
    return [...called, [pen.glyph('denied', 'down'), pen.run(` why not: ${item.whyNot}`, 'down')]];
  if (item.note === undefined) return called;
  return [...called, [pen.glyph('denied', 'warn'), pen.run(` ${item.note}`, 'warn')]];
};

const names: Readonly<Record<Palette['mode'], string>> = {
  fuzzy: 'PALETTE',
  row: 'ACTIONS',
};

/** '4 of 142'; where not all that match are listed, how many are. */
export const countOf = (found: number, matches: number, all: number): string =>
  found < matches ? `the best ${found} of ${matches} · ${all} in all` : `${matches} of ${all}`;

const actedOnWords = (hand: Hand): string => {
  const { size } = marksOf(hand.view.ui, hand.pane.id);
  return size > 1 ? `${size} marked rows` : (hand.row?.label ?? '');
};

/** What matches, what it may do to people, why what cannot be run cannot. */
export const paletteCard = (hand: Hand, palette: Palette, room: number): Card => {
  const { pen } = hand.view;
  const { found, matches, all } = foundIn(hand, palette);
  const cursor = placeOf(
    found.map(({ item }) => item.id),
    palette.cursor,
  );
  const seen = pageOf('palette', found.length, cursor, room);
  const chosen = found[cursor];
  const about = palette.mode === 'row' ? [pen.run(`  ${actedOnWords(hand)}`, 'bold')] : [];
  const title = [
    pen.run(names[palette.mode], 'bold'),
    ...about,
    pen.run('  > ', 'key'),
    ...field(pen, palette.text),
  ];
  return {
    edge: edgeOf(chosen?.item.danger),
    lines: [
      heading(hand.view, title, [pen.run(countOf(found.length, matches, all))]),
      ...found
        .slice(seen.from, seen.from + seen.count)
        .map((one, index) => itemLine(hand.view, one, false, seen.from + index === cursor)),
      ...told(pen, chosen, palette.calls),
      hints(pen, 'enter run', palette.calls ? 'tab hide calls' : 'tab show calls', 'esc close'),
    ],
  };
};
