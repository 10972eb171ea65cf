import type { Millis } from '../base/fault.ts';

const units: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Parses '64KB', '128MB' or '1.5GiB' to bytes, always in powers of 1024; undefined when it is not a size. */
export const parseSize = (text: string): number | undefined => {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmg]?)i?b$/i.exec(text.trim()) ?? [];
  const factor = units[unit.toLowerCase()];
  return amount === undefined || factor === undefined ? undefined : Math.round(Number(amount) * factor);
};

const plain = /^[\p{L}\p{N}_@%+=:,./-]+$/u;

/** Formats an argv for display: quotes what a shell would split or expand. Never passed to a shell. */
export const formatArgv = (argv: readonly string[]): string =>
  argv.map((text) => (plain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)).join(' ');

/** Display text of an absent value. */
export const absentText = '–';

type Maybe = number | undefined;
/** Display text of a number that is not finite: infinities as Prometheus writes them; absent and NaN → '–'. */
const withoutDigits = (value: Maybe): string =>
  value === undefined || Number.isNaN(value) ? absentText : value > 0 ? '+Inf' : '-Inf';
const present = (value: Maybe): value is number => value !== undefined && Number.isFinite(value);
const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/**
 * Formats a number: 48210 → '48,210', 1.5 → '1.5' (at most `decimals` places, no trailing zeros); absent and NaN
 * → '–', infinities → '+Inf', '-Inf'.
 */
export const formatCount = (value: Maybe, decimals = 2): string => {
  if (!present(value)) return withoutDigits(value);
  const [whole = '', part = ''] = Math.abs(value).toFixed(decimals).split('.');
  const rest = part.replace(/0+$/, '');
  const text = rest === '' ? grouped(whole) : `${grouped(whole)}.${rest}`;
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
};

/** Formats a percentage, 0 to 100: '82.0 %'; absent → '–'. */
export const formatPercent = (value: Maybe, decimals = 1): string =>
  present(value) ? `${value.toFixed(decimals)} %` : withoutDigits(value);

/** Formats a latency in ms: '0.4ms', '12ms', '4.8s', '41s', '3m27s'; absent → '–'. */
export const formatLatency = (ms: Maybe): string => {
  if (!present(ms)) return withoutDigits(ms);
  if (ms > 0 && ms < 0.95) return `${ms.toFixed(1)}ms`;
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  return seconds % 60 === 0
    ? `${seconds / 60}m`
    : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
};

/** Formats a size in powers of 1024: '512 B', '1.5 KiB', '40 GiB'; absent → '–'. */
export const formatBytes = (value: Maybe): string => {
  if (!present(value)) return withoutDigits(value);
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let size = value;
  let step = 0;
  while (Math.abs(size) >= 1023.95 && step < units.length - 1) [size, step] = [size / 1024, step + 1];
  return `${formatCount(size, Math.abs(size) < 10 && step > 0 ? 1 : 0)} ${units[step]}`;
};

/** Formats a change per second with its sign: '+61/s', '-1.4/s', '0/s'; absent → '–'. */
export const formatPerSecond = (value: Maybe): string => {
  if (!present(value)) return withoutDigits(value);
  const text = formatCount(value, Math.abs(value) < 10 ? 1 : 0);
  return `${value > 0 && text !== '0' ? '+' : ''}${text}/s`;
};

/** Formats the time of day in UTC: '10:15:07'. */
export const formatClockTime = (ms: Millis): string => isoTime(ms).slice(11, 19);

/** Formats a time as ISO 8601 in UTC, with ms: '2026-03-04T10:15:07.000Z'. */
export const isoTime = (ms: Millis): string => new Date(ms).toISOString();
