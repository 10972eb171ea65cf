import { widthOf } from '../../text/width.ts';
import type { Block } from './blocks.ts';
import { blockOf } from './blocks.ts';

/** A part of a run that is drawn as one thing; `at`: cells from the run's begin. */
type Piece =
  | { readonly is: 'text'; readonly at: number; readonly cells: number; readonly text: string }
  | { readonly is: 'glyph'; readonly at: number; readonly cells: number; readonly text: string }
  | { readonly is: 'block'; readonly at: number; readonly cells: number; readonly block: Block };

/** Latin letters and common signs, which every monospace font has at its own width; others may come from another font. */
const common = /^[\x20-\x7e\u00a0-\u00ff–…]$/;
const segmenter = new Intl.Segmenter();

const pieceOf = (text: string, at: number): Piece => {
  const [block, cells] = [blockOf(text), widthOf(text)];
  if (block !== undefined) return { is: 'block', at, cells, block };
  return { is: common.test(text) ? 'text' : 'glyph', at, cells, text };
};

/** Two neighbours as one; undefined when they are not drawn alike. */
const joined = (a: Piece | undefined, b: Piece): Piece | undefined => {
  if (a === undefined) return undefined;
  const cells = a.cells + b.cells;
  if (a.is === 'text' && b.is === 'text') return { ...a, cells, text: a.text + b.text };
  const isSameBlock =
    a.is === 'block' &&
    b.is === 'block' &&
    a.block.height === b.block.height &&
    a.block.shade === b.block.shade;
  return isSameBlock && a.block.width === 1 && b.block.width === 1 ? { ...a, cells } : undefined;
};

/** Text without blanks at its ends; undefined when nothing is left. */
const trimmed = (piece: Piece): Piece | undefined => {
  if (piece.is !== 'text') return piece;
  const text = piece.text.trimEnd();
  const begin = text.length - text.trimStart().length;
  const rest = text.slice(begin);
  return rest === '' ? undefined : { is: 'text', at: piece.at + begin, cells: rest.length, text: rest };
};

/** A text as pieces, each of which keeps to its cells whatever the font. */
const piecesOf = (text: string): readonly Piece[] => {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { segment } of segmenter.segment(text)) {
    const piece = pieceOf(segment, at);
    const together = joined(pieces.at(-1), piece);
    if (together === undefined) pieces.push(piece);
    else pieces[pieces.length - 1] = together;
    at += piece.cells;
  }
  return pieces.flatMap((piece) => trimmed(piece) ?? []);
};

/** A cell of a picture in user units, and where in it letters stand. */
const cell = { width: 8.4, height: 17, baseline: 13, size: 14 } as const;
const margin = 12;
const fonts = ['DejaVu Sans Mono', 'Menlo', 'Consolas', 'Liberation Mono'] as const;

/** Cells of one row that are drawn in one way; `x` and `y` in cells from the left upper corner. */
export interface Strip {
  readonly x: number;
  readonly y: number;
  readonly cells: number;
  readonly text: string;
  /** '#rrggbb', as `ground`: undefined where that of the picture shows. */
  readonly fill: string;
  readonly ground?: string | undefined;
  readonly bold?: boolean | undefined;
  readonly italic?: boolean | undefined;
  readonly underline?: boolean | undefined;
}

/** What a picture has besides its strips. */
export interface Sheet {
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  readonly ground: string;
  /** A font that is asked for before the usual ones. */
  readonly font?: string | undefined;
}

/** What XML would take for itself. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const n = (value: number): string => String(Math.round(value * 10) / 10);
const left = (x: number): number => margin + x * cell.width;
const top = (y: number): number => margin + y * cell.height;

/** An area as a part of a path: right, down, left, back. */
const area = (x: number, y: number, width: number, height: number): string =>
  `M${n(left(x))} ${n(top(y))}h${n(width * cell.width)}v${n(height * cell.height)}h${n(-width * cell.width)}z`;

const path = (areas: readonly string[], fill: string, shade = 1): string =>
  areas.length === 0
    ? ''
    : `<path d="${areas.join('')}" fill="${fill}"${shade === 1 ? '' : ` opacity="${shade}"`}/>`;

/** The pieces of a strip that are areas, in one path for each shade. */
const blocksOf = ({ x, y, fill }: Strip, pieces: readonly Piece[]): string => {
  const blocks = pieces.flatMap((piece) => (piece.is === 'block' ? [piece] : []));
  const drawn = (cells: number, at: number, { left: begin, top: from, width, height }: Block): string =>
    area(x + at + begin, y + from, width === 1 ? cells : width, height);
  return [...new Set(blocks.map(({ block }) => block.shade))]
    .map((shade) => {
      const alike = blocks.filter(({ block }) => block.shade === shade);
      return path(
        alike.map(({ cells, at, block }) => drawn(cells, at, block)),
        fill,
        shade,
      );
    })
    .join('');
};

/** Each piece of text is set to the width of its cells, so that columns stand under each other in any font. */
const textOf = (strip: Strip, piece: Piece): string => {
  if (piece.is === 'block') return '';
  const look = [
    `x="${n(left(strip.x + piece.at))}" y="${n(top(strip.y) + cell.baseline)}" fill="${strip.fill}"`,
    strip.bold === true ? ' font-weight="bold"' : '',
    strip.italic === true ? ' font-style="italic"' : '',
    ` textLength="${n(piece.cells * cell.width)}"`,
    piece.is === 'glyph' ? ' lengthAdjust="spacingAndGlyphs"' : '',
  ];
  return `<text ${look.join('')}>${escaped(piece.text)}</text>`;
};

const lineBelow = ({ x, y, cells, fill, underline }: Strip): string =>
  underline === true
    ? path([area(x, y + (cell.baseline + 2) / cell.height, cells, 1 / cell.height)], fill)
    : '';

const drawn = (strip: Strip): string => {
  const pieces = piecesOf(strip.text);
  return [blocksOf(strip, pieces), ...pieces.map((piece) => textOf(strip, piece)), lineBelow(strip)].join('');
};

/** The grounds of neighbours and of rows that are alike, in one path for each colour. */
const groundsOf = (strips: readonly Strip[]): readonly string[] => {
  const areas = new Map<string, string[]>();
  for (const { ground, x, y, cells } of strips)
    if (ground !== undefined) areas.set(ground, [...(areas.get(ground) ?? []), area(x, y, cells, 1)]);
  return [...areas].map(([ground, parts]) => path(parts, ground));
};

/**
 * A picture of a screen as SVG: on its own ground, so that it can be read on light and dark pages, with text that can be
 * selected, without scripts and without anything from elsewhere. Controls must have been taken out of the texts before.
 */
export const pictureOf = (sheet: Sheet, strips: readonly Strip[]): string => {
  const [width, height] = [
    n(2 * margin + sheet.columns * cell.width),
    n(2 * margin + sheet.rows * cell.height),
  ];
  const own = sheet.font === undefined ? [] : [sheet.font];
  const family = [...new Set([...own, ...fonts])].map((font) => `'${font}'`).join(',');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${escaped(`${family},monospace`)}" font-size="${cell.size}" xml:space="preserve" shape-rendering="crispEdges">`,
    `<title>${escaped(sheet.title)}</title>`,
    `<rect width="100%" height="100%" rx="6" shape-rendering="auto" fill="${sheet.ground}"/>`,
    ...groundsOf(strips),
    ...strips.map(drawn).filter((part) => part !== ''),
    '</svg>\n',
  ].join('\n');
};
