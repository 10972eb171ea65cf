import type { Block } from './blocks.ts';
import { type Piece, piecesOf } from './pieces.ts';

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
