/** Something to do (keys by name, as `npm run shot -- --keys` takes them), or something that the screen must show first. */
export type Step = string | RegExp;

/** A screen that is drawn on the way. */
export interface Picture {
  /** Its name in docs/pictures, without `.svg`. */
  readonly file: string;
  /** What it shows, for those who do not see it. */
  readonly title: string;
  /** What is done since the picture before; the last one is what must be on the screen when it is drawn. */
  readonly steps: readonly [...Step[], RegExp];
}

/** One run of the program on its embedded world, and the pictures taken along the way. */
export interface Tour {
  readonly name: string;
  /** Columns x rows. */
  readonly size: `${number}x${number}`;
  /** What opsdeck is started with. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly pictures: readonly Picture[];
}
