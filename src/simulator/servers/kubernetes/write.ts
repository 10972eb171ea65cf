import type { Cluster } from '../../model/cluster/cluster.ts';
import type { KubeObject } from '../../model/cluster/objects.ts';
import { terminate } from '../../model/cluster/pod-end.ts';
import { isDryRun } from './change.ts';
import { newObject } from './new-object.ts';
import { toJson } from './patch/json.ts';
import { qualified } from './resources.ts';
import { jsonOf } from './review.ts';
import type { Route } from './route.ts';
import { type KubeAsk, shelfOf } from './seat.ts';
import { exists, modified, notAllowed, notFound } from './status.ts';

const creatable = [
  'jobs',
  'configmaps',
  'deployments',
  'statefulsets',
  'daemonsets',
  'services',
  'networkpolicies',
];

/** POST of an object; gives it as it is then. */
export const create = (cluster: Cluster, route: Route, ask: KubeAsk): KubeObject => {
  const { of, namespace } = route;
  if (!creatable.includes(of.plural) || namespace === undefined) throw notAllowed();
  const object = newObject(cluster, route, toJson(jsonOf(ask.body)));
  const { name } = object.metadata;
  const shelf = shelfOf(cluster, of);
  if (shelf.get(namespace, name) !== undefined) throw exists(of, name);
  return isDryRun(ask.query) ? object : shelf.put(object);
};

/** `preconditions` of DeleteOptions: the object must be the very one that was seen. */
const isAnother = (body: string, { uid, resourceVersion }: KubeObject['metadata']): boolean => {
  const wanted = (key: string): string | undefined =>
    new RegExp(`"${key}"\\s*:\\s*"([^"]+)"`).exec(body)?.[1];
  return (wanted('uid') ?? uid) !== uid || (wanted('resourceVersion') ?? resourceVersion) !== resourceVersion;
};

/** DELETE of an object. A pod ends in its own time; what an object owns goes after it. */
export const remove = (cluster: Cluster, { of, namespace, name = '' }: Route, ask: KubeAsk): unknown => {
  const shelf = shelfOf(cluster, of);
  const object = shelf.get(namespace, name);
  if (object === undefined) throw notFound(of, name);
  if (isAnother(ask.body, object.metadata)) throw modified(of, name);
  const success = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, group: of.group, kind: qualified({ group: '' }, of.plural), uid: object.metadata.uid },
  };
  if (isDryRun(ask.query)) return of.plural === 'pods' ? object : success;
  const pod = of.plural === 'pods' ? cluster.shelves.pods.get(namespace, name) : undefined;
  const life = pod && cluster.lives.get(pod.metadata.uid);
  if (pod !== undefined && life !== undefined) {
    terminate(cluster, pod, life);
    return shelf.get(namespace, name) ?? object;
  }
  shelf.remove(namespace, name);
  return success;
};
