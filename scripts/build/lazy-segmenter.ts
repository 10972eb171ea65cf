/**
 * An `Intl.Segmenter` that is made when it is first used. The bundle puts it in the place of the real one (see
 * `options.ts`): libraries make theirs while they are loaded, and the first one takes 8 ms (Node 24.21).
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
