/** A number of PromQL: decimal, hexadecimal, Inf or NaN. */
export const numberOf = (text: string): number => {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : Number(text);
};
