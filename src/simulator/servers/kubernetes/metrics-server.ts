import type { Cluster } from '../../model/cluster/cluster.ts';
import { cpuCoresOf, formatKibibytes, workingSetOf } from '../../model/cluster/resource-usage.ts';
import { rfc3339Seconds } from '../../model/cluster/state/names.ts';
import type { Pod } from '../../model/spec/cluster-objects.ts';
import type { ApiContext, KubeAnswer, KubeRequest } from './api-context.ts';
import { ApiError, apiPathNotFound } from './patch/api-error.ts';
import { objectSelector } from './selectors.ts';
import { forbidden, isAuthorized } from './users.ts';

const root = 'apis/metrics.k8s.io/v1beta1';

const nano = (cores: number): string => `${Math.round(cores * 1e9)}n`;

const podMetrics = (cluster: Cluster, pod: Pod) => {
  const life = cluster.lives.get(pod.metadata.uid);
  const memory = life && workingSetOf(cluster.env, life);
  const cpu = life && cpuCoresOf(cluster.env, life);
  if (memory === undefined || cpu === undefined) return undefined;
  const { name, namespace, labels } = pod.metadata;
  return {
    metadata: { name, namespace, creationTimestamp: rfc3339Seconds(cluster.now), labels },
    timestamp: rfc3339Seconds(cluster.now),
    window: '15s',
    containers: pod.spec.containers.map((container, index) => ({
      name: container.name,
      usage:
        index === 0 ? { cpu: nano(cpu), memory: formatKibibytes(memory) } : { cpu: '1m', memory: '18Mi' },
    })),
  };
};

const nodeMetrics = (cluster: Cluster, name: string) => {
  const lives = [...cluster.shelves.pods.all()]
    .filter((pod) => pod.spec.nodeName === name)
    .map((pod) => cluster.lives.get(pod.metadata.uid))
    .filter((life) => life !== undefined);
  const memory = lives.reduce((sum, life) => sum + (workingSetOf(cluster.env, life) ?? 0), 600 * 1024 ** 2);
  const cpu = lives.reduce((sum, life) => sum + (cpuCoresOf(cluster.env, life) ?? 0), 0.12);
  return {
    metadata: { name, creationTimestamp: rfc3339Seconds(cluster.now) },
    timestamp: rfc3339Seconds(cluster.now),
    window: '20s',
    usage: { cpu: nano(cpu), memory: formatKibibytes(memory) },
  };
};

const list = (kind: string, items: readonly unknown[]) => ({
  kind: `${kind}List`,
  apiVersion: 'metrics.k8s.io/v1beta1',
  metadata: {},
  items,
});

const podsIn = (cluster: Cluster, query: URLSearchParams, namespace: string | undefined) => {
  const fits = objectSelector(query, 'pods');
  return cluster.shelves.pods
    .list()
    .filter((pod) => (namespace === undefined || pod.metadata.namespace === namespace) && fits(pod))
    .map((pod) => podMetrics(cluster, pod))
    .filter((metrics) => metrics !== undefined);
};

/** Pod and node metrics of metrics-server; without one, the paths do not exist. */
export const answerMetrics = (
  seat: ApiContext,
  { path, query, user }: KubeRequest,
): KubeAnswer | undefined => {
  const whole = path.join('/');
  if (!whole.startsWith(root)) return undefined;
  const cluster = seat.cluster();
  if (cluster.spec.withoutMetrics?.includes(seat.view.env) === true) return apiPathNotFound;
  const [, namespace, resource = path[3] ?? '', name] =
    /\/namespaces\/([^/]+)\/(pods)(?:\/(.+))?$/.exec(whole) ?? [];
  const place = namespace === undefined ? {} : { namespace };
  const deed = { verb: 'get', group: 'metrics.k8s.io', resource, ...place };
  if (!isAuthorized(user, deed)) throw forbidden(user, deed);
  if (whole === root)
    return {
      status: 200,
      body: {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: 'metrics.k8s.io/v1beta1',
        resources: [],
      },
    };
  if (resource === 'nodes') {
    const nodes = cluster.shelves.nodes.list().map(({ metadata }) => nodeMetrics(cluster, metadata.name));
    return { status: 200, body: list('NodeMetrics', nodes) };
  }
  if (resource !== 'pods') return undefined;
  const pods = podsIn(cluster, query, namespace);
  if (name === undefined) return { status: 200, body: list('PodMetrics', pods) };
  const pod = pods.find(({ metadata }) => metadata.name === name);
  if (pod === undefined)
    throw new ApiError(404, 'NotFound', `podmetrics.metrics.k8s.io "${namespace}/${name}" not found`);
  return { status: 200, body: { kind: 'PodMetrics', apiVersion: 'metrics.k8s.io/v1beta1', ...pod } };
};
