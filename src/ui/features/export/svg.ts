import type { Line } from '../../text/run.ts';
import { widthOf } from '../../text/width.ts';
import type { Style, Theme } from '../../theme/theme.ts';
import { colourOf } from './colours.ts';
import { pictureOf, type Strip } from './picture.ts';

interface Paper {
  readonly back: string;
  readonly text: string;
}

const paper: Readonly<Record<'dark' | 'light', Paper>> = {
  dark: { back: '#14171F', text: '#D5D9E0' },
  light: { back: '#FFFFFF', text: '#1B1F27' },
};

const coloursOf = ({ fg, bg, inverse }: Style, ground: Paper): Pick<Strip, 'fill' | 'ground'> => {
  const text = fg === undefined ? ground.text : colourOf(fg);
  const back = bg === undefined ? undefined : colourOf(bg);
  if (inverse === true) return { fill: back ?? ground.back, ground: text };
  return { fill: text, ground: back };
};

const stripsOf = (line: Line, y: number, theme: Theme, ground: Paper): readonly Strip[] => {
  let x = 0;
  return line.map(({ text, role }) => {
    const [style, cells] = [theme.styles[role], widthOf(text)];
    const strip = { x, y, cells, text, bold: style.bold, ...coloursOf(style, ground) };
    x += cells;
    return strip;
  });
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
  return pictureOf(
    { title, columns, rows: lines.length, ground: ground.back },
    lines.flatMap((line, row) => stripsOf(line, row, theme, ground)),
  );
};
