import { X509Certificate } from 'node:crypto';
import type { Sample } from '../../../domain/facts.ts';
import type { Fault } from '../../../domain/fault.ts';
import { WireError } from '../../../platform/failures.ts';
import type { Feed } from '../../source.ts';
import { field, text } from '../../wire-value.ts';
import { kubernetesReads } from '../config.ts';
import { kinds, objectPath } from '../kinds.ts';
import { type KubeParts, namespacesRead } from '../parts.ts';
import { feedOf } from './followed.ts';

const everyMs = 300_000;
const dayMs = 86_400_000;

/** Days until certificates in secrets end: one key of each secret is looked at, and nothing of it kept. Undefined: no signal asks. */
export const secretsFeed = (parts: KubeParts): Feed | undefined => {
  const { client, source } = parts;
  const wanted = parts.signals.flatMap(({ id, read }) => {
    const form = kubernetesReads.parse(read);
    return 'secretExpiry' in form ? [{ id, ...form }] : [];
  });
  if (wanted.length === 0) return undefined;
  const words = { name: 'secrets', kind: 'samples', atLeastMs: everyMs, requests: wanted.length } as const;
  return feedOf(parts, { ...words, signals: wanted.map(({ id }) => id) }, async (signal) => {
    const items: Sample[] = [];
    const faults: Fault[] = [];
    for (const { id, secretExpiry, key = 'tls.crt', namespace } of wanted) {
      let path = objectPath(kinds.secret, namespace ?? '*', secretExpiry);
      try {
        const [first = 'default'] = await namespacesRead(parts, signal);
        path = objectPath(kinds.secret, namespace ?? first, secretExpiry);
        const until = certificateEnd(await client.get(path, signal), key);
        const value = (until - client.wallNow()) / dayMs;
        items.push({ source, at: client.now(), signal: id, labels: {}, value });
      } catch (error) {
        faults.push(client.fault(path, error));
      }
    }
    return { items, faults };
  });
};

/** When the certificate under a key of a secret ends; of a chain the first, which is the server's own. Throws WireError. */
const certificateEnd = (secret: unknown, key: string): number => {
  const held = text(field(field(secret, 'data'), key));
  if (held === undefined) throw new WireError('missing', `its data has no ${key}`);
  try {
    return Date.parse(new X509Certificate(Buffer.from(held, 'base64')).validTo);
  } catch {
    throw new WireError('malformed', `its ${key} is no certificate`);
  }
};
