import type { Line } from '../text/run.ts';
import { widthOf } from '../text/width.ts';
import type { Style, Theme } from '../theme/theme.ts';
import { colourOf } from './colours.ts';

/** A cell of the picture, in user units, and where in it letters stand. */
const cell = { width: 8.4, height: 18, baseline: 13.5, size: 14 } as const;
const margin = 12;
const paper = {
  dark: { back: '#14171F', text: '#D5D9E0' },
  light: { back: '#FFFFFF', text: '#1B1F27' },
} as const;

/** What XML would take for itself. Controls have been taken out by the pen. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

interface Colours {
  readonly text: string;
  readonly back?: string;
}

const coloursOf = (
  { fg, bg, inverse }: Style,
  ground: { readonly back: string; readonly text: string },
): Colours => {
  const text = fg === undefined ? ground.text : colourOf(fg);
  const back = bg === undefined ? undefined : colourOf(bg);
  if (inverse === true) return { text: back ?? ground.back, back: text };
  return back === undefined ? { text } : { text, back };
};

const n = (value: number): string => String(Math.round(value * 10) / 10);

const lineOf = (
  line: Line,
  row: number,
  theme: Theme,
  ground: { readonly back: string; readonly text: string },
): string => {
  let at = 0;
  const parts = line.map(({ text, role }) => {
    const cells = widthOf(text);
    const [x, y] = [margin + at * cell.width, margin + row * cell.height];
    at += cells;
    const style = theme.styles[role];
    const colours = coloursOf(style, ground);
    const width = n(cells * cell.width);
    const box =
      colours.back === undefined
        ? ''
        : `<rect x="${n(x)}" y="${n(y)}" width="${width}" height="${cell.height}" fill="${colours.back}"/>`;
    if (text.trim() === '') return box;
    const bold = style.bold === true ? ' font-weight="bold"' : '';
    // Each run is stretched to its cells, so that columns stand under each other in any font.
    return `${box}<text x="${n(x)}" y="${n(y + cell.baseline)}" fill="${colours.text}"${bold} textLength="${width}" lengthAdjust="spacingAndGlyphs">${escaped(text)}</text>`;
  });
  return parts.join('');
};

/** A picture of lines as wide as `columns` cells, in the colours of the theme. */
export const svgOf = (
  title: string,
  lines: readonly Line[],
  columns: number,
  theme: Theme,
  light = false,
): string => {
  const ground = light ? paper.light : paper.dark;
  const [width, height] = [n(columns * cell.width + 2 * margin), n(lines.length * cell.height + 2 * margin)];
  const drawn = lines.map((line, row) => lineOf(line, row, theme, ground)).filter((line) => line !== '');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${cell.size}" xml:space="preserve">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="${ground.back}"/>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
};
