import type { Millis } from '../../../domain/fault.ts';
import { durationMs } from '../../promql/duration.ts';

const rfc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** A moment in ms: Unix seconds or RFC 3339; undefined when it is neither. */
export const momentIn = (text: string): Millis | undefined => {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  return rfc.test(text) ? Date.parse(text) : undefined;
};

/** A span in ms: seconds, or a duration of PromQL; undefined when it is neither. */
export const spanIn = (text: string): Millis | undefined => {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text) * 1000;
  return /^(?:\d+(?:ms|[smhdwy]))+$/.test(text) ? durationMs(text) : undefined;
};

export const badMoment = (name: string, text: string): string =>
  `Invalid time value for '${name}': cannot parse ${JSON.stringify(text)} to a valid timestamp`;
export const badSpan = (text: string): string => `cannot parse ${JSON.stringify(text)} to a valid duration`;
