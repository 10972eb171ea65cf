import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import { isoTime } from '../../domain/text/format.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Endpoint } from '../kit/contract/endpoint.ts';
import { noFingerprint, readPart } from '../kit/contract/fingerprint.ts';
import { field, list, parseRfc3339, text } from '../kit/values/wire-value.ts';

/** The page of the ingester ring, which gateways forward too. Unlike `/metrics`, every process of a cluster answers it alike. */
const ringPath = '/ring';

/** A member of the ring. `registeredAt`: by the clock of the server, 0 where it is not told. */
interface RingMember {
  readonly id: string;
  readonly address: string;
  readonly registeredAt: number;
}

const memberOf = (shard: unknown): readonly RingMember[] => {
  const id = text(field(shard, 'id'));
  if (id === undefined) return [];
  const registeredAt = Math.max(0, parseRfc3339(field(shard, 'registered_timestamp')) ?? 0);
  return [{ id, address: text(field(shard, 'address')) ?? '', registeredAt }];
};

/** Parses the answer of the ring: its oldest member, which stays when others are added or restarted. Throws `malformed`. */
const ringFingerprint = (body: unknown): SystemFingerprint => {
  const now = parseRfc3339(field(body, 'now'));
  if (now === undefined)
    throw new WireError('malformed', `${ringPath} is not the ring page of Loki: check url of the source`);
  const [oldest] = list(field(body, 'shards'))
    .flatMap(memberOf)
    .toSorted((a, b) => a.registeredAt - b.registeredAt || (a.id < b.id ? -1 : 1));
  if (oldest === undefined) return noFingerprint;
  const { id, address, registeredAt } = oldest;
  if (registeredAt === 0) return { parts: { ring: `${id} at ${address}` } };
  return {
    parts: { ring: `${id} registered ${isoTime(registeredAt)}` },
    ages: { ring: Math.max(0, now - registeredAt) },
  };
};

/**
 * Reads which Loki answers, by its ingester ring. One behind a gateway that does not forward the page tells nothing. Source: Loki, HTTP
 * API, Ring; dskit, ring/http.go. Throws WireError.
 */
export const lokiFingerprint = (endpoint: Endpoint, signal: AbortSignal): Promise<SystemFingerprint> =>
  readPart('ring', async () => ringFingerprint(await endpoint.json(ringPath, signal)));
