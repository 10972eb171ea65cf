/** A word of a filter: what it asks for, and at which character it stands. */
export interface Word {
  readonly at: number;
  /** `!`: rows that it does not fit. */
  readonly not: boolean;
  readonly is: 'text' | 'expression' | 'label';
  /** Of a label: its key. */
  readonly key: string;
  /** Without its marks and quotes. */
  readonly value: string;
  /** Where the value begins, counted in characters of the filter. */
  readonly valueAt: number;
}

/** Blanks, marks, then a value in quotes (which may lack the last one while it is typed) or up to the next blank. */
const pattern = /(\s*)(!?)(~|[A-Za-z_][\w.:/-]*=)?(?:(")([^"]*)"?|(\S*))/g;

const kindOf = (mark: string): Word['is'] => {
  if (mark === '') return 'text';
  return mark === '~' ? 'expression' : 'label';
};

/** `psp !~time.?out owner="team a"`: its words. A mark that nothing follows asks for nothing. */
export const wordsOf = (filter: string): readonly Word[] =>
  [...filter.matchAll(pattern)].flatMap((match): readonly Word[] => {
    const [, blanks = '', not = '', mark = '', quote = '', quoted = '', bare = ''] = match;
    const at = match.index + blanks.length;
    const value = quoted + bare;
    const is = kindOf(mark);
    if (value === '' && is !== 'label') return [];
    const valueAt = at + not.length + mark.length + quote.length;
    return [{ at, not: not !== '', is, key: is === 'label' ? mark.slice(0, -1) : '', value, valueAt }];
  });
