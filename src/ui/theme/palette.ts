/** A colour of text: with 24 bits, and as the SGR parameter of one of 16. */
export interface TextColor {
  readonly hex: string;
  readonly ansi: string;
}

/** Text on a ground of its own. */
interface PanelColor {
  readonly text: TextColor;
  readonly ground: TextColor;
}

/** The colours of one theme. What they are used for is the business of the roles. */
export interface ColorPalette {
  /** Grounds of terminals on which every ink can be read: the darkest and lightest that are usual. */
  readonly grounds: readonly string[];
  /** What every ink keeps to each of the grounds, as WCAG 2.2 counts contrast. */
  readonly contrast: number;
  readonly inks: Readonly<Record<TextColorName, TextColor>>;
  readonly panels: Readonly<Record<PanelColorName, PanelColor>>;
  /** Under the row that the cursor is on. */
  readonly selected: string;
}

/** One for each of the first streams of lines; the next one begins again. */
type StreamColorName = 'stream0' | 'stream1' | 'stream2' | 'stream3' | 'stream4' | 'stream5';
export type TextColorName =
  | 'faint'
  | 'focus'
  | 'ok'
  | 'warn'
  | 'crit'
  | 'unknown'
  | 'loading'
  | 'down'
  | StreamColorName;
export type PanelColorName = 'armed' | 'shared' | 'past' | 'local' | 'dev' | 'staging' | 'production';

/** The usual reading of WCAG 2.2, 1.4.3 (AA) and 1.4.6 (AAA). */
export const minContrast = 4.5;
export const highContrast = 7;

export const textColor = (hex: string, ansi: string): TextColor => ({ hex, ansi });

/** White on a colour, or black on a bright one. */
export const panelColor = (text: TextColor, hex: string, ansi: string): PanelColor => ({
  text,
  ground: { hex, ansi },
});
export const white = textColor('#FFFFFF', '97');
export const black = textColor('#000000', '30');

/** Colours that tell one stream of lines from another: none of them is a level's. */
type StreamInks = Readonly<Record<StreamColorName, TextColor>>;

export const streamColorsOnDark: StreamInks = {
  stream0: textColor('#7AA2F7', '94'),
  stream1: textColor('#C99BEF', '95'),
  stream2: textColor('#4FD6BE', '36'),
  stream3: textColor('#C3CC7A', '32'),
  stream4: textColor('#F5A3C7', '35'),
  stream5: textColor('#B8C0CC', '37'),
};

export const streamColorsOnLight: StreamInks = {
  stream0: textColor('#1F55B5', '34'),
  stream1: textColor('#7A3EA8', '35'),
  stream2: textColor('#0B625B', '36'),
  stream3: textColor('#555E00', '32'),
  stream4: textColor('#9A3066', '31'),
  stream5: textColor('#4A5260', '90'),
};

export const highContrastStreamColorsOnDark: StreamInks = {
  stream0: textColor('#B3CDFF', '94'),
  stream1: textColor('#DFC4FF', '95'),
  stream2: textColor('#8CEBDA', '96'),
  stream3: textColor('#DDE39A', '92'),
  stream4: textColor('#FFC0DC', '95'),
  stream5: textColor('#DDE2EA', '97'),
};

export const highContrastStreamColorsOnLight: StreamInks = {
  stream0: textColor('#0A3A85', '34'),
  stream1: textColor('#56217F', '35'),
  stream2: textColor('#00453F', '36'),
  stream3: textColor('#393F00', '32'),
  stream4: textColor('#741543', '31'),
  stream5: textColor('#333A45', '30'),
};
