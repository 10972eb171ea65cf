import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import { noFingerprint, readPart } from '../kit/contract/fingerprint.ts';
import { field, text } from '../kit/values/wire-value.ts';
import type { PagerdutyClient } from './client.ts';
import { parsePage } from './parse.ts';

/** Any service: the addresses of all have the host of the account. */
const oneServicePath = '/services?limit=1';

/**
 * Reads which account answers, by the host of its web pages. An account without services cannot tell. Source: PagerDuty docs, REST API,
 * List services. Throws WireError.
 */
export const pagerdutyFingerprint = (
  { api }: Pick<PagerdutyClient, 'api'>,
  signal: AbortSignal,
): Promise<SystemFingerprint> =>
  readPart('account', async () => {
    const { items } = parsePage(await api.read(oneServicePath, signal), 'services');
    const page = text(field(items[0], 'html_url')) ?? '';
    return URL.canParse(page) ? { parts: { account: new URL(page).host } } : noFingerprint;
  });
