import { Buffer } from 'node:buffer';
import type { Cluster } from '../../model/cluster/cluster.ts';
import type { KubeObject } from '../../model/cluster/objects.ts';
import { apiVersionOf, type ResourceKind } from './resources.ts';
import type { Route } from './route.ts';
import { shelfOf } from './seat.ts';
import { selectorOf } from './selectors.ts';
import { badRequest, continueExpired } from './status.ts';

interface Bookmark {
  readonly version: number;
  readonly after: string;
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const writeToken = ({ version, after }: Bookmark): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: after })).toString('base64url');

const readToken = (text: string): Bookmark => {
  const found = /"rv":(\d+),"start":"([^"]*)"/.exec(Buffer.from(text, 'base64url').toString());
  if (found === null)
    throw badRequest(
      'invalid continue token: continue key is not valid: illegal base64 data at input byte 0',
    );
  return { version: Number(found[1]), after: found[2] ?? '' };
};

/** Items of a list carry neither kind nor version. */
const item = ({ apiVersion: _, kind: __, ...rest }: KubeObject) => rest;

/** A list, whole or the chunk that `limit` and `continue` ask for, at the cluster's present version. */
export const listOf = (cluster: Cluster, { of, namespace }: Route, query: URLSearchParams) => {
  const fits = selectorOf(query, of.plural);
  const token = query.get('continue') ?? '';
  const from = token === '' ? undefined : readToken(token);
  if (from !== undefined && from.version < cluster.ledger.oldest) throw continueExpired();
  const all = shelfOf(cluster, of)
    .list()
    .filter((object) => (namespace === undefined || object.metadata.namespace === namespace) && fits(object));
  const rest = from === undefined ? all : all.filter((object) => keyOf(object) > from.after);
  const limit = Number(query.get('limit') ?? 0) || rest.length;
  const chunk = rest.slice(0, limit);
  const version = from?.version ?? cluster.ledger.version;
  const last = chunk.at(-1);
  const more =
    rest.length > limit && last !== undefined
      ? { continue: writeToken({ version, after: keyOf(last) }), remainingItemCount: rest.length - limit }
      : {};
  return envelope(of, String(version), more, chunk.map(item));
};

const envelope = (of: ResourceKind, resourceVersion: string, more: object, items: readonly unknown[]) => ({
  kind: `${of.kind}List`,
  apiVersion: apiVersionOf(of),
  metadata: { resourceVersion, ...more },
  items,
});
