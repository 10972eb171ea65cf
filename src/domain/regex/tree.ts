/** A regular expression taken apart, so far as engines differ in what it costs and how it is written. `re2`: what it is for RE2. */
export type RegexTree =
  /** `splitsLineEnds`: of the four that end a line in JavaScript it matches some only. */
  | { readonly is: 'one'; readonly re2: string; readonly splitsLineEnds?: true }
  | { readonly is: 'place'; readonly re2: string }
  | { readonly is: 'sequence' | 'choice'; readonly parts: readonly RegexTree[] }
  /** `re2`: what opens it, `(` or `(?:`. `changesCase`: it switches the flag i on or off. */
  | { readonly is: 'group'; readonly re2: string; readonly of: RegexTree; readonly changesCase?: true }
  | {
      readonly is: 'repeat';
      readonly of: RegexTree;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    }
  /** Lookahead and lookbehind: RE2 has neither. */
  | { readonly is: 'look'; readonly of: RegexTree }
  /** A reference to what a group has matched: RE2 has none. */
  | { readonly is: 'reference' };
