/** A colour of text: with 24 bits, and as the SGR parameter of one of 16. */
export interface Ink {
  readonly hex: string;
  readonly ansi: string;
}

/** Text on a ground of its own. */
export interface Panel {
  readonly text: Ink;
  readonly ground: Ink;
}

/** The colours of one theme. What they are used for is the business of the roles. */
export interface Palette {
  /** Grounds of terminals on which every ink can be read: the darkest and lightest that are usual. */
  readonly grounds: readonly string[];
  /** What every ink keeps to each of the grounds, as WCAG 2.2 counts contrast. */
  readonly contrast: number;
  readonly inks: Readonly<Record<InkName, Ink>>;
  readonly panels: Readonly<Record<PanelName, Panel>>;
  /** Under the row that the cursor is on. */
  readonly selected: string;
}

/** One for each of the first streams of lines; the next one begins again. */
export type StreamInk = 'stream0' | 'stream1' | 'stream2' | 'stream3' | 'stream4' | 'stream5';
export type InkName = 'faint' | 'focus' | 'ok' | 'warn' | 'crit' | 'unknown' | 'loading' | 'down' | StreamInk;
export type PanelName = 'armed' | 'shared' | 'past' | 'local' | 'dev' | 'staging' | 'production';

/** The usual reading of WCAG 2.2, 1.4.3 (AA) and 1.4.6 (AAA). */
export const readable = 4.5;
export const plainlyReadable = 7;

export const ink = (hex: string, ansi: string): Ink => ({ hex, ansi });

/** White on a colour, or black on a bright one. */
export const panel = (text: Ink, hex: string, ansi: string): Panel => ({ text, ground: { hex, ansi } });
export const white = ink('#FFFFFF', '97');
export const black = ink('#000000', '30');
