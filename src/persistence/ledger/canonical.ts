/**
 * JSON of which there is one spelling only: keys sorted by code unit, no blanks, absent values left out, 64-bit
 * integers as decimal strings, what is no number null. Both the ledger's lines and what is hashed. After RFC 8785.
 */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === 'bigint') return JSON.stringify(value.toString());
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(present(one))).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(present(value));
  const fields = Object.entries(value)
    .filter(([, held]) => held !== undefined && typeof held !== 'function')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, held]) => `${JSON.stringify(key)}:${canonicalJson(held)}`);
  return `{${fields.join(',')}}`;
};

/** What has no JSON of its own is null. */
const present = (value: unknown): unknown =>
  value === undefined || typeof value === 'function' || typeof value === 'symbol' ? null : value;
