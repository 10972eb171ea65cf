/** A regular expression taken apart, so far as engines differ in what it costs and how it is written. `re2`: what it is for RE2. */
export type RegexTree =
  | { readonly is: 'one' | 'place'; readonly re2: string }
  | { readonly is: 'sequence' | 'choice'; readonly parts: readonly RegexTree[] }
  /** `re2`: what opens it, `(` or `(?i:`. */
  | { readonly is: 'group'; readonly re2: string; readonly of: RegexTree }
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
