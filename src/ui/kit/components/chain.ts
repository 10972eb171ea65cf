import { fitLine, lineWidth, type StyledLine } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { cardFrames } from '../theme/glyphs.ts';
import type { TextRole } from '../theme/roles.ts';

/** A box of a chain: what it is about, and its state. */
export interface ChainLink {
  readonly name: StyledLine;
  readonly state: StyledLine;
  /** The role of its frame. */
  readonly role: TextRole;
  /** Number of objects that it stands for, in the count of those without room. */
  readonly count: number;
}

/** Rows of a chain: a frame around two rows. */
const chainRows = 4;

/** Cells of a frame with its inner margins. */
const frameCells = 4;
/** A longer name is cut. */
const mostCells = 24;
const leastCells = 6;

/** Arrows, the longer ones first: shorter ones make room for a box. */
const arrows = [
  ['──▸ ', '--> '],
  ['─▸ ', '-> '],
] as const;
/** Cells of the count of what has no room. */
const moreCells = 8;

const widthOfLink = ({ name, state }: ChainLink): number =>
  Math.max(leastCells, Math.min(mostCells, Math.max(lineWidth(name), lineWidth(state))));

/** The four rows of a link in a frame. */
const boxOf = (pen: TextPen, link: ChainLink): readonly StyledLine[] => {
  const [unicode, ascii] = cardFrames.rounded;
  const { rule, side, top, bottom } = pen.ascii ? ascii : unicode;
  const cells = widthOfLink(link);
  const edge = ([left, right]: readonly [string, string]): StyledLine => [
    { text: `${left}${rule.repeat(cells + 2)}${right}`, role: link.role },
  ];
  const row = (line: StyledLine): StyledLine => [
    { text: `${side} `, role: link.role },
    ...fitLine(line, cells, 'plain', pen.ellipsis),
    { text: ` ${side}`, role: link.role },
  ];
  return [edge(top), row(link.name), row(link.state), edge(bottom)];
};

/** The number of links that fit into `width` cells, with room for the count of the others. */
const fittingLinks = (links: readonly ChainLink[], width: number, arrowCells: number): number => {
  let used = 0;
  for (const [index, link] of links.entries()) {
    used += (index === 0 ? 0 : arrowCells) + widthOfLink(link) + frameCells;
    const countCells = index === links.length - 1 ? 0 : arrowCells + moreCells;
    if (used + countCells > width) return index;
  }
  return links.length;
};

/** Renders links as boxes with arrows between them, from a cause to its effects. Links without room are counted at the end. */
export const renderChain = (
  pen: TextPen,
  links: readonly ChainLink[],
  width: number,
): readonly StyledLine[] => {
  const counts = arrows.map(([{ length }]) => fittingLinks(links, width, length));
  const count = Math.max(...counts);
  if (count === 0) return [];
  const boxes = links.slice(0, count).map((link) => boxOf(pen, link));
  const [unicode, ascii] = arrows[counts.indexOf(count)] ?? arrows[0];
  const arrow = pen.ascii ? ascii : unicode;
  const more = links.slice(count).reduce((sum, link) => sum + link.count, 0);
  return Array.from({ length: chainRows }, (_, row): StyledLine => {
    const between = pen.run(row === 1 ? arrow : ' '.repeat(arrow.length), 'faint');
    const rest = more === 0 || row !== 1 ? [] : [between, pen.run(`${more} more`, 'faint')];
    return [
      ...boxes.flatMap((box, index) => [...(index === 0 ? [] : [between]), ...(box[row] ?? [])]),
      ...rest,
    ];
  });
};
