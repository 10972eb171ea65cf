import { WireError } from '../failures.ts';
import type { HttpAnswer, HttpRequest } from './http-messages.ts';

const defaultLimit = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** How many redirects a request follows: only reads do, unless they say 0. */
export const redirectLimit = (request: HttpRequest): number =>
  request.method === 'GET' || request.method === 'HEAD' ? (request.maxRedirects ?? defaultLimit) : 0;

/**
 * Follows redirects on the same origin, so that credentials never leave it; a redirect elsewhere is the answer, and its
 * `location` says where it points. A loop, or more redirects than the limit, is a `malformed` WireError.
 */
export const follow = async (
  request: HttpRequest,
  limit: number,
  send: (request: HttpRequest) => Promise<HttpAnswer>,
): Promise<HttpAnswer> => {
  const trail: string[] = [];
  let url = new URL(request.url).href;
  let latencyMs = 0;
  for (;;) {
    trail.push(url);
    const answer = await send({ ...request, url });
    latencyMs += answer.latencyMs;
    const next = limit === 0 ? undefined : sameOriginTarget(answer, url);
    if (next === undefined) return withLatency(answer, latencyMs);
    if (trail.includes(next))
      throw new WireError('malformed', `redirects in a loop: ${path(url)} → ${path(next)}`);
    if (trail.length > limit) throw new WireError('malformed', `more than ${limit} redirects`);
    url = next;
  }
};

/** Where a redirect of this answer points, when that is the same origin. */
const sameOriginTarget = (answer: HttpAnswer, from: string): string | undefined => {
  const to = redirectTarget(answer, from);
  return to !== undefined && new URL(to).origin === new URL(from).origin ? to : undefined;
};

/** Where an answer redirects to, whole; undefined when it does not. */
export const redirectTarget = (answer: HttpAnswer, from = answer.url): string | undefined => {
  const location = answer.headers.location;
  if (!redirects.has(answer.status) || location === undefined || !URL.canParse(location, from))
    return undefined;
  const to = new URL(location, from);
  to.hash = '';
  return to.href;
};

/** Descriptors, because `text` is worked out only when asked for. */
const withLatency = (answer: HttpAnswer, latencyMs: number): HttpAnswer =>
  answer.latencyMs === latencyMs
    ? answer
    : Object.defineProperties(answer, { latencyMs: { value: latencyMs, enumerable: true } });

const path = (url: string): string => new URL(url).pathname;
