import type { ServerResponse } from 'node:http';
import type { ObjectChange } from '../../model/cluster/state/object-store.ts';
import type { KubeObject } from '../../model/spec/cluster-objects.ts';
import { type ApiContext, objectStoreOf, renderForClock } from './api-context.ts';
import { errorStatus, versionExpired } from './patch/api-error.ts';
import type { ResourceRoute } from './patch/resources.ts';
import { apiVersionOf } from './patch/resources.ts';
import { objectSelector } from './selectors.ts';

/** Interval at which a watched cluster is advanced. */
export const watchPollMs = 100;
const bookmarkMs = 10_000;

/** A change as seen through a selector: an object that starts to match is added, one that stops is deleted. */
const seenAs = ({ type, object, before }: ObjectChange, fits: (object: KubeObject) => boolean) => {
  const now = type !== 'DELETED' && fits(object);
  const earlier = before !== undefined && fits(before);
  if (now) return earlier ? 'MODIFIED' : 'ADDED';
  return earlier ? 'DELETED' : undefined;
};

/**
 * Serves a watch: changes since `resourceVersion`, then every new change, until `timeoutSeconds` or the client disconnects. An
 * expired version is an ERROR event with a Status 410, as from the watch cache.
 */
export const serveWatch = (
  seat: ApiContext,
  { of, namespace }: ResourceRoute,
  query: URLSearchParams,
  response: ServerResponse,
): void => {
  const { clock, model } = seat.view;
  const cluster = seat.cluster();
  const selected = objectSelector(query, of.plural);
  const fits = (object: KubeObject): boolean =>
    (namespace === undefined || object.metadata.namespace === namespace) && selected(object);
  const send = (type: string, object: unknown): void => {
    response.write(`{"type":"${type}","object":${renderForClock(model, object)}}\n`);
  };
  const sendChange = (change: ObjectChange): void => {
    const type = change.resource === of.plural ? seenAs(change, fits) : undefined;
    if (type !== undefined) send(type, change.object);
  };
  response.writeHead(200, { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' });
  response.flushHeaders();
  const fromVersion = query.get('resourceVersion') ?? '';
  const version = Number(fromVersion);
  if (fromVersion === '' || version === 0)
    for (const object of objectStoreOf(cluster, of).list().filter(fits)) send('ADDED', object);
  else if (version < cluster.ledger.oldest) {
    send('ERROR', errorStatus(versionExpired(fromVersion, cluster.ledger.oldest)));
    response.end();
    return;
  } else for (const change of cluster.ledger.since(version, of.plural)) sendChange(change);

  const startedAt = clock.now();
  const timeoutMs = 1000 * (Number(query.get('timeoutSeconds')) || 2400);
  let markedAt = startedAt;
  const bookmark = (): void => {
    markedAt = clock.now();
    const metadata = { resourceVersion: String(cluster.ledger.version) };
    send('BOOKMARK', { kind: of.kind, apiVersion: apiVersionOf(of), metadata });
  };
  const deaf = cluster.ledger.listen(sendChange);
  const still = clock.every(watchPollMs, () => {
    seat.cluster();
    const now = clock.now();
    const marks = query.get('allowWatchBookmarks') === 'true' || query.get('allowWatchBookmarks') === '1';
    const isOver = now - startedAt >= timeoutMs;
    if (marks && (isOver || now - markedAt >= bookmarkMs)) bookmark();
    if (isOver) response.end();
  });
  response.once('close', () => {
    deaf();
    still();
  });
};
