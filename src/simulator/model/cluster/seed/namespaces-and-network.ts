import type { KubeObject } from '../../spec/cluster-objects.ts';
import type { ClusterContext } from '../state/cluster-context.ts';
import type { ObjectStore } from '../state/object-store.ts';
import { type SeedContext, seedMetadata, seedNamespace } from './workloads.ts';

/** An object with fields that the model does not read. */
const put = <T extends KubeObject>(
  shelf: ObjectStore<T>,
  object: T & Readonly<Record<string, unknown>>,
): void => {
  shelf.put(object);
};

/** Namespaces and nodes. */
export const seedNamespacesAndNodes = ({ spec, env, shelves }: ClusterContext, place: SeedContext): void => {
  const own = [
    spec.namespace,
    ...(spec.statefulSets ?? []).map(({ namespace }) => namespace ?? spec.namespace),
  ];
  const other = [
    ...Object.values(spec.daemonSets ?? {}).map(({ namespace }) => namespace),
    ...(spec.delivery === undefined ? [] : [spec.delivery.namespace]),
  ];
  for (const pattern of new Set(['default', 'kube-system', ...own, ...other])) {
    const name = seedNamespace(env.spec.name, pattern);
    put(shelves.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: seedMetadata(place, 'namespaces', name, undefined, { 'kubernetes.io/metadata.name': name }),
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
  const { count, cpu, memory } = spec.nodes;
  const nodes: ObjectStore<KubeObject> = shelves.nodes;
  for (let index = 1; index <= count; index += 1) {
    const name = `${spec.name}-${env.spec.name}-node-${index}`;
    const condition = (type: string, status: string, reason: string, message: string) => ({
      type,
      status,
      reason,
      message,
      lastTransitionTime: seedMetadata(place, '', '').creationTimestamp,
    });
    put(nodes, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: seedMetadata(place, 'nodes', name, undefined, {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
      }),
      spec: {},
      status: {
        capacity: { cpu, memory, pods: '110' },
        allocatable: { cpu, memory, pods: '110' },
        conditions: [
          condition(
            'MemoryPressure',
            'False',
            'KubeletHasSufficientMemory',
            'kubelet has sufficient memory available',
          ),
          condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
          condition(
            'PIDPressure',
            'False',
            'KubeletHasSufficientPID',
            'kubelet has sufficient PID available',
          ),
          condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
        ],
        addresses: [
          { type: 'InternalIP', address: `10.0.0.${10 + index}` },
          { type: 'Hostname', address: name },
        ],
        nodeInfo: {
          kubeletVersion: 'v1.33.4',
          osImage: 'Debian GNU/Linux 12 (bookworm)',
          containerRuntimeVersion: 'containerd://1.7.27',
          operatingSystem: 'linux',
          architecture: 'amd64',
        },
      },
    });
  }
};

/** A Service for every Deployment and StatefulSet, and a policy that admits only the services' own namespace. */
export const seedNetwork = ({ shelves }: ClusterContext, place: SeedContext): void => {
  const service = ({ metadata: { name, namespace } }: KubeObject, ports: readonly object[]): void =>
    put(shelves.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: seedMetadata(place, 'services', name, namespace, { app: name }),
      spec: { type: 'ClusterIP', clusterIP: '10.96.0.10', selector: { app: name }, ports },
      status: { loadBalancer: {} },
    });
  for (const deployment of shelves.deployments.list())
    service(deployment, [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }]);
  for (const set of shelves.statefulsets.list()) {
    const port = portOf(set.spec.template.spec.containers[0]);
    service(set, [{ port, targetPort: port, protocol: 'TCP' }]);
    put(shelves.networkpolicies, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: seedMetadata(
        place,
        'networkpolicies',
        `${set.metadata.name}-from-services`,
        set.metadata.namespace,
      ),
      spec: {
        podSelector: { matchLabels: { app: set.metadata.name } },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ protocol: 'TCP', port }] }],
      },
    });
  }
};

const portOf = (container: unknown): number => {
  const ports: unknown =
    typeof container === 'object' && container !== null && 'ports' in container ? container.ports : undefined;
  const first: unknown = Array.isArray(ports) ? ports[0] : undefined;
  const port: unknown =
    typeof first === 'object' && first !== null && 'containerPort' in first ? first.containerPort : undefined;
  return typeof port === 'number' ? port : 0;
};
