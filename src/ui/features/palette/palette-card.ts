import {
  type Card,
  type CardLine,
  cardInnerWidth,
  dangerLabel,
  inputField,
  keyHints,
} from '../../kit/components/card.ts';
import { decisionRow, zonedCard, zoneRule } from '../../kit/components/card-zones.ts';
import { cursorIndexIn } from '../../kit/components/cursor.ts';
import {
  fitLine,
  fitLineRight,
  justifyLine,
  lineWidth,
  type StyledLine,
  type StyledRun,
} from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { markedKeys } from '../../shell/contract/model.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { unavailableLines } from '../../shell/dialogs/unavailable-lines.ts';
import { planRows } from '../runbook-matching/plan-rows.ts';
import type { ItemMatch } from './match.ts';
import { type PaletteOverlay, paletteMatches } from './palette.ts';
import { type ListLine, placeSections } from './sections.ts';

const dangerCells = 14;
const keyCells = 5;
/** Cells of the standing of a runbook, 'symptom only', in a wide card. */
const wordCells = 12;
/** Minimum width of a card whose runbooks have their standing in words. */
const wordsFrom = 90;

/** The text with its matched letters highlighted. */
const marked = (
  pen: TextPen,
  text: string,
  positions: ReadonlySet<number>,
  role: StyledRun['role'],
): StyledLine => [...text].map((letter, index) => pen.run(letter, positions.has(index) ? 'match' : role));

const fitRoles = { yes: 'ok', unknown: 'unknown' } as const;

/** The glyph of a runbook that matches, or of which that is unknown, and of a row that of its level; blank otherwise. */
const itemMark = (pen: TextPen, { match: fit, level }: PaletteItem): StyledRun => {
  if (fit !== undefined) return pen.glyph(fitRoles[fit.is], fitRoles[fit.is]);
  return level === undefined ? pen.run(' ') : pen.glyph(level, level);
};

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
  const inner = cardInnerWidth(view);
  // An item without a danger has its cells.
  const dangerRoom = item.danger === undefined && item.whyNot === undefined ? 0 : dangerCells;
  // What a search found is worth more than the standing.
  const word =
    inner < wordsFrom || exactly || excerpt !== undefined || item.match === undefined ? 0 : wordCells;
  const standing = [pen.run(item.match?.word ?? '', item.match?.is === 'yes' ? 'plain' : 'faint')];
  return [
    chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
    itemMark(pen, item),
    pen.run(' '),
    ...fitLine(
      [...marked(pen, text, positions, role), pen.run(excerpt === undefined ? '' : `  ${excerpt}`, 'faint')],
      inner - 4 - word - dangerRoom - keyCells,
      'plain',
      pen.ellipsis,
    ),
    pen.run(' '),
    ...(word === 0 ? [] : fitLineRight(standing, word, 'plain', pen.ellipsis)),
    ...fitLine(danger, dangerRoom, 'plain', pen.ellipsis),
    ...fitLineRight([pen.run(item.key ?? '', 'key')], keyCells, 'plain', pen.ellipsis),
  ];
};

/** Why the runbook matches, or why that is unknown. */
const fits = (pen: TextPen, { match: fit }: PaletteItem): readonly StyledLine[] => {
  if (fit === undefined) return [];
  return [[pen.glyph(fitRoles[fit.is], fitRoles[fit.is]), pen.run(` ${fit.why}`, fitRoles[fit.is])]];
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
  const would = calls ? (item.calls ?? ['makes no external calls']) : [];
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

/** '4 of 142', or 'top 250 of 812 · 1000 total' if the list is limited. */
export const matchCountText = (shown: number, matches: number, all: number): string =>
  shown < matches ? `top ${shown} of ${matches} · ${all} total` : `${matches} of ${all}`;

const actedOnWords = (context: KeyContext): string => {
  const { size } = markedKeys(context.view.ui, context.pane.id);
  return size > 1 ? `${size} marked rows` : (context.row?.label ?? '');
};

/** Maximum lines of the list, and the lines of the preview, which keep the card as high as it is while the cursor moves. */
const maxListLines = 14;
const previewLines = 7;
/** Minimum height of a card with a preview. */
const minPreviewRoom = 26;
/** Lines of what is known about the selected item, in a card without a preview. */
const detailLines = 3;
/** Rows around the list and the preview: title, what is typed, the rule above the keys, the keys and the bottom. */
const otherLines = 5;

/** The steps of the selected runbook and their verification, or the command of another item. */
const previewOf = (
  view: RenderContext,
  chosen: ItemMatch | undefined,
  calls: boolean,
): readonly StyledLine[] => {
  const { pen } = view;
  const item = chosen?.item;
  const plan =
    item?.runbook === undefined || calls
      ? []
      : planRows({ pen, columns: cardInnerWidth(view) }, item.runbook);
  const command =
    item === undefined || item.runbook !== undefined || item.section === 'Rows'
      ? []
      : [[pen.run(' command  ', 'faint'), pen.run(`:${item.command}`)]];
  return [...plan, ...command, ...itemDetailLines(view, chosen, calls)];
};

/** The placed lines of the list, for the card and for clicks. */
const listLines = (
  context: KeyContext,
  palette: PaletteOverlay,
  room: number,
): { readonly items: readonly ItemMatch[]; readonly cursor: number; readonly lines: readonly ListLine[] } => {
  const { items } = paletteMatches(context, palette);
  const cursor = cursorIndexIn(
    items.map(({ item }) => item.id),
    palette.cursor,
  );
  const below = room < minPreviewRoom ? detailLines : 1 + previewLines;
  const lines = placeSections(items, cursor, Math.min(maxListLines, Math.max(1, room - otherLines - below)));
  return { items, cursor, lines };
};

/** Rows of the card above its list: the title, and what is typed. */
const rowsAboveList = 2;

/** The index of the item in each row of the card; undefined: the row has none. */
export const paletteRows = (
  context: KeyContext,
  palette: PaletteOverlay,
  room: number,
): readonly (number | undefined)[] => [
  ...Array.from({ length: rowsAboveList }, () => undefined),
  ...listLines(context, palette, room).lines.map((line) => ('index' in line ? line.index : undefined)),
];

/** The runbook that the preview is about. */
const previewNote = ({ item }: ItemMatch): string => item.runbook?.id ?? '';

/** The typed text, and beside it what can be found. */
const fieldLine = (view: RenderContext, { mode, text }: PaletteOverlay): StyledLine => {
  const { pen } = view;
  const typed: StyledLine = [pen.glyph('hit', 'key'), pen.run(' '), ...inputField(pen, text)];
  const scope = 'runbooks, panes, rows, settings';
  const width = cardInnerWidth(view);
  const isRoomy = mode === 'fuzzy' && lineWidth(typed) + 2 + scope.length <= width;
  return isRoomy ? justifyLine(typed, [pen.run(scope, 'faint')], width, 'plain', pen.ellipsis) : typed;
};

/** The effect of `enter`: a runbook has a preview before anything is sent. */
const enterWord = (chosen: ItemMatch | undefined): string =>
  chosen?.item.runbook === undefined ? 'run' : 'preview';

/** Renders the palette: matches by section with danger, key and reason if unavailable, and a preview of the selected one. */
export const renderPalette = (context: KeyContext, palette: PaletteOverlay, room: number): Card => {
  const { view } = context;
  const { pen } = view;
  const { total: matches, all } = paletteMatches(context, palette);
  const { items, cursor, lines } = listLines(context, palette, room);
  const chosen = items[cursor];
  const name = palette.mode === 'row' ? 'Actions' : 'Command palette';
  const about = palette.mode === 'row' ? [pen.run(`  ${actedOnWords(context)}`, 'bold')] : [];
  const list = lines.map((line): CardLine => {
    if ('heading' in line) return zoneRule(pen, line.heading);
    if ('more' in line) return [pen.run(`    ${line.more} more below`, 'faint')];
    const match = items[line.index];
    return match === undefined ? [] : paletteItemLine(view, match, false, line.index === cursor);
  });
  const details = previewOf(view, chosen, palette.calls);
  const preview: readonly CardLine[] =
    room < minPreviewRoom
      ? itemDetailLines(view, chosen, palette.calls)
      : [
          zoneRule(pen, 'Preview', chosen === undefined ? '' : previewNote(chosen)),
          ...Array.from({ length: previewLines }, (_, index) => details[index] ?? []),
        ];
  const tab = palette.calls ? 'tab hide calls' : 'tab show calls';
  return zonedCard(view, {
    edge: 'focus',
    title: [pen.run(name, 'bold'), ...about],
    right: [pen.run(matchCountText(items.length, matches, all), 'faint')],
    head: [fieldLine(view, palette)],
    body: [...list, ...preview],
    rule: zoneRule(pen, ''),
    foot: [
      decisionRow(view, keyHints(pen, `enter ${enterWord(chosen)}`), [tab, ': exact command', 'esc close']),
    ],
  });
};
