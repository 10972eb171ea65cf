import { X509Certificate } from 'node:crypto';
import type { Fault } from '../../../domain/base/fault.ts';
import type { Sample } from '../../../domain/facts/facts.ts';
import { dayMs } from '../../../domain/text/duration.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { apiResources, objectPath } from '../api/api-resources.ts';
import { kubernetesReadSchema } from '../api/config.ts';
import { type KubeParts, resolveNamespaces } from '../api/parts.ts';
import { kubeFeed } from './resource-feed.ts';

const intervalMs = 300_000;

/**
 * Days until certificates in secrets expire. Reads one key of each secret and keeps nothing of it. Undefined when no
 * signal needs it.
 */
export const certificateExpiryFeed = (parts: KubeParts): Feed | undefined => {
  const { client, source } = parts;
  const expiryReads = parts.signals.flatMap(({ id, read }) => {
    const form = kubernetesReadSchema.parse(read);
    return 'secretExpiry' in form ? [{ id, ...form }] : [];
  });
  if (expiryReads.length === 0) return undefined;
  const words = {
    name: 'secrets',
    kind: 'samples',
    atLeastMs: intervalMs,
    requests: expiryReads.length,
  } as const;
  return kubeFeed(parts, { ...words, signals: expiryReads.map(({ id }) => id) }, async (signal) => {
    const items: Sample[] = [];
    const faults: Fault[] = [];
    for (const { id, secretExpiry, key = 'tls.crt', namespace } of expiryReads) {
      let path = objectPath(apiResources.secret, namespace ?? '*', secretExpiry);
      try {
        const [first = 'default'] = await resolveNamespaces(parts, signal);
        path = objectPath(apiResources.secret, namespace ?? first, secretExpiry);
        const until = certificateDaysLeft(await client.get(path, signal), key);
        const value = (until - client.wallNow()) / dayMs;
        items.push({ source, at: client.now(), signal: id, labels: {}, value });
      } catch (error) {
        faults.push(client.fault(path, error));
      }
    }
    return { items, faults };
  });
};

/**
 * Days until the certificate under a key of a secret expires; of a chain, the first, which is the server's own. Throws
 * WireError.
 */
const certificateDaysLeft = (secret: unknown, key: string): number => {
  const encoded = text(field(field(secret, 'data'), key));
  if (encoded === undefined)
    throw new WireError('missing', `the Secret has no key ${key}: check key of the signal`);
  try {
    return Date.parse(new X509Certificate(Buffer.from(encoded, 'base64')).validTo);
  } catch {
    throw new WireError('malformed', `${key} is not a PEM certificate. Name another key with key:`);
  }
};
