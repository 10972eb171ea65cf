import type { Danger } from '../../../domain/runbooks/operation.ts';
import { isNoticeable } from '../../../runs/policy/danger.ts';
import {
  fitLine,
  justifyLine,
  lineToText,
  lineWidth,
  type StyledLine,
  type StyledRun,
} from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { sliceCells, widthOf } from '../text/width.ts';
import { type CardFrame, cardFrames } from '../theme/glyphs.ts';
import type { TextRole } from '../theme/roles.ts';
import { withRules } from './panel.ts';
import { visibleWindow } from './window.ts';

/** The ground of a card: the size of the screen and its pen. */
interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly pen: TextPen;
}
type Sheet = Pick<Screen, 'columns' | 'pen'>;

/** The visible part of a card's list. */
export interface CardListPage {
  readonly from: number;
  readonly count: number;
}

/** Lines reserved for everything except list rows, and the maximum number of rows, per card. */
const cards = {
  command: { others: 9, most: 12 },
  columns: { others: 3, most: Number.POSITIVE_INFINITY },
  environments: { others: 2, most: Number.POSITIVE_INFINITY },
} as const;

/** Lists that cards place, by the lines around them. */
export type CardListKind = keyof typeof cards;

/** The rows visible in a card of at most `room` lines, with the cursor on row `at`. */
export const visiblePage = (
  card: CardListKind,
  count: number,
  position: number,
  room: number,
): CardListPage => {
  const { others, most } = cards[card];
  const seen = visibleWindow(count, Math.min(most, Math.max(1, room - others)), position);
  return { from: seen.from, count: seen.to - seen.from };
};

/** Entries shown per label before `tab` expands the list; fewer on short screens. */
export const shortList = ({ rows }: Pick<Screen, 'rows'>): number => (rows < 30 ? 1 : 3);

/** Returns the first few entries; all of them if only one would be hidden, since the hint needs a line too. */
export const truncateList = <T>(entries: readonly T[], few: number): readonly T[] =>
  entries.length <= few + 1 ? entries : entries.slice(0, few);

/** `all`: every entry, wrapped. Otherwise the first few entries, one line each. */
interface CardListOptions {
  readonly all: boolean;
  readonly role?: TextRole;
}

/** Renders the first entry next to its label and the others below it. */
export const labeledList = (
  view: Screen,
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

/** The rule above a part of a card. `decision`: above the keys that answer it. */
export interface CardRule {
  readonly rule: 'zone' | 'decision';
  readonly title: StyledLine;
  /** Stands at its right end. */
  readonly note: StyledLine;
}

/** A row of a card. */
export type CardLine = StyledLine | CardRule;

/** A card over the dimmed screen. Its frame has the color of its danger. */
export interface Card {
  readonly edge: TextRole;
  /** `double`: it changes something. Default: double with the edge of a warning or a danger. */
  readonly frame?: keyof typeof cardFrames;
  readonly lines: readonly CardLine[];
  /** Lines at the top that never scroll; default 1, the title. */
  readonly head?: number;
  /** Lines at the bottom that never scroll; default 1, the keys. 0: no keys, the bottom rule is a line of its own. */
  readonly foot?: number;
  /** True: its keys are inside, below a rule, and the bottom rule is a line of its own. */
  readonly isClosed?: boolean;
  /** Number of body lines scrolled off the top. */
  readonly scroll?: number;
}

const narrowest = 72;
/** Longer lines are hard to read. */
const widest = 104;
/** Margin in cells, so that the screen below stays visible. */
const beside = 8;

/** Width of a card in cells: as wide as the screen allows, within readable limits. */
export const cardWidth = ({ columns }: Pick<Screen, 'columns'>): number =>
  Math.max(narrowest, Math.min(widest, columns - beside));

/** Width of the card's content in cells: without the frame, and a blank on each side. */
export const cardInnerWidth = (view: Pick<Screen, 'columns'>): number => cardWidth(view) - 4;

/** Width of a title in cells: the rule goes on beside it. */
export const cardTitleWidth = (view: Pick<Screen, 'columns'>): number => cardWidth(view) - 6;

export const cardEdgeRole = (danger: Danger | undefined): TextRole =>
  danger !== undefined && isNoticeable(danger) ? 'warn' : 'focus';

export const dangerLabel = (pen: TextPen, danger: Danger | undefined): StyledLine =>
  danger === undefined ? [] : [pen.run(danger.toUpperCase(), `danger.${danger}`)];

/** Maximum card height in lines: the screen without the frame and one row of background. */
export const maxCardHeight = (rows: number): number => rows - 5;

/** The rows of a card, with a bottom rule that is a line of its own. */
const cardRows = ({ lines, isClosed = false }: Card): number => lines.length + (isClosed ? 1 : 0);

/** Maximum scroll offset of the body; 0 when everything fits. */
export const maxCardScroll = (card: Card, room: number): number =>
  cardRows(card) <= room ? 0 : cardRows(card) - room + 1;

/** Fits a card into `room` lines: head and foot stay, the body scrolls, and a line counts the hidden lines. */
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

/** A row of a card without its frame: of a rule its title and its note. */
export const plainCardLine = (pen: TextPen, line: CardLine): StyledLine => {
  if (!('rule' in line)) return line;
  return line.note.length === 0 ? line.title : [...line.title, pen.run('  '), ...line.note];
};

/** The rule above a zone, from edge to edge: '╟─ Proof ──────── 3 of 3 hold ─╢'. */
const ruleLine = (
  view: Sheet,
  { rule, title, note }: CardRule,
  edge: TextRole,
  frame: CardFrame,
): StyledLine => {
  const { pen } = view;
  const isDecision = rule === 'decision';
  const [left, right] = frame[rule];
  const [thin, role]: [string, TextRole] = isDecision ? [frame.rule, edge] : [pen.ascii ? '-' : '─', 'rule'];
  const spaced = (line: StyledLine): StyledLine =>
    line.length === 0 ? [] : [pen.run(' '), ...line, pen.run(' ')];
  const before = spaced(title);
  const after = spaced(note);
  const cells = cardWidth(view) - 4 - lineWidth(before) - lineWidth(after);
  const cut = cells < 0 ? fitLine(before, lineWidth(before) + cells, 'plain', pen.ellipsis) : before;
  return [
    { text: left, role: edge },
    { text: thin, role },
    ...cut,
    { text: thin.repeat(Math.max(0, cells)), role },
    ...after,
    { text: thin, role },
    { text: right, role: edge },
  ];
};

/** Renders the card as a box: its title is in the top rule; its keys are in the bottom one, or above it. */
export const renderCard = (view: Sheet, card: Card): readonly StyledLine[] => {
  const { edge, lines, foot = 1, isClosed = foot === 0 } = card;
  const { pen } = view;
  const changes = edge === 'warn' || edge.startsWith('danger.');
  const frame = cardFrames[card.frame ?? (changes ? 'double' : 'rounded')][pen.ascii ? 1 : 0];
  const { rule, side, top, bottom } = frame;
  const run = (text: string): StyledRun => ({ text, role: edge });
  const ruled = (line: StyledLine, [left, right]: readonly [string, string]): StyledLine => {
    const fitted = fitLine(line, cardWidth(view) - 5, 'plain', pen.ellipsis);
    const inside = withRules(fitted, edge, rule);
    // The rule reaches the corner; text that fills the line keeps a blank before it.
    const end =
      /[^ ]$/.test(lineToText(inside)) && !lineToText(inside).endsWith(rule) ? pen.run(' ') : run(rule);
    return [run(`${left}${rule}`), pen.run(' '), ...inside, end, run(right)];
  };
  const boxed = lines.map((line, index) => {
    if ('rule' in line) return ruleLine(view, line, edge, frame);
    if (index === 0) return ruled(line, top);
    if (!isClosed && index === lines.length - 1) return ruled(line, bottom);
    const inside = fitLine(line, cardInnerWidth(view), 'plain', pen.ellipsis);
    return [run(side), pen.run(' '), ...inside, pen.run(' '), run(side)];
  });
  const plainRule = `${bottom[0]}${rule.repeat(cardWidth(view) - 2)}${bottom[1]}`;
  return isClosed ? [...boxed, [run(plainRule)]] : boxed;
};

/** The first row of a card: title at the left, danger or progress at the right. */
export const cardHeading = (view: Sheet, left: StyledLine, right: StyledLine = []): StyledLine => {
  const { pen } = view;
  return justifyLine(
    left,
    right.length === 0 ? [] : [pen.run(' '), ...right],
    cardTitleWidth(view),
    'plain',
    pen.ellipsis,
  );
};

/** A heading with a name. The name moves to its own lines when it does not fit. */
export const cardTitleLines = (
  view: Sheet,
  word: StyledLine,
  name: string,
  right: StyledLine = [],
): readonly StyledLine[] => {
  const { pen } = view;
  const beside: StyledLine = [...word, pen.run(`   ${name}`)];
  if (lineWidth(beside) + 1 + lineWidth(right) <= cardTitleWidth(view))
    return [cardHeading(view, beside, right)];
  return [
    cardHeading(view, word, right),
    ...pen.wrap(name, cardInnerWidth(view)).map((text): StyledLine => [pen.run(text)]),
  ];
};

/** Width of the label column in cells. */
export const cardLabelWidth = 9;

/** 'target    ledger-db at …': a label and its value. */
export const labeledLine = (
  pen: TextPen,
  label: string,
  value: string | StyledLine,
  role: TextRole = 'plain',
): StyledLine => [
  pen.run(label.padEnd(cardLabelWidth), 'faint'),
  ...(typeof value === 'string' ? [pen.run(value, role)] : value),
];

/** The keys at the beginning of a hint: 'esc' of 'esc close', 'j k' of 'j k move'; '' of a remark. */
const hintKeys =
  /^(?:(?:enter|esc|tab|space|up|down|left|right|home|end|pageup|pagedown|backspace|delete|f\d+|(?:ctrl|alt|shift)-\S+|\S)(?= |$) ?)*/;

/** The last row of a card: the active keys, which stand out as in the footer, and remarks. */
export const keyHints = (pen: TextPen, ...words: readonly string[]): StyledLine =>
  words.flatMap((word, index): StyledLine => {
    const keys = (hintKeys.exec(word)?.[0] ?? '').trimEnd();
    return [
      pen.run(index === 0 ? '' : ' · ', 'faint'),
      pen.run(keys, 'key'),
      pen.run(word.slice(keys.length), 'faint'),
    ];
  });

/** Typed text with a cursor. Text longer than `room` cells shows its end. */
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
