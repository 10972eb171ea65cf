/** Three-valued: what is not known is never true. */
export type Tri = 'true' | 'false' | 'unknown';

export const triOf = (value: boolean | undefined): Tri =>
  value === undefined ? 'unknown' : value ? 'true' : 'false';

export const not = (value: Tri): Tri =>
  value === 'unknown' ? 'unknown' : value === 'true' ? 'false' : 'true';

export const and = (values: readonly Tri[]): Tri =>
  values.includes('false') ? 'false' : values.includes('unknown') ? 'unknown' : 'true';

export const or = (values: readonly Tri[]): Tri =>
  values.includes('true') ? 'true' : values.includes('unknown') ? 'unknown' : 'false';
