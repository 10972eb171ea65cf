import type { IBufferCell } from '@xterm/headless';

export const background = '#12161c';
export const foreground = '#d5d9e0';

/** The 16 ANSI colors on a dark background, all distinguishable from each other and the background. */
const sixteen = [
  '#2a303b',
  '#f07178',
  '#7fc97f',
  '#e5b567',
  '#6fa8ff',
  '#b39ddb',
  '#7dcfff',
  '#d5d9e0',
  '#8a919e',
  '#ff6b6b',
  '#a5e075',
  '#ff9e64',
  '#8fb8ff',
  '#d7aefb',
  '#a6e3ff',
  '#ffffff',
] as const;

const hex = (red: number, green: number, blue: number): string =>
  `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** xterm's 256 colors: the 16, a 6×6×6 cube, 24 grays. */
const indexed = (index: number): string => {
  const basic = sixteen[index];
  if (basic !== undefined) return basic;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return hex(grey, grey, grey);
  }
  const step = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return hex(step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6));
};

const rgb = (value: number): string => hex((value >> 16) & 255, (value >> 8) & 255, value & 255);

const mixed = (a: string, b: string, share: number): string => {
  const parts = (text: string): number[] =>
    [1, 3, 5].map((index) => Number.parseInt(text.slice(index, index + 2), 16));
  const from = parts(a);
  const to = parts(b);
  const [red = 0, green = 0, blue = 0] = from.map((part, i) =>
    Math.round(part * share + (to[i] ?? 0) * (1 - share)),
  );
  return hex(red, green, blue);
};

export interface CellStyle {
  readonly color: string;
  readonly ground: string;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

/** Effective colors of a cell, with inverse and dim applied. */
export const styleOf = (cell: IBufferCell): CellStyle => {
  const own = (isDefault: boolean, isRgb: boolean, value: number, otherwise: string): string =>
    isDefault ? otherwise : isRgb ? rgb(value) : indexed(value);
  const front = own(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor(), foreground);
  const back = own(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor(), background);
  const [color, ground] = cell.isInverse() !== 0 ? [back, front] : [front, back];
  return {
    color: cell.isInvisible() !== 0 ? ground : cell.isDim() !== 0 ? mixed(color, ground, 0.55) : color,
    ground,
    bold: cell.isBold() !== 0,
    italic: cell.isItalic() !== 0,
    underline: cell.isUnderline() !== 0,
  };
};
