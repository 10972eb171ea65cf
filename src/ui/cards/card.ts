import type { Danger } from '../../domain/operation.ts';
import type { Pen } from '../text/pen.ts';
import { fitLine, type Line, type Run, spread } from '../text/run.ts';
import type { Role } from '../theme/roles.ts';

/** A card over the dimmed screen: only a left edge, in the colour of its danger. */
export interface Card {
  readonly edge: Role;
  readonly lines: readonly Line[];
}

export const cardWidth = 72;
/** Edge, two blanks, and one at the end. */
export const innerWidth = cardWidth - 4;

export const edgeOf = (danger: Danger | undefined): Role =>
  danger === 'disruptive' || danger === 'destructive' ? `danger.${danger}` : 'focus';

export const dangerWord = (pen: Pen, danger: Danger | undefined): Line =>
  danger === undefined ? [] : [pen.run(danger.toUpperCase(), `danger.${danger}`)];

/** The card's rows, each as wide as a card. */
export const drawCard = (pen: Pen, { edge, lines }: Card): readonly Line[] =>
  lines.map((line) => [
    pen.glyph('edge', edge),
    pen.run('  '),
    ...fitLine(line, innerWidth, 'plain', pen.mark),
    pen.run(' '),
  ]);

/** The first row of a card: what it is at the left, how dangerous or how far at the right. */
export const heading = (pen: Pen, left: Line, right: Line = []): Line =>
  spread(left, right, innerWidth, 'plain', pen.mark);

/** 'target    ledger-db at …': a word, and what it is. */
export const labelled = (pen: Pen, label: string, value: string | Line, role: Role = 'plain'): Line => [
  pen.run(label.padEnd(9), 'faint'),
  ...(typeof value === 'string' ? [pen.run(value, role)] : value),
];

/** The last row of a card: the keys that are live. */
export const hints = (pen: Pen, ...words: readonly string[]): Line => [pen.run(words.join(' · '), 'faint')];

/** A text broken at blanks (or, without any, anywhere) into pieces of at most `width` cells. */
export const wrap = (text: string, width: number): readonly string[] => {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const at = blank > width / 2 ? blank : width;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  return [...pieces, rest];
};

/** A typed text with the mark of where the next letter goes. */
export const field = (pen: Pen, text: string, role: Role = 'plain'): readonly Run[] => [
  pen.run(text, role),
  pen.run('_', 'key'),
];
