import { type StyledRow, styleLine } from '../text/ansi.ts';
import type { StyledLine } from '../text/line.ts';
import { widthOf } from '../text/width.ts';
import type { SgrStyle, Theme } from '../theme/theme.ts';
import { type CellStroke, cellStrokes } from './strokes.ts';

/** A part of a run drawn as one element; `at`: offset in cells from the start of the run. */
type Piece =
  | { readonly is: 'text'; readonly at: number; readonly cells: number; readonly text: string }
  | { readonly is: 'glyph'; readonly at: number; readonly cells: number; readonly text: string }
  | {
      readonly is: 'block';
      readonly at: number;
      readonly cells: number;
      readonly strokes: readonly CellStroke[];
    };

/**
 * Latin letters and common symbols, which every monospace font has at cell width; others may come from a fallback
 * font.
 */
const common = /^[\x20-\x7e\u00a0-\u00ff–…]$/;
const segmenter = new Intl.Segmenter();

const pieceOf = (text: string, index: number): Piece => {
  const strokes = cellStrokes(text);
  const cells = widthOf(text);
  if (strokes.length > 0) return { is: 'block', at: index, cells, strokes };
  return { is: common.test(text) ? 'text' : 'glyph', at: index, cells, text };
};

/** Whether a stroke goes on as another one in the next cell. */
const continues = (stroke: CellStroke, next: CellStroke | undefined): boolean =>
  stroke.width === 1 &&
  next?.width === 1 &&
  stroke.top === next.top &&
  stroke.height === next.height &&
  stroke.shade === next.shade;

/** Merges two adjacent pieces; undefined if they are drawn differently. */
const joined = (a: Piece | undefined, b: Piece): Piece | undefined => {
  if (a === undefined) return undefined;
  const cells = a.cells + b.cells;
  if (a.is === 'text' && b.is === 'text') return { ...a, cells, text: a.text + b.text };
  if (a.is !== 'block' || b.is !== 'block') return undefined;
  const isContinued = a.strokes.every((stroke, index) => continues(stroke, b.strokes[index]));
  return isContinued && a.strokes.length === b.strokes.length ? { ...a, cells } : undefined;
};

/** Trims blanks; undefined if nothing remains. */
const trimmed = (piece: Piece): Piece | undefined => {
  if (piece.is !== 'text') return piece;
  const text = piece.text.trimEnd();
  const begin = text.length - text.trimStart().length;
  const rest = text.slice(begin);
  return rest === '' ? undefined : { is: 'text', at: piece.at + begin, cells: rest.length, text: rest };
};

/** Splits text into pieces that keep their cell positions in any font. */
const piecesOf = (text: string): readonly Piece[] => {
  const pieces: Piece[] = [];
  let position = 0;
  for (const { segment } of segmenter.segment(text)) {
    const piece = pieceOf(segment, position);
    const together = joined(pieces.at(-1), piece);
    if (together === undefined) pieces.push(piece);
    else pieces[pieces.length - 1] = together;
    position += piece.cells;
  }
  return pieces.flatMap((piece) => trimmed(piece) ?? []);
};

/** Cell size, baseline and font size in SVG user units. */
const cell = { width: 8.4, height: 17, baseline: 13, size: 14 } as const;
const margin = 12;
const fonts = ['DejaVu Sans Mono', 'Menlo', 'Consolas', 'Liberation Mono'] as const;

/** Adjacent cells of one row with the same style; `x` and `y` in cells from the top left corner. */
export interface TextStrip {
  readonly x: number;
  readonly y: number;
  readonly cells: number;
  readonly text: string;
  /** '#rrggbb', like `ground`; undefined means the image background. */
  readonly fill: string;
  readonly ground?: string | undefined;
  readonly bold?: boolean | undefined;
  readonly italic?: boolean | undefined;
  readonly underline?: boolean | undefined;
}

/** Properties of the image. */
export interface SvgDocument {
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  readonly ground: string;
  /** Preferred font, before the defaults. */
  readonly font?: string | undefined;
}

/** Escapes XML special characters. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const n = (value: number): string => String(Math.round(value * 10) / 10);
const left = (x: number): number => margin + x * cell.width;
const top = (y: number): number => margin + y * cell.height;

/** A rectangle as an SVG path segment. */
const area = (x: number, y: number, width: number, height: number): string =>
  `M${n(left(x))} ${n(top(y))}h${n(width * cell.width)}v${n(height * cell.height)}h${n(-width * cell.width)}z`;

const path = (areas: readonly string[], fill: string, shade = 1): string =>
  areas.length === 0
    ? ''
    : `<path d="${areas.join('')}" fill="${fill}"${shade === 1 ? '' : ` opacity="${shade}"`}/>`;

/** The block pieces of all strips, one path per color and shade: a screen has hundreds of them. */
const blocksOf = (strips: readonly TextStrip[]): readonly string[] => {
  const paths = new Map<
    string,
    { readonly fill: string; readonly shade: number; readonly areas: string[] }
  >();
  for (const { x, y, fill, text } of strips)
    for (const piece of piecesOf(text)) {
      if (piece.is !== 'block') continue;
      for (const block of piece.strokes) {
        const key = `${fill} ${block.shade}`;
        const known = paths.get(key) ?? { fill, shade: block.shade, areas: [] };
        const { left: begin, top: from, width, height } = block;
        known.areas.push(area(x + piece.at + begin, y + from, width === 1 ? piece.cells : width, height));
        paths.set(key, known);
      }
    }
  return [...paths.values()].map(({ fill, shade, areas }) => path(areas, fill, shade));
};

/** Renders text at its cell width, so that columns align in any font. */
const textOf = (strip: TextStrip, piece: Piece): string => {
  if (piece.is === 'block') return '';
  const attributes = [
    `x="${n(left(strip.x + piece.at))}" y="${n(top(strip.y) + cell.baseline)}" fill="${strip.fill}"`,
    strip.bold === true ? ' font-weight="bold"' : '',
    strip.italic === true ? ' font-style="italic"' : '',
    ` textLength="${n(piece.cells * cell.width)}"`,
    piece.is === 'glyph' ? ' lengthAdjust="spacingAndGlyphs"' : '',
  ];
  return `<text ${attributes.join('')}>${escaped(piece.text)}</text>`;
};

const lineBelow = ({ x, y, cells, fill, underline }: TextStrip): string =>
  underline === true
    ? path([area(x, y + (cell.baseline + 2) / cell.height, cells, 1 / cell.height)], fill)
    : '';

const drawn = (strip: TextStrip): string => {
  const pieces = piecesOf(strip.text);
  return [...pieces.map((piece) => textOf(strip, piece)), lineBelow(strip)].join('');
};

/** Merges equal backgrounds of adjacent cells and rows into one path per color. */
const groundsOf = (strips: readonly TextStrip[]): readonly string[] => {
  const areas = new Map<string, string[]>();
  for (const { ground, x, y, cells } of strips)
    if (ground !== undefined) areas.set(ground, [...(areas.get(ground) ?? []), area(x, y, cells, 1)]);
  return [...areas].map(([ground, parts]) => path(parts, ground));
};

/** Cells as SVG elements: backgrounds first, then blocks and texts. */
export const renderStrips = (strips: readonly TextStrip[]): string =>
  [...groundsOf(strips), ...blocksOf(strips), ...strips.map(drawn).filter((part) => part !== '')].join('\n');

/**
 * A picture of a screen as SVG: on its own ground, so that it can be read on light and dark pages, with text that can be
 * selected, without scripts and without anything from elsewhere. Controls must have been taken out of the texts before.
 */
export const renderSvg = (sheet: SvgDocument, strips: readonly TextStrip[]): string =>
  renderSvgDocument(sheet, renderStrips(strips));

/** Wraps SVG elements in a document of the size of the screen. */
export const renderSvgDocument = (sheet: SvgDocument, content: string): string => {
  const width = n(2 * margin + sheet.columns * cell.width);
  const height = n(2 * margin + sheet.rows * cell.height);
  const own = sheet.font === undefined ? [] : [sheet.font];
  const family = [...new Set([...own, ...fonts])].map((font) => `'${font}'`).join(',');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${escaped(`${family},monospace`)}" font-size="${cell.size}" xml:space="preserve" shape-rendering="crispEdges">`,
    `<title>${escaped(sheet.title)}</title>`,
    // Newer browsers ignore an inherited xml:space, and would spread the letters over collapsed spaces.
    '<style>text{white-space:pre}</style>',
    `<rect width="100%" height="100%" rx="6" shape-rendering="auto" fill="${sheet.ground}"/>`,
    ...(content === '' ? [] : [content]),
    '</svg>\n',
  ].join('\n');
};

/** xterm's 16 colors, 0 to 15. */
const basic = [
  '#000000',
  '#CD3131',
  '#0DBC79',
  '#E5E510',
  '#2472C8',
  '#BC3FBC',
  '#11A8CD',
  '#E5E5E5',
  '#666666',
  '#F14C4C',
  '#23D18B',
  '#F5F543',
  '#3B8EEA',
  '#D670D6',
  '#29B8DB',
  '#FFFFFF',
] as const;

const hex = (...parts: readonly number[]): string =>
  `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

const cubeLevels = [0, 95, 135, 175, 215, 255] as const;

/** A color of xterm's 256: 16 basic ones, a 6 × 6 × 6 cube, 24 grays. */
const of256 = (index: number): string => {
  if (index < 16) return basic[index] ?? basic[7];
  if (index >= 232) return hex(...Array.from({ length: 3 }, () => 8 + 10 * (index - 232)));
  const position = index - 16;
  return hex(
    cubeLevels[Math.floor(position / 36)] ?? 0,
    cubeLevels[Math.floor(position / 6) % 6] ?? 0,
    cubeLevels[position % 6] ?? 0,
  );
};

/** Converts an SGR color parameter ('38;2;r;g;b', '48;5;n', '91') to '#rrggbb'. */
export const sgrToHex = (sgr: string): string => {
  const [first = 0, form, ...rest] = sgr.split(';').map(Number);
  if (form === 2) return hex(...rest.slice(0, 3));
  if (form === 5) return of256(rest[0] ?? 7);
  const bright = first >= 90 ? 8 : 0;
  return of256((first % 10) + bright);
};

interface PageColors {
  readonly back: string;
  readonly text: string;
}

/** The colors of a page with a dark and a light ground. */
export const pageColors: Readonly<Record<'dark' | 'light', PageColors>> = {
  dark: { back: '#14171F', text: '#D5D9E0' },
  light: { back: '#FFFFFF', text: '#1B1F27' },
};

/** The colors of a style on a page: text, and the ground where it has one of its own. */
export const cellColors = (
  { fg, bg, inverse }: SgrStyle,
  ground: PageColors,
): Pick<TextStrip, 'fill' | 'ground'> => {
  const text = fg === undefined ? ground.text : sgrToHex(fg);
  const back = bg === undefined ? undefined : sgrToHex(bg);
  if (inverse === true) return { fill: back ?? ground.back, ground: text };
  return { fill: text, ground: back };
};

const stripsOf = (row: StyledRow, y: number, ground: PageColors): readonly TextStrip[] => {
  let x = 0;
  return row.map(({ text, style }) => {
    const cells = widthOf(text);
    const strip = { x, y, cells, text, bold: style.bold, ...cellColors(style, ground) };
    x += cells;
    return strip;
  });
};

/** Renders lines of `columns` cells as SVG in the colors of the theme. `selected`: the index of the row under the cursor. */
export const screenToSvg = (
  title: string,
  lines: readonly StyledLine[],
  columns: number,
  theme: Theme,
  selected?: number,
): string => {
  const ground = theme.isLight ? pageColors.light : pageColors.dark;
  return renderSvg(
    { title, columns, rows: lines.length, ground: ground.back },
    lines.flatMap((line, row) =>
      stripsOf(styleLine(line, theme, row === selected ? 'selected' : 'plain'), row, ground),
    ),
  );
};
