/** A colour of text: with 24 bits, and as the SGR parameter of one of 16. */
export interface Ink {
  readonly hex: string;
  readonly ansi: string;
}

/** Text on a ground of its own. */
interface Panel {
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
type StreamInk = 'stream0' | 'stream1' | 'stream2' | 'stream3' | 'stream4' | 'stream5';
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

/** Colours that tell one stream of lines from another: none of them is a level's. */
type StreamInks = Readonly<Record<StreamInk, Ink>>;

export const streamsOnDark: StreamInks = {
  stream0: ink('#7AA2F7', '94'),
  stream1: ink('#C99BEF', '95'),
  stream2: ink('#4FD6BE', '36'),
  stream3: ink('#C3CC7A', '32'),
  stream4: ink('#F5A3C7', '35'),
  stream5: ink('#B8C0CC', '37'),
};

export const streamsOnLight: StreamInks = {
  stream0: ink('#1F55B5', '34'),
  stream1: ink('#7A3EA8', '35'),
  stream2: ink('#0B625B', '36'),
  stream3: ink('#555E00', '32'),
  stream4: ink('#9A3066', '31'),
  stream5: ink('#4A5260', '90'),
};

export const streamsPlainlyOnDark: StreamInks = {
  stream0: ink('#B3CDFF', '94'),
  stream1: ink('#DFC4FF', '95'),
  stream2: ink('#8CEBDA', '96'),
  stream3: ink('#DDE39A', '92'),
  stream4: ink('#FFC0DC', '95'),
  stream5: ink('#DDE2EA', '97'),
};

export const streamsPlainlyOnLight: StreamInks = {
  stream0: ink('#0A3A85', '34'),
  stream1: ink('#56217F', '35'),
  stream2: ink('#00453F', '36'),
  stream3: ink('#393F00', '32'),
  stream4: ink('#741543', '31'),
  stream5: ink('#333A45', '30'),
};
