import type { Bound } from '../../../domain/facts/threshold.ts';
import { formatThreshold as plainBound } from '../../../domain/facts/threshold.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { formatBytes, formatCount } from '../../../domain/text/format.ts';

/** True for bytes, which are formatted in powers of 1024 with their unit. Other units appear in the title. */
export const isBytes = (unit: string): boolean => unit === 'B' || unit === 'bytes';

/** 'error rate %' */
export const titleWithUnit = (label: string, unit: string): string =>
  isBytes(unit) || unit === '' ? label : `${label} ${unit}`;

const decimalsAt = (size: number): number => {
  if (size >= 100) return 0;
  if (size >= 10) return 1;
  return size >= 0.01 || size === 0 ? 2 : 4;
};

/**
 * Formats a number with the decimals that matter at its size. A share of almost 100 % is never rounded up to 100, because
 * its limits are often above 99.
 */
export const formatNumber = (value: number, unit: string): string => {
  if (isBytes(unit)) return formatBytes(value);
  if (unit === '%' && value > 99 && value < 100) return formatCount(Math.floor(value * 100 + 1e-6) / 100, 2);
  return formatCount(value, decimalsAt(Math.abs(value)));
};

/** Maximum decimals of a limit. */
const limitDecimals = 6;

/** Formats a limit in full: a rounded one would look like a value that does not reach it. */
const formatLimit = (value: number, unit: string): string =>
  isBytes(unit) ? formatBytes(value) : formatCount(value, limitDecimals);

export const formatValue = (value: number | string | undefined, unit: string): string =>
  typeof value === 'number' ? formatNumber(value, unit) : (value ?? formatCount(undefined));

/** The number of a value and its unit, for a table whose units are a column of their own. */
export const splitValue = (
  value: number | string | undefined,
  unit: string,
): { readonly number: string; readonly unit: string } => {
  if (typeof value !== 'number') return { number: formatValue(value, unit), unit: '' };
  if (!isBytes(unit)) return { number: formatNumber(value, unit), unit };
  const [number = '', own = ''] = formatBytes(value).split(' ');
  return { number, unit: own };
};

/** Formats an age in at most three cells, so that the text before it does not shift: 59s, 13m, 4h, 6d. */
export const compactAge = (ms: number): string => {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${seconds}s`;
  if (minutes < 60) return `${minutes}m`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1440)}d`;
};

/** '≥ 99.95' */
export const formatBound = (bound: Bound, unit: string): string =>
  plainBound(bound, (value) => formatLimit(value, unit));

/** Formats the limits: 'warn at ≥ 1, crit at ≥ 5, for 1m, clears at < 4'; '' without limits. */
export const formatCellThreshold = ({ threshold, unit }: Pick<SignalSpec, 'threshold' | 'unit'>): string => {
  const { warn, crit, clear, forMs } = threshold;
  if (warn === undefined && crit === undefined) return '';
  const bounds = [
    ['warn at', warn],
    ['crit at', crit],
    ['clears at', clear?.warn],
    ['clears at', clear?.crit],
  ] as const;
  const parts = bounds.map(([label, bound]) =>
    bound === undefined ? '' : `${label} ${formatBound(bound, unit)}`,
  );
  parts.splice(2, 0, forMs === undefined || forMs === 0 ? '' : `for ${formatDuration(forMs)}`);
  return parts.filter((part) => part !== '').join(', ');
};

/** Powers that an axis abbreviates, with their letter. */
const axisUnits = { decimal: ['', 'k', 'M', 'G', 'T'], binary: ['', 'K', 'M', 'G', 'T'] };

/** Formats a number for the axis of a small chart, in at most five cells: '3.8k', '185M', '0.14'. */
export const formatAxisNumber = (value: number, unit: string): string => {
  const [base, letters] = isBytes(unit) ? [1024, axisUnits.binary] : [1000, axisUnits.decimal];
  let size = value;
  let step = 0;
  while (Math.abs(size) >= base * 0.9995 && step < letters.length - 1) [size, step] = [size / base, step + 1];
  const digits = Math.abs(size) >= 100 ? 0 : Math.abs(size) >= 10 || step > 0 ? 1 : 2;
  const isTiny = step === 0 && size !== 0 && Math.abs(size) < 0.01;
  return `${formatCount(size, isTiny ? 4 : digits)}${letters[step] ?? ''}`;
};
