import { type HttpAnswer, type Millis, nextTurn, RemediedError, statusError, WireError } from '../../sdk.ts';
import type { Instance } from './instance.ts';
import type { Page } from './scan/page.ts';
import { scanInTurns } from './scan/scan.ts';

/** A page and when it was asked for. */
export interface Scrape {
  readonly page: Page;
  readonly sentAt: Millis;
  /** As the server says, or '' when it does not. */
  readonly contentType: string;
}

/**
 * The text format first, since all exporters have it; OpenMetrics is read as well. Spring Boot prefers OpenMetrics as soon
 * as it is named, so it is not (Spring Boot 3.5, tried).
 */
const accept = 'text/plain;version=1.0.0;escaping=allow-utf-8, text/plain;version=0.0.4;q=0.9, */*;q=0.1';

/** Reads the page; of names that are not wanted nothing is kept. Throws WireError, also for a page that holds no metrics. */
export const scrapePage = async (
  { endpoint, now, wallNow }: Instance,
  signal: AbortSignal,
  wanted?: ReadonlySet<string>,
): Promise<Scrape> => {
  const answer = await endpoint.get('', signal, { headers: { accept } });
  const sentAt = now() - answer.latencyMs;
  const problem = statusError(answer, wallNow());
  if (problem?.kind === 'missing')
    throw new RemediedError(
      'missing',
      problem.message,
      'check the path of the page; Spring Boot: expose prometheus by management.endpoints.web.exposure.include',
    );
  if (problem !== undefined) throw problem;
  const contentType = answer.headers['content-type'] ?? '';
  const openMetrics = contentType.toLowerCase().includes('openmetrics-text');
  const { text } = answer;
  const options = { openMetrics, ...(wanted === undefined ? {} : { wanted }) };
  const page = await scanInTurns(text, options, nextTurn);
  signal.throwIfAborted();
  if (page.samples === 0 && (page.flawCount > 0 || text.trim() === '')) throw notMetrics(page, answer, text);
  return { page, sentAt, contentType };
};

/** Nothing of the page is quoted: it may be a login form that repeats what we sent. */
const notMetrics = (page: Page, { headers }: HttpAnswer, text: string): WireError => {
  const type = headers['content-type']?.split(';')[0]?.trim() ?? '';
  if (text.trim() === '') return new WireError('malformed', 'expected metrics as text, got an empty body');
  const got = type === '' ? 'something else' : type;
  const line = page.flaws[0]?.line ?? 1;
  return new WireError('malformed', `expected metrics as text, got ${got} (line ${line} is no sample)`);
};
