import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { redirectTarget } from '../../platform/network/status.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { type Endpoint, openEndpoint } from '../kit/contract/endpoint.ts';
import type { GithubConfig } from './config.ts';
import { githubError } from './github-error.ts';
import { isUsedUp, type RateLimit, rateLimitError, rateLimitOf } from './rate-limit.ts';

/** The version of the API that the parsers are written for. */
const apiVersion = '2022-11-28';

/** Headers of every request. */
export const apiHeaders: Readonly<Record<string, string>> = {
  accept: 'application/vnd.github+json',
  'x-github-api-version': apiVersion,
};

/** Responses that are kept for conditional requests. */
const maxKept = 300;

/** The largest log of a job that is read. */
const maxLogBytes = 32 * 1024 * 1024;

/** A response that GitHub confirms with 304, which does not count against the rate limit. */
interface KeptResponse {
  readonly etag: string;
  readonly body: unknown;
  readonly next: string | undefined;
}

interface ReadOptions {
  /** The permission of a fine-grained token, for the remedy: 'actions: read'. */
  readonly needs?: string;
  /** True: for an operator, who may use the reserve of the rate limit. Absent: polling. */
  readonly isUrgent?: boolean;
}

/** Reading client for the REST API of one repository. Every call throws WireError. */
export interface GithubClient {
  readonly source: string;
  readonly config: GithubConfig;
  readonly endpoint: Endpoint;
  /** '/repos/acme/shop' */
  readonly repoPath: string;
  /** Returns the body of a GET as JSON. A repeated GET is conditional. */
  json(path: string, signal: AbortSignal, how?: ReadOptions): Promise<unknown>;
  /** Follows the pages of a list until `most` items; `itemsOf` returns those of a page. */
  list(
    path: string,
    itemsOf: (body: unknown) => readonly unknown[],
    most: number,
    signal: AbortSignal,
    how?: ReadOptions,
  ): Promise<readonly unknown[]>;
  /** Returns a text that GitHub serves from a storage host, such as the log of a job. Credentials stay at GitHub. */
  text(path: string, signal: AbortSignal, how?: ReadOptions): Promise<string>;
  /** Returns the response of a GET whatever its status, to examine its headers. */
  probe(path: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** The rate limit as of the latest response; undefined when no response had it. */
  rateLimit(): RateLimit | undefined;
  /** Returns the error of a response; undefined when it succeeded. */
  errorOf(answer: HttpAnswer, needs?: string): WireError | undefined;
  fault(path: string, error: unknown): Fault;
  now(): Millis;
  /** The machine's wall clock. */
  wallNow(): Millis;
  /** Converts a wall-clock time to our clock. */
  toClock(wallMs: number): Millis;
}

/** The path of the next page, relative to the base. Source: RFC 8288; GitHub docs, Using pagination in the REST API. */
const nextPath = (link: string | undefined, base: string): string | undefined => {
  const target = /<([^>]*)>;\s*rel="next"/.exec(link ?? '')?.[1];
  if (target === undefined || !URL.canParse(target)) return undefined;
  const { pathname, search } = new URL(target);
  // A tunnel has another host than the links of GitHub.
  const prefix = new URL(base).pathname.replace(/\/+$/, '');
  return `${pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname}${search}`;
};

/** Opens the client of a config. Contacts nothing yet. */
export const openGithubClient = (source: string, config: GithubConfig, io: ReadIo): GithubClient => {
  const { repo, reserve } = config;
  const endpoint = openEndpoint(source, config, io);
  const kept = new Map<string, KeptResponse>();
  let limit: RateLimit | undefined;

  const get = async (
    path: string,
    signal: AbortSignal,
    { isUrgent = false }: ReadOptions,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> => {
    if (isUsedUp(limit, isUrgent ? 0 : reserve, io.clock.wallNow()))
      throw rateLimitError(limit, io.clock.wallNow());
    const answer = await endpoint.get(path, signal, { headers: { ...apiHeaders, ...headers } });
    limit = rateLimitOf(answer.headers) ?? limit;
    return answer;
  };

  const keep = (path: string, response: KeptResponse): void => {
    kept.delete(path);
    kept.set(path, response);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
  };

  const page = async (
    path: string,
    signal: AbortSignal,
    how: ReadOptions,
  ): Promise<Pick<KeptResponse, 'body' | 'next'>> => {
    const known = kept.get(path);
    const answer = await get(path, signal, how, known === undefined ? {} : { 'if-none-match': known.etag });
    if (answer.status === 304 && known !== undefined) return known;
    const error = githubError(answer, io.clock.wallNow(), how.needs);
    if (error !== undefined) throw error;
    const body = answer.json();
    const next = nextPath(answer.headers.link, endpoint.base);
    const { etag } = answer.headers;
    if (etag !== undefined) keep(path, { etag, body, next });
    return { body, next };
  };

  return {
    source,
    config,
    endpoint,
    repoPath: `/repos/${repo}`,
    json: async (path, signal, how = {}) => (await page(path, signal, how)).body,
    list: async (path, itemsOf, most, signal, how = {}) => {
      const items: unknown[] = [];
      let next: string | undefined = path;
      while (next !== undefined && items.length < most) {
        const read: Pick<KeptResponse, 'body' | 'next'> = await page(next, signal, how);
        items.push(...itemsOf(read.body));
        next = read.next;
      }
      return items.slice(0, most);
    },
    text: async (path, signal, how = {}) => {
      const answer = await get(path, signal, how);
      const target = redirectTarget(answer);
      if (target === undefined) {
        const error = githubError(answer, io.clock.wallNow(), how.needs);
        if (error !== undefined) throw error;
        return answer.text;
      }
      // The signed address of the storage host takes no credentials.
      if (!/^https:/.test(target) && /^https:/.test(endpoint.base))
        throw new WireError(
          'malformed',
          'GitHub gave an address without TLS for the log, so opsdeck does not read the log',
        );
      const stored = await io.get({ url: target, maxBytes: maxLogBytes }, signal);
      const error = githubError(stored, io.clock.wallNow());
      if (error !== undefined) throw new WireError(error.kind, `the storage of the log ${error.message}`);
      return stored.text;
    },
    probe: (path, signal) => get(path, signal, { isUrgent: true }),
    rateLimit: () => limit,
    errorOf: (answer, needs) => githubError(answer, io.clock.wallNow(), needs),
    fault: (path, error) => endpoint.fault(path, error),
    now: () => io.clock.now(),
    wallNow: io.clock.wallNow,
    toClock: (wallMs) => wallMs - io.clock.wallOffset(),
  };
};
