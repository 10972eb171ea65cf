import type { ServerResponse } from 'node:http';
import type { Cluster } from '../../model/cluster/cluster.ts';
import { change } from './change.ts';
import { discoveryOf } from './discovery.ts';
import { listOf } from './list.ts';
import { logOf } from './log.ts';
import { metricsOf } from './metrics.ts';
import { reviewOf } from './review.ts';
import { isServed, type Route, routeOf } from './route.ts';
import { scaleOf } from './scale.ts';
import type { KubeAnswer } from './seat.ts';
import { type KubeAsk, type Seat, shelfOf } from './seat.ts';
import { noSuchPath, notAllowed, notFound, pageNotFound } from './status.ts';
import { type Deed, forbidden, may } from './users.ts';
import { watch } from './watch.ts';
import { create, remove } from './write.ts';

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  PATCH: 'patch',
  PUT: 'update',
  DELETE: 'delete',
};

const isWatch = (query: URLSearchParams): boolean => ['1', 'true'].includes(query.get('watch') ?? '');

/** What a request does, as authorization sees it. */
const deedOf = ({ method, query }: KubeAsk, { of, namespace, name, subresource }: Route): Deed => {
  const reading = name === undefined ? (isWatch(query) ? 'watch' : 'list') : 'get';
  return {
    verb: verbs[method] ?? reading,
    group: of.group,
    resource: of.plural,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
};

/** Throws the `403` of somebody who may not. */
export const authorize = (ask: KubeAsk, route: Route): void => {
  const deed = deedOf(ask, route);
  if (!may(ask.user, deed)) throw forbidden(ask.user, deed);
};

const ok = (body: unknown, status = 200): KubeAnswer => ({ status, body });

const readOne = (cluster: Cluster, { of, namespace, name = '' }: Route): unknown => {
  const object = shelfOf(cluster, of).get(namespace, name);
  if (object === undefined) throw notFound(of, name);
  return object;
};

const answerResource = (seat: Seat, ask: KubeAsk, route: Route, response: ServerResponse): KubeAnswer => {
  authorize(ask, route);
  const { of, name, subresource } = route;
  const { method, query } = ask;
  const reads = method === 'GET';
  if (name === undefined) {
    if (reads && isWatch(query)) {
      watch(seat, route, query, response);
      return 'streamed';
    }
    if (reads) return ok(listOf(seat.see(), route, query));
    if (method === 'POST') return ok(create(seat.see(), route, ask), 201);
    throw notAllowed();
  }
  if (subresource === 'log' && of.plural === 'pods' && reads) return logOf(seat, route, query, response);
  if (subresource === 'scale') return ok(scaleOf(seat.see(), route, ask));
  if (subresource !== undefined && !(subresource === 'status' && reads)) throw noSuchPath();
  if (reads) return ok(readOne(seat.see(), route));
  if (method === 'PATCH') return ok(change(seat.see(), route, ask));
  if (method === 'DELETE') return ok(remove(seat.see(), route, ask));
  throw notAllowed();
};

/** Answers one request. Throws the Refusal of one that is refused. */
export const answerOf = (seat: Seat, ask: KubeAsk, response: ServerResponse): KubeAnswer => {
  const route = routeOf(ask.path);
  if (route !== undefined) return answerResource(seat, ask, route, response);
  const other = discoveryOf(ask.path) ?? reviewOf(ask) ?? metricsOf(seat, ask);
  if (other !== undefined) return other;
  if (isServed(ask.path)) throw noSuchPath();
  return pageNotFound;
};
