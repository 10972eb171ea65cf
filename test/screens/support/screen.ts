import { expect } from 'vitest';
import { features } from '../../../src/ui/app/features.ts';
import { cardWidth } from '../../../src/ui/kit/components/card.ts';
import { sliceCells, widthOf } from '../../../src/ui/kit/text/width.ts';
import type { User } from './user.ts';

/** One string per row, as wide as the screen. */
export type Screen = readonly string[];

/** Separate texts have at least two blanks between them. */
const words = (
  line: string,
): readonly { readonly text: string; readonly at: number; readonly end: number }[] =>
  [...line.matchAll(/\S+/g)].map((found) => ({
    text: found[0],
    at: found.index,
    end: found.index + found[0].length,
  }));

const titleForm = new RegExp(
  `^[ ▌>](?:[0-9A-Z] )?(${features.panes
    .all()
    .map(({ title }) => title)
    .join('|')})(?= |$)`,
);

/** Summary of the rows in a title: counts by level or state, and trend. */
const glanceForm = /[✗▲?●○~] \d+(?: [a-z-]+)*(?: [✗▲?●○~] \d+(?: [a-z-]+)*)*(?: [↗↘→])?/;

/** The number of rows and their order in the title of a full pane: '  6  worst first'. */
const captionForm = /^ {2}[\d,]+(?: of [\d,]+)? {2}(?:[a-z ]+ (?:first|order)|by \S+)(?:, reversed)?/;

/** The counts and the trend in the title of a pane. */
export const glanceOf = (screen: Screen, title: string): string =>
  glanceForm
    .exec((screen[titleRow(screen, title)] ?? '').replace(titleForm, '').replace(captionForm, ''))?.[0]
    .trim() ?? '';

/** The cells of every row between two columns, for one of two panes side by side. */
export const between = (screen: Screen, from: number, to?: number): Screen =>
  screen.map((row) => row.slice(from, to));

/** The first row that contains this text. */
export const rowOf = (screen: Screen, text: string): string => {
  const row = screen.find((line) => line.includes(text));
  expect(row, `no row has "${text}":\n${screen.join('\n')}`).toBeDefined();
  return row ?? '';
};

/** Titles of the visible panes, from top to bottom. */
export const titles = (screen: Screen): readonly string[] =>
  screen.slice(2, -1).flatMap((row) => titleForm.exec(row)?.[1] ?? []);

/** 'overview', or the title of the only pane without its key: ' Circuit breakers  6  worst first'. */
export const placeOf = ({ rows }: Pick<User, 'rows'>): string => {
  const screen = rows();
  const [title, ...others] = titles(screen);
  if (title === undefined || others.length > 0) return 'overview';
  return ` ${(screen[titleRow(screen, title)] ?? '').replace(/^[ ▌>](?:[0-9A-Z] )?/, '')}`;
};

const titleRow = (screen: Screen, title: string): number => {
  const position = screen.findIndex((row, index) => index > 1 && titleForm.exec(row)?.[1] === title);
  expect(position, `no pane ${title}:\n${screen.join('\n')}`).toBeGreaterThanOrEqual(0);
  return position;
};

/** A row of column heads below a title: capitals and names of environments, and no level at its left edge. */
const headsForm = /^ (?: |[A-Z0-9%/().▲▼·-]|(?<= )(?:local|dev|staging|test)(?= |$)|[v^](?= |$))+$/;

/** The row of heads below a title; undefined if the pane has no room for it. */
const ownHeads = (screen: Screen, title: string): string | undefined => {
  const row = screen[titleRow(screen, title) + 1] ?? '';
  return headsForm.test(row) && /[A-Z]{2}/.test(row) ? row : undefined;
};

/** A pane's title and its column heads, if it shows them. */
export const headRow = (screen: Screen, title: string): string => {
  const row = screen[titleRow(screen, title)] ?? '';
  const heads = ownHeads(screen, title);
  return heads === undefined ? row : `${row.trimEnd()}  ${heads.trim()}`;
};

/** The row of the column heads. */
const placedHeads = (screen: Screen, title: string): string => {
  const heads = ownHeads(screen, title);
  expect(heads, `no heads of ${title}:\n${screen.join('\n')}`).toBeDefined();
  return heads ?? '';
};

/** The place of the first column: of its head, or of the blank before the others. */
const firstPlace = (heads: string): Head => {
  const at = heads.search(/\S/);
  // A head above names that have a mark before them begins where the names do.
  const isAboveMarks = /^ {3}(?:SIGNAL|GROUP)\b/.test(heads);
  return at > 1 && !isAboveMarks
    ? { at: 0, end: Math.min(at - 1, 9) }
    : { at: 0, end: /^ *\S+/.exec(heads)?.[0].length ?? 1 };
};

const relatedForm = /^ RELATED SIGNALS/;

/** The heading and the tiles of the signals that are related to the selected row, without empty lines. */
export const relatedOf = (screen: Screen): Screen => {
  const from = screen.findIndex((row) => relatedForm.test(row));
  return from === -1 ? [] : screen.slice(from, -2).filter((row) => row.trim() !== '');
};

/** The content of a pane up to the related signals or the message line: rows, notes and details, without empty lines. */
export const bodyOf = (screen: Screen, title: string): Screen => {
  const from = titleRow(screen, title) + (ownHeads(screen, title) === undefined ? 1 : 2);
  const after = screen.slice(from, -2);
  const next = after.findIndex((row) => titleForm.test(row) || relatedForm.test(row));
  return (next === -1 ? after : after.slice(0, next)).map((row) => row.trimEnd()).filter((row) => row !== '');
};

/** The rows of a maximized pane, up to `details`, the start of the details of the selected row. */
export const tableRows = (screen: Screen, title: string, details: string): Screen => {
  const body = bodyOf(screen, title);
  const end = body.findIndex((row) => row.startsWith(` ${details}`));
  expect(end, `nothing begins with " ${details}":\n${body.join('\n')}`).toBeGreaterThanOrEqual(0);
  return body.slice(0, end);
};

/** The details of the selected row; their first line starts with `details`. */
export const detailsOf = (screen: Screen, title: string, details: string): Screen =>
  bodyOf(screen, title).slice(tableRows(screen, title, details).length);

interface Head {
  readonly at: number;
  readonly end: number;
}

/** The positions of these heads, in this order. */
const placesOf = (row: string, heads: readonly string[]): readonly Head[] => {
  let from = 0;
  return heads.map((head) => {
    const index = row.indexOf(` ${head} `.slice(0, head.length + 1), from) + 1;
    expect(index, `no head ${head} here: ${row}`).toBeGreaterThan(0);
    from = index + head.length;
    return { at: index, end: from };
  });
};

/** The number of cells that a word shares with a head. */
const shared = (word: Head, head: Head): number => Math.min(word.end, head.end) - Math.max(word.at, head.at);

/** Assigns each word to the head above it, with words joined by single blanks; otherwise to the head that starts before it. */
const cut = (row: string, heads: readonly Head[]): readonly string[] => {
  const cells: string[][] = heads.map(() => []);
  const add = (head: number, ...more: readonly string[]): unknown => cells[head]?.push(...more);
  /** Joins words without a head to an adjacent word that has one. */
  let waiting: readonly { readonly text: string; readonly at: number }[] = [];
  let last = 0;
  let lastEnd = -1;
  const settle = (): void => {
    const [first] = waiting;
    if (first !== undefined) {
      last = Math.max(
        last,
        heads.findLastIndex(({ at }) => at <= first.at),
      );
      add(last, ...waiting.map(({ text }) => text));
    }
    waiting = [];
  };
  for (const word of words(row)) {
    const isBeside = word.at - lastEnd === 1;
    if (!isBeside) settle();
    const most = Math.max(...heads.map((head) => shared(word, head)));
    if (most > 0) {
      const under = heads.findLastIndex((head) => shared(word, head) === most);
      // A text or a level that starts at its column has nothing before it; '82 of 100' begins before its head.
      if (word.at === heads[under]?.at && (!isBeside || /^\W$/.test(word.text))) settle();
      last = under;
      add(last, ...waiting.map(({ text }) => text), word.text);
      waiting = [];
    } else if (isBeside && waiting.length === 0) add(last, word.text);
    else waiting = [...waiting, word];
    lastEnd = word.end;
  }
  settle();
  return cells.map((cell) => cell.join(' '));
};

/** The counts in the title of a pane and its column heads, separated by two blanks. */
export const headsOf = (screen: Screen, title: string): string =>
  headRow(screen, title).replace(titleForm, '').replace(captionForm, '').trim().replaceAll(/ {2,}/g, '  ');

/**
 * Rows of a pane, cell by cell; the first cell is below the first head or the blank before it, the others below these heads.
 * Fails unless exactly these heads are there, in this order.
 */
export const cellsOf = (
  screen: Screen,
  title: string,
  heads: readonly string[],
  rows: Screen,
): readonly (readonly string[])[] => {
  const head = placedHeads(screen, title);
  const places = placesOf(head, heads);
  const first = firstPlace(head);
  const other = places.reduceRight(
    (text, { at, end }) => text.slice(0, at) + ' '.repeat(end - at) + text.slice(end),
    ' '.repeat(first.end) + head.slice(first.end),
  );
  expect(other.trim(), 'a head that is not named').toBe('');
  return rows.map((row) => cut(row, [first, ...places]));
};

/** The text of a row below one head; its state, or the text below the first head, is below the pane's title. */
export const cellOf = (screen: Screen, title: string, row: string, head: string): string => {
  const all = placedHeads(screen, title);
  const first = firstPlace(all);
  const index = all.indexOf(` ${head}`) + 1;
  const wantedPlace = head === title ? first : { at: index, end: index + head.length };
  expect(wantedPlace === first || index > 0, `no head ${head} here: ${all}`).toBe(true);
  const others = words(all).filter(
    (word) => word.at >= first.end && (word.at >= wantedPlace.end || word.end <= wantedPlace.at),
  );
  const places = [first, ...(wantedPlace === first ? [] : [wantedPlace]), ...others].toSorted(
    (x, y) => x.at - y.at,
  );
  return cut(rowOf(bodyOf(screen, title), row), places)[places.indexOf(wantedPlace)] ?? '';
};

/** The upper corners of a card, as a pair with its first rule. */
const corner = /[╔╭](?=[═─])|\+(?=[=-])/g;
const frame = /[═─╔╗╚╝║╭╮╰╯│╟╢╠╣├┤]|={3,}|-{3,}|[+|]/g;
const sides = /[║│|]/;

/** The cell of the left edge of the open card: where a card of this width has its corner, or the first corner. */
const cardLeft = (screen: Screen, columns: number): number => {
  const places = screen.flatMap((row) => [...row.matchAll(corner)].map(({ index }) => index));
  // Rows of content start one cell later than those of the screen.
  const usual = [0, 1].map(
    (cut) => Math.floor((columns + 1 - cut - cardWidth({ columns: columns + 1 - cut })) / 2) - 1 + cut,
  );
  return usual.find((place) => places.includes(place)) ?? Math.min(...places.filter((place) => place > 0));
};

/** The lines of the open card, without its frame, empty lines and the screen around it; indentation is kept. */
export const boxOf = (screen: Screen): Screen => {
  const columns = Math.max(...screen.map(widthOf));
  const index = cardLeft(screen, columns);
  // Without a card there is no frame in any row.
  return screen
    .filter((row) => /[╔╭║│╟╠├╚╰|+]/.test(row[index] ?? ''))
    .map((row) => {
      const line = sliceCells(row, index + 2, index + cardWidth({ columns }) - 2);
      const isRule = !sides.test(row[index] ?? '');
      return (
        isRule ? line.replaceAll(frame, (rule) => ' '.repeat(rule.length)).trimStart() : line
      ).trimEnd();
    })
    .filter((line) => line !== '');
};

/** The key help in the footer, and the environment on its right. */
export const footer = (screen: Screen): string => screen.at(-1)?.trim() ?? '';

/** The level, or another mark, at the left edge of each row. */
export const marks = (rows: Screen): readonly string[] => rows.map((row) => row.slice(1, 2));

/** The card on the user's current screen. */
export const cardOf = (user: User): Screen => boxOf(user.rows());
