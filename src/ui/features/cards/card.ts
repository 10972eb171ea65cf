import type { Danger } from '../../../domain/operation.ts';
import { isNoticeable } from '../../../runs/policy/danger.ts';
import { visibleWindow } from '../../components/window.ts';
import type { RenderContext } from '../../render-context.ts';
import { fitLine, justifyLine, lineWidth, type StyledLine, type StyledRun } from '../../text/line.ts';
import type { TextPen } from '../../text/pen.ts';
import { sliceCells, widthOf } from '../../text/width.ts';
import type { TextRole } from '../../theme/roles.ts';

/** The part of a list that a card shows. */
export interface CardListPage {
  readonly from: number;
  readonly count: number;
}

/** Lines that a card keeps for what is not a row of its list, and the most rows that it shows. */
const cards = {
  palette: { others: 6, most: 12 },
  command: { others: 9, most: 12 },
  environments: { others: 2, most: Number.POSITIVE_INFINITY },
} as const;

/** What of `count` rows is seen in a card of at most `room` lines, with the cursor on row `at`. */
export const visiblePage = (
  card: keyof typeof cards,
  count: number,
  at: number,
  room: number,
): CardListPage => {
  const { others, most } = cards[card];
  const seen = visibleWindow(count, Math.min(most, Math.max(1, room - others)), at);
  return { from: seen.from, count: seen.to - seen.from };
};

/** Between a mark and what it marks. */
const gap: StyledRun = { text: '  ', role: 'plain' };

interface CardEventLineOptions {
  readonly mark: StyledRun;
  readonly text: string;
  readonly role?: TextRole;
  /** How long it took, or what it waits for. */
  readonly time?: string;
  /** One line is enough: what is cut off changes nothing. */
  readonly brief?: boolean;
}

/** 'act      ●  what was done and what came back      0.4s': on as many lines as it takes, or cut to one. */
export const cardEventLine = (
  view: RenderContext,
  label: string,
  { mark, text, role = 'plain', time = '', brief = false }: CardEventLineOptions,
): readonly StyledLine[] => {
  const { pen } = view;
  const right = time === '' ? [] : [pen.run(` ${time}`, 'faint')];
  const room = cardInnerWidth(view) - cardLabelWidth - lineWidth([mark, gap]) - lineWidth(right);
  const pieces = brief ? [pen.cut(text, room)] : pen.wrap(text, room);
  return pieces.map((piece, index) => {
    const [left, end] = index === 0 ? [mark, right] : [pen.run(' '), []];
    const line = labeledLine(pen, index === 0 ? label : '', [left, gap, pen.run(piece, role)]);
    return justifyLine(line, end, cardInnerWidth(view), 'plain', pen.ellipsis);
  });
};

/** Entries beside one label that a card shows before `tab` asks for all of them; fewer where there are few rows. */
const shortList = ({ rows }: Pick<RenderContext, 'rows'>): number => (rows < 30 ? 1 : 3);

/** The first few; all where only one would be left out, as saying so takes no less room than the one. */
export const truncateList = <T>(entries: readonly T[], few: number): readonly T[] =>
  entries.length <= few + 1 ? entries : entries.slice(0, few);

/** Entries that belong together on a card: whole and wrapped, or the first few with a line each. */
interface CardListOptions {
  readonly all: boolean;
  readonly role?: TextRole;
}

/** The first entry beside its label, the others under it. */
export const labeledList = (
  view: RenderContext,
  label: string,
  entries: readonly string[],
  { all, role = 'plain' }: CardListOptions,
): readonly StyledLine[] => {
  const { pen } = view;
  const shown = all ? entries : truncateList(entries, shortList(view));
  const lines = shown
    .flatMap((entry) => (all ? pen.wrap(entry, cardInnerWidth(view) - cardLabelWidth) : [entry]))
    .map((text, index) => labeledLine(pen, index === 0 ? label : '', text, role));
  const more = entries.length - shown.length;
  if (more === 0) return lines;
  return [...lines, labeledLine(pen, '', `${more} more · tab shows all`, 'faint')];
};

/** A card over the dimmed screen: only a left edge, in the colour of its danger. */
export interface Card {
  readonly edge: TextRole;
  readonly lines: readonly StyledLine[];
  /** Lines at its beginning that stay in sight whatever has to go; default 1, its title. */
  readonly head?: number;
  /** Lines at its end that stay in sight whatever has to go; default 1, its keys. */
  readonly foot?: number;
  /** Lines of its middle that were scrolled away. */
  readonly scroll?: number;
}

const narrowest = 72;
/** Longer lines are hard to follow back to their beginning. */
const widest = 110;
/** Cells left and right of a card that show that something lies under it. */
const beside = 8;

/** What a card is drawn on and with. */
type Sheet = Pick<RenderContext, 'columns' | 'pen'>;

/** Cells of every card on this screen: as wide as there is room for, within what can be read. */
export const cardWidth = ({ columns }: Pick<RenderContext, 'columns'>): number =>
  Math.max(narrowest, Math.min(widest, columns - beside));

/** Cells of what stands on it: without its edge, two blanks behind that, and one at the end. */
export const cardInnerWidth = (view: Pick<RenderContext, 'columns'>): number => cardWidth(view) - 4;

export const cardEdgeRole = (danger: Danger | undefined): TextRole =>
  danger !== undefined && isNoticeable(danger) ? `danger.${danger}` : 'focus';

export const dangerLabel = (pen: TextPen, danger: Danger | undefined): StyledLine =>
  danger === undefined ? [] : [pen.run(danger.toUpperCase(), `danger.${danger}`)];

/** Lines that a card may have, of a screen with so many rows: all but the frame and a row that shows what is under it. */
export const maxCardHeight = (rows: number): number => rows - 5;

/** How far the middle of a card can be scrolled: 0 when all of it is in sight. */
export const maxCardScroll = ({ lines }: Card, room: number): number =>
  lines.length <= room ? 0 : lines.length - room + 1;

/** The card in `room` lines: head and foot stay, the middle is a window, with a line that tells what is out of sight. */
export const fitCardToHeight = (pen: TextPen, card: Card, room: number): Card => {
  const { lines, head = 1, foot = 1 } = card;
  const last = maxCardScroll(card, room);
  if (last === 0) return card;
  const above = Math.min(card.scroll ?? 0, last);
  const end = lines.length - foot;
  const to = end - (last - above);
  const out = [above > 0 ? `${above} above` : '', end > to ? `${end - to} below` : ''].filter(
    (part) => part !== '',
  );
  const more = [pen.run(`more lines: ${out.join(', ')} · up/down scroll`, 'key')];
  return {
    ...card,
    lines: [...lines.slice(0, head), ...lines.slice(head + above, to), more, ...lines.slice(end)],
  };
};

/** The card's rows, each as wide as a card. */
export const renderCard = (view: Sheet, { edge, lines }: Card): readonly StyledLine[] =>
  lines.map((line) => [
    view.pen.glyph('edge', edge),
    view.pen.run('  '),
    ...fitLine(line, cardInnerWidth(view), 'plain', view.pen.ellipsis),
    view.pen.run(' '),
  ]);

/** The first row of a card: what it is at the left, how dangerous or how far at the right. */
export const cardHeading = (view: Sheet, left: StyledLine, right: StyledLine = []): StyledLine => {
  const { pen } = view;
  return justifyLine(
    left,
    right.length === 0 ? [] : [pen.run(' '), ...right],
    cardInnerWidth(view),
    'plain',
    pen.ellipsis,
  );
};

/** A heading that names something: the name has lines of its own where it does not fit beside the rest. */
export const cardTitleLines = (
  view: Sheet,
  word: StyledLine,
  name: string,
  right: StyledLine = [],
): readonly StyledLine[] => {
  const { pen } = view;
  const beside: StyledLine = [...word, pen.run(`   ${name}`)];
  if (lineWidth(beside) + 1 + lineWidth(right) <= cardInnerWidth(view))
    return [cardHeading(view, beside, right)];
  return [
    cardHeading(view, word, right),
    ...pen.wrap(name, cardInnerWidth(view)).map((text): StyledLine => [pen.run(text)]),
  ];
};

/** Cells of the word before each of the lines that tell something. */
export const cardLabelWidth = 9;

/** 'target    ledger-db at …': a word, and what it is. */
export const labeledLine = (
  pen: TextPen,
  label: string,
  value: string | StyledLine,
  role: TextRole = 'plain',
): StyledLine => [
  pen.run(label.padEnd(cardLabelWidth), 'faint'),
  ...(typeof value === 'string' ? [pen.run(value, role)] : value),
];

/** The last row of a card: the keys that are live. */
export const keyHints = (pen: TextPen, ...words: readonly string[]): StyledLine => [
  pen.run(words.join(' · '), 'faint'),
];

/** A typed text with the mark of where the next letter goes; of one that is longer than `room` cells, its end. */
export const inputField = (
  pen: TextPen,
  text: string,
  role: TextRole = 'plain',
  room = Infinity,
): readonly StyledRun[] => {
  const seen = pen.maskTyped(text);
  const width = widthOf(seen);
  const shown = width < room ? seen : pen.ellipsis + sliceCells(seen, width - room + 2, width);
  return [pen.run(shown, role), pen.run('_', 'key')];
};
