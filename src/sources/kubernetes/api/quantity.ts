/** Source: Kubernetes, resource.Quantity: a decimal number with a binary, decimal or exponent suffix. */
const scales: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Divisors, because 175 * 1e-3 is not 0.175. */
const fractions: Readonly<Record<string, number>> = { n: 1e9, u: 1e6, m: 1e3 };

/** Parses a quantity: '250m' → 0.25, '512Mi' → 536870912, '1e3' → 1000; undefined when it is not one. */
export const parseQuantity = (value: unknown): number | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const [, amount, suffix = ''] = /^([+-]?\d*\.?\d+(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(value.trim()) ?? [];
  const scale = scales[suffix];
  const part = fractions[suffix];
  if (amount === undefined) return undefined;
  if (part !== undefined) return Number(amount) / part;
  return scale === undefined ? undefined : Number(amount) * scale;
};
