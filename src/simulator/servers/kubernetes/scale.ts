import type { Cluster } from '../../model/cluster/cluster.ts';
import type { DeploymentObject, StatefulSetObject } from '../../model/cluster/workload-objects.ts';
import { change, isDryRun } from './change.ts';
import { isObject, toJson } from './patch/json.ts';
import { jsonOf } from './review.ts';
import type { Route } from './route.ts';
import type { KubeAsk } from './seat.ts';
import { noSuchPath, notAllowed, notFound } from './status.ts';

type Scalable = DeploymentObject | StatefulSetObject;

const targetOf = (cluster: Cluster, { of, namespace, name = '' }: Route): Scalable => {
  const { deployments, statefulsets } = cluster.shelves;
  if (of.plural !== 'deployments' && of.plural !== 'statefulsets') throw noSuchPath();
  const found =
    of.plural === 'deployments' ? deployments.get(namespace, name) : statefulsets.get(namespace, name);
  if (found === undefined) throw notFound(of, name);
  return found;
};

/** The `Scale` of an object that has replicas. */
const scale = ({ metadata, spec, status }: Scalable, replicas: number) => {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas },
    status: {
      replicas: status.replicas ?? 0,
      selector: Object.entries(spec.selector.matchLabels)
        .map(([key, value]) => `${key}=${value}`)
        .join(),
    },
  };
};

/** The subresource `scale`: reading it, and setting the number of replicas by a merge patch. */
export const scaleOf = (cluster: Cluster, route: Route, ask: KubeAsk): unknown => {
  const target = targetOf(cluster, route);
  if (ask.method === 'GET') return scale(target, target.spec.replicas);
  if (ask.method !== 'PATCH' && ask.method !== 'PUT') throw notAllowed();
  const body = toJson(jsonOf(ask.body));
  const { spec, metadata } = isObject(body) ? body : {};
  const replicas = isObject(spec) ? (spec.replicas ?? target.spec.replicas) : target.spec.replicas;
  const version = isObject(metadata) ? metadata.resourceVersion : undefined;
  const wanted = {
    ...(version === undefined ? {} : { metadata: { resourceVersion: version } }),
    spec: { replicas },
  };
  change(cluster, route, {
    ...ask,
    contentType: 'application/merge-patch+json',
    body: JSON.stringify(wanted),
  });
  const now = targetOf(cluster, route);
  return scale(now, isDryRun(ask.query) ? Number(replicas) : now.spec.replicas);
};
