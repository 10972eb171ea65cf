import type { Millis } from '../base/fault.ts';
import { cutText } from './cut-text.ts';
import { formatBytes, formatCount, isoTime } from './format.ts';

/** Returns whether a value is an object with fields: neither null nor a list. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields with numeric identifiers: shown without digit grouping. */
const naming = new Set(['pid', 'partition', 'run', 'httpStatus', 'generation', 'revision']);
const percents = new Set(['failureRate', 'slowCallRate', 'failureRateThreshold', 'slowCallRateThreshold']);

/**
 * Formats a field's number with the unit that its name implies: 'durationMs' in ms, 'memoryBytes' in powers of 1024.
 */
export const formatFieldNumber = (name: string, value: number): string => {
  if (naming.has(name)) return String(value);
  if (percents.has(name)) return `${formatCount(value, 1)} %`;
  if (/bytes$/i.test(name)) return formatBytes(value);
  if (name.endsWith('Ms')) return `${formatCount(value, 1)} ms`;
  if (/seconds$/i.test(name)) return `${formatCount(value, 1)} s`;
  if (/cores$/i.test(name)) return `${formatCount(value, 3)} cores`;
  return formatCount(value, 3);
};

/** Formats a signal value with at most three decimals and its unit. */
export const formatMeasurement = (value: number | string, unit: string): string => {
  if (typeof value === 'string') return value;
  if (unit === 'B' || unit === 'bytes') return formatBytes(value);
  const number = formatCount(value, 3);
  return unit === '' ? number : `${number} ${unit}`;
};

/** Names of columns and paths whose number is a time: 'last_archived_epoch', 'status.startTime'. */
const isMoment = /(?:^|[_.])(?:epoch|time|timestamp|at)$|(?:Time|Timestamp|At|_epoch(?:_s|_ms)?)$/i;
const year2001 = 1e9;
const year2096 = 4e9;

const momentOf = (name: string, value: number): Millis | undefined => {
  if (!isMoment.test(name)) return undefined;
  if (value >= year2001 && value < year2096) return value * 1000;
  return value >= year2001 * 1000 && value < year2096 * 1000 ? value : undefined;
};

const uid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const longNumber = /^-?\d+\.\d{7,}$/;

/** Removes secrets from a text before it is truncated. */
export type Hide = (text: string) => string;

const mostShown = 120;

/** Formats a value of a result for people: a time as ISO 8601, a uid by its first characters, at most six decimals. */
export const resultText = (name: string, value: unknown, hide: Hide = (text) => text): string => {
  const number = typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
  const time = number ? momentOf(name, Number(value)) : undefined;
  if (time !== undefined) return isoTime(time);
  if (typeof value === 'number') return formatCount(value, 6);
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  if (uid.test(text)) return `${text.slice(0, 8)}…`;
  if (longNumber.test(text)) return formatCount(Number(text), 6);
  return text.length > mostShown ? cutText(hide(text), mostShown) : text;
};
