/**
 * An `Intl.Segmenter` that is created on first use. The bundle substitutes it (see `options.ts`), because libraries create theirs
 * at load time and the first one takes 8 ms (Node 24.21).
 */
export class LazySegmenter {
  readonly #options: ConstructorParameters<typeof Intl.Segmenter>;
  #whole: Intl.Segmenter | undefined;

  constructor(...options: ConstructorParameters<typeof Intl.Segmenter>) {
    this.#options = options;
  }

  segment(text: string): Intl.Segments {
    this.#whole ??= new globalThis.Intl.Segmenter(...this.#options);
    return this.#whole.segment(text);
  }
}
