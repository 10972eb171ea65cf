/** A text color: 24-bit, and the SGR parameter among the 16 ANSI colors. */
export interface TextColor {
  readonly hex: string;
  readonly ansi: string;
}

/** A text color with its background. */
interface PanelColor {
  readonly text: TextColor;
  readonly ground: TextColor;
}

/**
 * The colors of a theme. The roles define their use. The 16 ANSI colors are those of the terminal: codes are chosen so that
 * xterm's own values are readable on a black or a white background.
 */
export interface ColorPalette {
  /** The terminal backgrounds on which the text colors are readable: the darkest and lightest common ones. */
  readonly grounds: readonly string[];
  /** Minimum contrast of every text color on each background, as defined by WCAG 2.2. */
  readonly contrast: number;
  /** Text colors, and the color of rules, which carry no information and may have less contrast. */
  readonly inks: Readonly<Record<TextColorName, TextColor>>;
  readonly panels: Readonly<Record<PanelColorName, PanelColor>>;
  /**
   * The row under the cursor: its background, and the color of its plain text, which is otherwise the terminal's own and
   * unreadable where the terminal's background differs from that of the theme.
   */
  readonly selected: { readonly text: string; readonly ground: string };
  /** Faint backgrounds of the situation by level, of chips, and of the area below a chart's line; absent: the theme has none. Drawn with 24-bit colors only. */
  readonly tints?: Readonly<Record<TintName, string>>;
}

/** Colors of the first streams; further streams reuse them. */
type StreamColorName = 'stream0' | 'stream1' | 'stream2' | 'stream3' | 'stream4' | 'stream5';
export type TextColorName =
  | 'faint'
  | 'rule'
  | 'focus'
  | 'ok'
  | 'warn'
  | 'crit'
  | 'unknown'
  | 'loading'
  | 'down'
  | 'series'
  | 'spark'
  | 'limit'
  | StreamColorName;
export type TintName = 'crit' | 'warn' | 'ok' | 'unknown' | 'chip' | 'fill' | 'breach';
export type PanelColorName = 'armed' | 'shared' | 'past' | 'local' | 'dev' | 'staging' | 'production';

/** Minimum contrast ratios of WCAG 2.2, 1.4.3 (AA) and 1.4.6 (AAA). */
export const minContrast = 4.5;
export const highContrast = 7;
/** Minimum contrast of rules and of the 16 ANSI color of faint text (WCAG 2.2, 1.4.11). */
export const minFaintContrast = 3;

export const textColor = (hex: string, ansi: string): TextColor => ({ hex, ansi });

/** Creates a panel color: white on a color, or black on a bright one. */
export const panelColor = (text: TextColor, hex: string, ansi: string): PanelColor => ({
  text,
  ground: { hex, ansi },
});
export const white = textColor('#FFFFFF', '97');
export const black = textColor('#000000', '30');

/** Colors that distinguish log streams. None of them is the color of a level, so among the 16 ANSI colors some repeat. */
type StreamInks = Readonly<Record<StreamColorName, TextColor>>;

export const streamColorsOnDark: StreamInks = {
  stream0: textColor('#7AA2F7', '96'),
  stream1: textColor('#C99BEF', '37'),
  stream2: textColor('#4FD6BE', '36'),
  stream3: textColor('#C3CC7A', '97'),
  stream4: textColor('#F5A3C7', '96'),
  stream5: textColor('#B8C0CC', '37'),
};

export const streamColorsOnLight: StreamInks = {
  stream0: textColor('#1F55B5', '34'),
  stream1: textColor('#7A3EA8', '35'),
  stream2: textColor('#0B625B', '94'),
  stream3: textColor('#555E00', '30'),
  stream4: textColor('#9A3066', '34'),
  stream5: textColor('#4A5260', '35'),
};

export const highContrastStreamColorsOnDark: StreamInks = {
  stream0: textColor('#B3CDFF', '96'),
  stream1: textColor('#DFC4FF', '37'),
  stream2: textColor('#8CEBDA', '36'),
  stream3: textColor('#DDE39A', '97'),
  stream4: textColor('#FFC0DC', '96'),
  stream5: textColor('#DDE2EA', '37'),
};

export const highContrastStreamColorsOnLight: StreamInks = {
  stream0: textColor('#0A3A85', '34'),
  stream1: textColor('#56217F', '35'),
  stream2: textColor('#00453F', '94'),
  stream3: textColor('#393F00', '30'),
  stream4: textColor('#741543', '34'),
  stream5: textColor('#333A45', '35'),
};
