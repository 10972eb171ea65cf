import { formatBytes, formatCount } from './format.ts';

/** Time units in ascending order: symbol, seconds, and the size (in seconds) from which it is used. */
const timeScale = [
  ['ns', 1e-9, 0],
  ['µs', 1e-6, 1e-6],
  ['ms', 1e-3, 1e-3],
  ['s', 1, 1],
  ['min', 60, 120],
  ['h', 3600, 7200],
  ['d', 86_400, 172_800],
] as const;

const secondsPer: Readonly<Record<string, number>> = {
  ...Object.fromEntries(timeScale.map(([symbol, seconds]) => [symbol, seconds])),
  us: 1e-6,
};

/** From this size on, numbers use exponent notation. */
const exponentFrom = 1e15;

/** Formats a number with about three significant digits: 6.43, 32.9, 1,798,823, 0.0021. */
const significant = (value: number): string => {
  const size = Math.abs(value);
  if (size >= exponentFrom) return value.toExponential(2);
  if (size > 0 && size < 0.01) return String(Number(value.toPrecision(2)));
  return formatCount(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
};

const duration = (seconds: number): string => {
  const size = Math.abs(seconds);
  const [symbol, unit] = timeScale.findLast(([, , from]) => size >= from) ?? timeScale[0];
  const amount = seconds / unit;
  return `${formatCount(amount, Math.abs(amount) < 10 ? 1 : 0)} ${symbol}`;
};

const byteUnit = /^(B|bytes)(\/.+)?$/;

/** True for bytes and times, which are written in the unit that fits: '1.1 GiB' for 1,181,116,006 bytes. */
export const isScaledUnit = (unit: string): boolean => byteUnit.test(unit) || unit in secondsPer;

/**
 * Formats a measured value: bytes and times in the unit that fits ('1.1 GiB', '7.8 d', '970 ms'), others with about
 * three significant digits ('6.43 %', '24 /s'). Percentages keep two decimals: 99.95 % is not 100 %.
 */
export const formatQuantity = (value: number | undefined, unit: string): string => {
  if (value === undefined || !Number.isFinite(value)) return formatCount(value);
  if (unit === '') return significant(value);
  const [, bytes, rate] = byteUnit.exec(unit) ?? [];
  if (bytes !== undefined) return `${formatBytes(value)}${rate ?? ''}`;
  const seconds = secondsPer[unit];
  if (seconds !== undefined && value !== 0) return duration(value * seconds);
  if (unit === '%') return `${formatCount(value)} %`;
  return `${significant(value)} ${unit}`;
};
