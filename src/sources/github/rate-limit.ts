import type { Millis } from '../../domain/base/fault.ts';
import { formatAge } from '../../domain/text/duration.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';

/** The state of the primary rate limit, from the headers of a response. Source: GitHub docs, Rate limits for the REST API. */
export interface RateLimit {
  /** Requests per hour. */
  readonly limit: number;
  readonly remaining: number;
  /** Wall-clock ms at which the limit is full again. */
  readonly resetAt: Millis;
}

type Headers = Readonly<Record<string, string>>;

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** Reads the headers of the core limit; undefined when the response has none, or those of another resource. */
export const rateLimitOf = (headers: Headers): RateLimit | undefined => {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    wholeNumber(headers[`x-ratelimit-${name}`]),
  );
  const resource = headers['x-ratelimit-resource'] ?? 'core';
  if (limit === undefined || remaining === undefined || reset === undefined || resource !== 'core')
    return undefined;
  return { limit, remaining, resetAt: reset * 1000 };
};

const countText = (value: number): string => value.toLocaleString('en-US');

/** '4,987 of 5,000 requests left, resets in 12m' */
export const rateLimitText = ({ limit, remaining, resetAt }: RateLimit, wallNow: Millis): string =>
  `${countText(remaining)} of ${countText(limit)} requests left, resets in ${formatAge(resetAt - wallNow)}`;

/** The error of a request that the rate limit does not permit before its reset. */
export const rateLimitError = (limit: RateLimit, wallNow: Millis): WireError =>
  new WireError(
    'throttled',
    `rate limit: ${rateLimitText(limit, wallNow)}`,
    Math.max(1000, limit.resetAt - wallNow),
  );

/** The number of requests that polling leaves to operators: never more than a tenth of the limit. */
const reserveOf = ({ limit }: RateLimit, reserve: number): number =>
  Math.min(reserve, Math.floor(limit / 10));

/** Returns whether polling has to wait for the reset. Without a reserve it stops when nothing is left. */
export const isUsedUp = (
  limit: RateLimit | undefined,
  reserve: number,
  wallNow: Millis,
): limit is RateLimit =>
  limit !== undefined && wallNow < limit.resetAt && limit.remaining <= reserveOf(limit, reserve);
