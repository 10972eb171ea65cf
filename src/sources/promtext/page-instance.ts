import {
  type Endpoint,
  type Fault,
  type Feed,
  type FeedKind,
  type HttpAnswer,
  type Millis,
  nextTurn,
  onDemandStaleMs,
  openEndpoint,
  type ReadIo,
  RemediedError,
  staleAfter,
  statusError,
  WireError,
} from '../../sdk.ts';

import { type PromtextConfig, pageAddresses } from './config.ts';
import type { MetricsPage } from './scan/page.ts';
import { scanPageInTurns } from './scan/scan.ts';

/** A page and the time of its request. */
export interface ScrapeResult {
  readonly page: MetricsPage;
  readonly sentAt: Millis;
  /** From the response; '' when absent. */
  readonly contentType: string;
}

/**
 * Prefers the text format, which all exporters support; OpenMetrics is parsed as well. Not listed explicitly, since
 * Spring Boot would then prefer it (tested with Spring Boot 3.5).
 */
const acceptHeader =
  'text/plain;version=1.0.0;escaping=allow-utf-8, text/plain;version=0.0.4;q=0.9, */*;q=0.1';

/** Scrapes the page and keeps only wanted names. Throws WireError, also for a page without metrics. */
export const scrapePage = async (
  { endpoint, now, wallNow }: PageInstance,
  signal: AbortSignal,
  names?: ReadonlySet<string>,
): Promise<ScrapeResult> => {
  const answer = await endpoint.get('', signal, { headers: { accept: acceptHeader } });
  const sentAt = now() - answer.latencyMs;
  const problem = statusError(answer, wallNow());
  if (problem?.kind === 'missing')
    throw new RemediedError(
      'missing',
      problem.message,
      'check the path. In Spring Boot, expose prometheus with management.endpoints.web.exposure.include',
    );
  if (problem !== undefined) throw problem;
  const contentType = answer.headers['content-type'] ?? '';
  const openMetrics = contentType.toLowerCase().includes('openmetrics-text');
  const { text } = answer;
  const options = { openMetrics, ...(names === undefined ? {} : { names }) };
  const page = await scanPageInTurns(text, options, nextTurn);
  signal.throwIfAborted();
  if (page.sampleCount === 0 && (page.flawCount > 0 || text.trim() === ''))
    throw notMetricsError(page, answer, text);
  return { page, sentAt, contentType };
};

/** Quotes nothing of the page: it may be a login form that repeats our credentials. */
const notMetricsError = (page: MetricsPage, { headers }: HttpAnswer, text: string): WireError => {
  const type = headers['content-type']?.split(';')[0]?.trim() ?? '';
  if (text.trim() === '')
    return new WireError('malformed', 'expected metrics in text format, got an empty body');
  const got = type === '' ? 'something else' : type;
  const line = page.flaws[0]?.line ?? 1;
  return new WireError(
    'malformed',
    `expected metrics in text format, got ${got} (line ${line} is not a sample)`,
  );
};

/** One exposition page. */
export interface PageInstance {
  readonly source: string;
  /** '' for a single page. */
  readonly name: string;
  /** 'shop at http://10.0.0.7:8081/actuator/prometheus' */
  readonly where: string;
  readonly endpoint: Endpoint;
  readonly config: PromtextConfig;
  now(): Millis;
  /** The machine's wall clock, compared with the servers' dates. */
  wallNow(): Millis;
  /** Converts a failed scrape to a fault. */
  fault(error: unknown): Fault;
}

export const openPageInstances = (
  source: string,
  config: PromtextConfig,
  io: ReadIo,
): readonly PageInstance[] =>
  pageAddresses(config).map(({ name, url }) => {
    const endpoint = openEndpoint(source, { ...config, url }, io);
    return {
      source,
      name,
      where: `${name || (config.service ?? source)} at ${endpoint.url('')}`,
      endpoint,
      config,
      now: () => io.clock.now(),
      wallNow: io.clock.wallNow,
      fault: (error) => endpoint.fault('', error),
    };
  });

/** Properties of an instance's feed besides its read function. */
interface PromtextFeedOptions {
  readonly name: string;
  readonly kind: FeedKind;
  readonly signals?: readonly string[];
  readonly needsTwo?: boolean;
  /** Read on demand only. */
  readonly onDemand?: boolean;
}

export const promtextFeed = (
  { source, name, config }: PageInstance,
  { name: feed, kind, signals, needsTwo, onDemand = false }: PromtextFeedOptions,
  read: Feed['read'],
): Feed => ({
  id: `${source}/${feed}${name === '' ? '' : `@${name}`}`,
  source,
  name: feed,
  kind,
  ...(name === '' ? {} : { instance: name }),
  ...(signals === undefined ? {} : { signals }),
  ...(needsTwo === undefined ? {} : { needsTwo }),
  everyMs: onDemand ? 0 : config.every,
  staleMs: onDemand ? onDemandStaleMs : staleAfter(config.every),
  timeoutMs: config.timeout,
  read,
});
