import type { Millis } from '../base/fault.ts';

/** A day in ms. */
export const dayMs: Millis = 86_400_000;

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Parses '250ms', '15s', '1h30m' or '2d' to ms; undefined when it is not a duration. A number without a unit is
 * invalid.
 */
export const parseDuration = (text: string): Millis | undefined => {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g))
    total += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  return total;
};

/** Formats an age with at most two units, as on the screen: 4s, 3m27s, 2h, 6d. Under 1 s: 0s. */
export const formatAge = (ms: Millis): string => {
  const s = Math.floor(Math.max(0, ms) / 1000);
  if (s < 60) return `${s}s`;
  const m = Math.floor(s / 60);
  if (m < 10 && s % 60 > 0) return `${m}m${String(s % 60).padStart(2, '0')}s`;
  if (m < 60) return `${m}m`;
  const h = Math.floor(m / 60);
  return h < 48 ? `${h}h` : `${Math.floor(h / 24)}d`;
};

/** Formats a duration as in a profile: 15s, 1m30s, 250ms. Parses back to the same ms. */
export const formatDuration = (ms: Millis): string => {
  if (ms === 0) return '0s';
  let rest = Math.round(ms);
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = unitMs[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
};
