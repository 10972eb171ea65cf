import {
  type Card,
  cardEdgeRole,
  cardHeading,
  cardInnerWidth,
  dangerLabel,
  inputField,
  keyHints,
  visiblePage,
} from '../../kit/components/card.ts';
import { cursorIndexIn } from '../../kit/components/cursor.ts';
import { fitLine, fitLineRight, type StyledLine, type StyledRun } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { markedKeys } from '../../shell/contract/model.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { unavailableLines } from '../../shell/dialogs/unavailable-lines.ts';
import type { ItemMatch } from './match.ts';
import { type PaletteOverlay, paletteMatches } from './palette.ts';

const dangerCells = 15;
const keyCells = 9;

/** The text with its matched letters highlighted. */
const marked = (
  pen: TextPen,
  text: string,
  positions: ReadonlySet<number>,
  role: StyledRun['role'],
): StyledLine => [...text].map((letter, index) => pen.run(letter, positions.has(index) ? 'match' : role));

const fitRoles = { yes: 'ok', unknown: 'unknown' } as const;

/** Glyph for a match or an unknown match; blank otherwise. */
const fitMark = (pen: TextPen, fit: PaletteItem['match']): StyledRun =>
  fit === undefined ? pen.run(' ') : pen.glyph(fitRoles[fit.is], fitRoles[fit.is]);

export const paletteItemLine = (
  view: RenderContext,
  { item, positions, excerpt }: ItemMatch,
  exactly: boolean,
  chosen: boolean,
): StyledLine => {
  const { pen } = view;
  const text = exactly
    ? `${item.command}${item.argumentHint === undefined ? '' : ` <${item.argumentHint}>`}`
    : item.text;
  const role = item.whyNot === undefined ? 'plain' : 'stale';
  const blocked = item.whyNot === undefined ? pen.run('  ') : pen.glyph('denied', 'down');
  const danger = [blocked, pen.run(item.whyNot === undefined ? '' : ' '), ...dangerLabel(pen, item.danger)];
  return [
    chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
    fitMark(pen, item.match),
    pen.run(' '),
    ...fitLine(
      [...marked(pen, text, positions, role), pen.run(excerpt === undefined ? '' : `  ${excerpt}`, 'faint')],
      cardInnerWidth(view) - 4 - dangerCells - keyCells,
      'plain',
      pen.ellipsis,
    ),
    pen.run(' '),
    ...fitLine(danger, dangerCells, 'plain', pen.ellipsis),
    ...fitLineRight([pen.run(item.key ?? '', 'key')], keyCells, 'plain', pen.ellipsis),
  ];
};

/** Why the runbook matches, or why that is unknown. */
const fits = (pen: TextPen, { match: fit }: PaletteItem): readonly StyledLine[] => {
  if (fit === undefined) return [];
  return [[fitMark(pen, fit), pen.run(` ${fit.why}`, fitRoles[fit.is])]];
};

/** Calls of the selected item, and why it is unavailable or a warning. */
export const itemDetailLines = (
  view: RenderContext,
  chosen: ItemMatch | undefined,
  calls: boolean,
): readonly StyledLine[] => {
  const { pen } = view;
  if (chosen === undefined) return [[pen.glyph('empty', 'loading'), pen.run(' no matches', 'loading')]];
  const { item } = chosen;
  const would = calls ? (item.calls ?? ['no external calls']) : [];
  const found: readonly StyledLine[] =
    chosen.excerpt === undefined ? [] : [[pen.run(`mentions  ${chosen.excerpt}`, 'faint')]];
  const called = [
    ...fits(pen, item),
    ...found,
    ...would.map((call): StyledLine => [pen.run(`calls  ${call}`)]),
  ];
  if (item.whyNot !== undefined) return [...called, ...unavailableLines(view, item.whyNot)];
  if (item.note === undefined) return called;
  return [...called, [pen.glyph('denied', 'warn'), pen.run(` ${item.note}`, 'warn')]];
};

const names: Readonly<Record<PaletteOverlay['mode'], string>> = {
  fuzzy: 'PALETTE',
  row: 'ACTIONS',
};

/** '4 of 142', or 'top 250 of 812 · 1000 total' if the list is limited. */
export const matchCountText = (shown: number, matches: number, all: number): string =>
  shown < matches ? `top ${shown} of ${matches} · ${all} total` : `${matches} of ${all}`;

const actedOnWords = (context: KeyContext): string => {
  const { size } = markedKeys(context.view.ui, context.pane.id);
  return size > 1 ? `${size} marked rows` : (context.row?.label ?? '');
};

/** Renders the palette: matches with danger, key and reason if unavailable. */
export const renderPalette = (context: KeyContext, palette: PaletteOverlay, room: number): Card => {
  const { pen } = context.view;
  const { items, total: matches, all } = paletteMatches(context, palette);
  const cursor = cursorIndexIn(
    items.map(({ item }) => item.id),
    palette.cursor,
  );
  const seen = visiblePage('palette', items.length, cursor, room);
  const chosen = items[cursor];
  const about = palette.mode === 'row' ? [pen.run(`  ${actedOnWords(context)}`, 'bold')] : [];
  const title = [
    pen.run(names[palette.mode], 'bold'),
    ...about,
    pen.run('  > ', 'key'),
    ...inputField(pen, palette.text),
  ];
  return {
    edge: cardEdgeRole(chosen?.item.danger),
    lines: [
      cardHeading(context.view, title, [pen.run(matchCountText(items.length, matches, all))]),
      ...items
        .slice(seen.from, seen.from + seen.count)
        .map((item, index) => paletteItemLine(context.view, item, false, seen.from + index === cursor)),
      ...itemDetailLines(context.view, chosen, palette.calls),
      keyHints(pen, 'enter run', palette.calls ? 'tab hide calls' : 'tab show calls', 'esc close'),
    ],
  };
};
