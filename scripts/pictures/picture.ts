/** An input (keys by name, as in `npm run shot -- --keys`), or text to wait for on the screen. */
export type Step = string | RegExp;

/** A screenshot taken during a tour. */
export interface Picture {
  /** Its name in docs/pictures, without `.svg`. */
  readonly file: string;
  /** Alternative text. */
  readonly title: string;
  /** Inputs since the previous picture; the last entry must be on the screen when it is taken. */
  readonly steps: readonly [...Step[], RegExp];
}

/** A screen of an animated picture, with a line below it that says what happens. */
export interface FilmStep {
  readonly caption: string;
  /** Duration of its display. */
  readonly seconds: number;
  /** Inputs since the previous screen; the last entry must be on the screen when it is taken. */
  readonly steps: readonly [...Step[], RegExp];
}

/** An animated picture: screens shown one after the other. */
export interface Film {
  /** Its name in docs/pictures, without `.svg`. */
  readonly file: string;
  /** Alternative text. */
  readonly title: string;
  readonly screens: readonly FilmStep[];
}

/** One run of the program on the simulator, with its pictures. */
export interface Tour {
  readonly name: string;
  /** Columns × rows. */
  readonly size: `${number}x${number}`;
  /** Arguments of opsdeck. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly pictures: readonly Picture[];
  /** Taken after the pictures. */
  readonly film?: Film;
}
