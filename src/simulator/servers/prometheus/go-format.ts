import type { Millis } from '../../../domain/fault.ts';

/** A number as Go's `FormatFloat(v, 'f', -1, 64)` writes it: every digit, never an exponent. */
export const goFloat = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const plain = String(value);
  if (!plain.includes('e')) return Object.is(value, -0) ? '-0' : plain;
  const [mantissa = '', exponent = '0'] = plain.replace('-', '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const power = Number(plain.split('e')[1] ?? exponent);
  const digits = `${whole}${fraction}`;
  const text = power < 0 ? `0.${'0'.repeat(-power - 1)}${digits}` : digits.padEnd(whole.length + power, '0');
  return value < 0 ? `-${text}` : text;
};

/** A number as Go's format 'e' with the shortest mantissa: 25 → '2.5e+01'. */
export const goExponent = (value: number): string => {
  if (!Number.isFinite(value)) return goFloat(value);
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const size = String(Math.abs(Number(power))).padStart(2, '0');
  return `${digits}e${Number(power) < 0 ? '-' : '+'}${size}`;
};

/** RFC 3339 with milliseconds, as the Alertmanager and Prometheus write times. */
export const rfc3339 = (at: Millis): string => new Date(Math.round(at)).toISOString();
