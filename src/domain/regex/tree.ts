/** A parsed regular expression, with what matters for its cost and for its RE2 syntax. `re2`: the RE2 source. */
export type RegexTree =
  /**
   * `splitsLineEnds`: it matches some but not all of JavaScript's four line ends. `literal`: it matches this printable character
   * of ASCII and no other, except the same letter in the other case with flag i.
   */
  | { readonly is: 'one'; readonly re2: string; readonly splitsLineEnds?: true; readonly literal?: string }
  | { readonly is: 'place'; readonly re2: string }
  | { readonly is: 'sequence' | 'choice'; readonly parts: readonly RegexTree[] }
  /** `re2`: its opening, `(` or `(?:`. `changesCase`: it switches the flag i on or off. */
  | { readonly is: 'group'; readonly re2: string; readonly of: RegexTree; readonly changesCase?: true }
  | {
      readonly is: 'repeat';
      readonly of: RegexTree;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    }
  /** Lookahead and lookbehind, which RE2 does not support. */
  | { readonly is: 'look'; readonly of: RegexTree }
  /** A backreference, which RE2 does not support. */
  | { readonly is: 'reference' };
