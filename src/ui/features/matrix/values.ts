import { formatDuration } from '../../../domain/duration.ts';
import { formatBytes, formatCount } from '../../../domain/format.ts';
import type { SignalSpec } from '../../../domain/profile.ts';
import type { Bound } from '../../../domain/threshold.ts';
import { formatThreshold as plainBound } from '../../../domain/threshold.ts';

/** Bytes are told in powers of 1024 with their unit; other units stand beside the title. */
const isBytes = (unit: string): boolean => unit === 'B' || unit === 'bytes';

/** 'error rate %' */
export const titleWithUnit = (label: string, unit: string): string =>
  isBytes(unit) || unit === '' ? label : `${label} ${unit}`;

/** A number with no more places than tell something at its size. */
export const formatNumber = (value: number, unit: string): string => {
  if (isBytes(unit)) return formatBytes(value);
  const size = Math.abs(value);
  return formatCount(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
};

export const formatValue = (value: number | string | undefined, unit: string): string =>
  typeof value === 'number' ? formatNumber(value, unit) : (value ?? formatCount(undefined));

/** An age in three cells at most, so that what stands before it does not move with every second: 59s, 13m, 4h, 6d. */
export const compactAge = (ms: number): string => {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${seconds}s`;
  if (minutes < 60) return `${minutes}m`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1440)}d`;
};

/** '≥ 5' */
export const formatBound = (bound: Bound, unit: string): string =>
  plainBound(bound, (value) => formatNumber(value, unit));

/** 'warn at ≥ 1, crit at ≥ 5, held 1m, back at < 4'; '' when nothing is a limit. */
export const formatCellThreshold = ({ threshold, unit }: Pick<SignalSpec, 'threshold' | 'unit'>): string => {
  const { warn, crit, clear, forMs } = threshold;
  if (warn === undefined && crit === undefined) return '';
  const bounds = [
    ['warn at', warn],
    ['crit at', crit],
    ['clears at', clear?.warn],
    ['clears at', clear?.crit],
  ] as const;
  const told = bounds.map(([words, bound]) =>
    bound === undefined ? '' : `${words} ${formatBound(bound, unit)}`,
  );
  told.splice(2, 0, forMs === undefined || forMs === 0 ? '' : `for ${formatDuration(forMs)}`);
  return told.filter((part) => part !== '').join(', ');
};
