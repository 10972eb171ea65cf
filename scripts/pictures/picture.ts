/** Something to do (keys by name, as `npm run shot -- --keys` takes them), or something that the screen must show first. */
export type Step = string | RegExp;

/** A screen of the embedded world, and the way to it. */
export interface Picture {
  /** Its name in docs/pictures, without `.svg`. */
  readonly file: string;
  /** What it shows, for those who do not see it. */
  readonly title: string;
  /** Columns x rows. */
  readonly size: `${number}x${number}`;
  /** What opsdeck is started with. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The last one is what must be on the screen when the picture is taken. */
  readonly steps: readonly [...Step[], RegExp];
  /** How long one step may take, in ms. */
  readonly patience?: number;
}
