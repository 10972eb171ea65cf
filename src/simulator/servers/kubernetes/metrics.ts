import type { Cluster } from '../../model/cluster/cluster.ts';
import { cpuCoresOf, kibibytes, memoryOf } from '../../model/cluster/memory.ts';
import { stamp } from '../../model/cluster/names.ts';
import type { Pod } from '../../model/cluster/objects.ts';
import type { KubeAnswer, KubeAsk, Seat } from './seat.ts';
import { selectorOf } from './selectors.ts';
import { pageNotFound, Refusal } from './status.ts';
import { forbidden, may } from './users.ts';

const root = 'apis/metrics.k8s.io/v1beta1';

const nano = (cores: number): string => `${Math.round(cores * 1e9)}n`;

const podMetrics = (cluster: Cluster, pod: Pod) => {
  const life = cluster.lives.get(pod.metadata.uid);
  const memory = life && memoryOf(cluster.env, life);
  const cpu = life && cpuCoresOf(cluster.env, life);
  if (memory === undefined || cpu === undefined) return undefined;
  const { name, namespace, labels } = pod.metadata;
  return {
    metadata: { name, namespace, creationTimestamp: stamp(cluster.now), labels },
    timestamp: stamp(cluster.now),
    window: '15s',
    containers: pod.spec.containers.map((container, index) => ({
      name: container.name,
      usage: index === 0 ? { cpu: nano(cpu), memory: kibibytes(memory) } : { cpu: '1m', memory: '18Mi' },
    })),
  };
};

const nodeMetrics = (cluster: Cluster, name: string) => {
  const lives = [...cluster.shelves.pods.all()]
    .filter((pod) => pod.spec.nodeName === name)
    .map((pod) => cluster.lives.get(pod.metadata.uid))
    .filter((life) => life !== undefined);
  const memory = lives.reduce((sum, life) => sum + (memoryOf(cluster.env, life) ?? 0), 600 * 1024 ** 2);
  const cpu = lives.reduce((sum, life) => sum + (cpuCoresOf(cluster.env, life) ?? 0), 0.12);
  return {
    metadata: { name, creationTimestamp: stamp(cluster.now) },
    timestamp: stamp(cluster.now),
    window: '20s',
    usage: { cpu: nano(cpu), memory: kibibytes(memory) },
  };
};

const list = (kind: string, items: readonly unknown[]) => ({
  kind: `${kind}List`,
  apiVersion: 'metrics.k8s.io/v1beta1',
  metadata: {},
  items,
});

const podsIn = (cluster: Cluster, query: URLSearchParams, namespace: string | undefined) => {
  const fits = selectorOf(query, 'pods');
  return cluster.shelves.pods
    .list()
    .filter((pod) => (namespace === undefined || pod.metadata.namespace === namespace) && fits(pod))
    .map((pod) => podMetrics(cluster, pod))
    .filter((found) => found !== undefined);
};

/** What the metrics server says of pods and nodes; where there is none, the paths do not exist. */
export const metricsOf = (seat: Seat, { path, query, user }: KubeAsk): KubeAnswer | undefined => {
  const whole = path.join('/');
  if (!whole.startsWith(root)) return undefined;
  const cluster = seat.see();
  if (cluster.spec.withoutMetrics?.includes(seat.view.env) === true) return pageNotFound;
  const [, namespace, resource = path[3] ?? '', name] =
    /\/namespaces\/([^/]+)\/(pods)(?:\/(.+))?$/.exec(whole) ?? [];
  const place = namespace === undefined ? {} : { namespace };
  const deed = { verb: 'get', group: 'metrics.k8s.io', resource, ...place };
  if (!may(user, deed)) throw forbidden(user, deed);
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
  const one = pods.find(({ metadata }) => metadata.name === name);
  if (one === undefined)
    throw new Refusal(404, 'NotFound', `podmetrics.metrics.k8s.io "${namespace}/${name}" not found`);
  return { status: 200, body: { kind: 'PodMetrics', apiVersion: 'metrics.k8s.io/v1beta1', ...one } };
};
