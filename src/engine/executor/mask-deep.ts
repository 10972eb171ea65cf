const masked = (value: unknown, mask: (text: string) => string): unknown => {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((one) => masked(one, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, masked(held, mask)]));
};

/** The same data with every text in it masked. For plain data only: classes and functions do not survive. */
export const maskDeep = <T>(value: T, mask: (text: string) => string): T =>
  // Only texts are replaced, by texts: the shape stays.
  masked(value, mask) as T;
