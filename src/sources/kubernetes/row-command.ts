import type { DescriptionFormat } from '../../domain/facts/object-description.ts';
import type { RowCommand } from '../../domain/facts/row-command.ts';
import type { Workload } from '../../kinds/workloads/fact.ts';
import { clusterArgs } from '../kit/contract/api-server.ts';
import { configuredNamespaces, type KubernetesConfig } from './api/config.ts';

/** The formats in which this source describes its objects. */
export const kubernetesFormats: readonly DescriptionFormat[] = ['describe', 'yaml', 'events', 'applied'];

/** kubectl port-forward to an object. A label selector names several pods, which kubectl does not forward to. */
export const kubernetesTunnelCommand = (
  config: KubernetesConfig,
  target: string,
  port: number,
  dir: string,
): readonly string[] | undefined => {
  const namespaces = configuredNamespaces(config);
  const [namespace] = namespaces;
  if (!/^(?:pod|deployment|service)\/[\w.-]+$/.test(target) || namespaces.length > 1 || namespace === '*')
    return undefined;
  return [
    ...['kubectl', ...clusterArgs(config, dir), ...(namespace === undefined ? [] : ['-n', namespace])],
    ...['port-forward', target, `${port}:${port}`],
  ];
};

const described: ReadonlySet<Workload['kind']> = new Set([
  'pod',
  'deployment',
  'statefulset',
  'daemonset',
  'job',
  'node',
  'service',
  'pvc',
  'pv',
  'ingress',
  'cronjob',
  'hpa',
  'pdb',
  'namespace',
]);

/** 'pod/NAME' of a workload; a container is part of its pod's description. */
const objectOf = ({ kind, name, owner }: Workload): string | undefined => {
  if (kind === 'container') return owner === '' ? undefined : `pod/${owner.replace(/^pod\//, '')}`;
  return described.has(kind) ? `${kind}/${name}` : undefined;
};

/** A node, a volume and a namespace have no namespace. */
const namespaceOf = ({ kind, namespace }: Workload): string =>
  ['node', 'pv', 'namespace'].includes(kind) ? '' : namespace;

/** The pods that a signal reads: an object, or a label selector. */
const podsOf = (text: string): readonly string[] =>
  text.includes('/') && !text.includes('=') ? [text] : ['pods', '-l', text];

/** kubectl: describe for an object, get or top for a signal. */
export const kubernetesRowCommand: RowCommand<KubernetesConfig> = (config, row, dir) => {
  const kubectl = (namespace: string, ...args: readonly string[]): readonly string[] => [
    'kubectl',
    ...clusterArgs(config, dir),
    ...(namespace === '' ? [] : namespace === '*' ? ['--all-namespaces'] : ['-n', namespace]),
    ...args,
  ];
  if (row.kind === 'workloads') {
    const object = objectOf(row.fact);
    return object === undefined ? undefined : kubectl(namespaceOf(row.fact), 'describe', object);
  }
  if (row.kind === 'stream') {
    // 'POD/CONTAINER', with its namespace where the source has several.
    const [container = '', pod = '', namespace = configuredNamespaces(config)[0] ?? ''] = row.name
      .split('/')
      .toReversed();
    return kubectl(namespace, 'logs', '--tail=200', '--timestamps', pod, '-c', container);
  }
  if (row.kind !== 'signal') return undefined;
  const { read } = row;
  const namespace =
    typeof read.namespace === 'string' ? read.namespace : (configuredNamespaces(config)[0] ?? '');
  const pods = read.ready ?? read.restarts ?? read.oom;
  if (typeof pods === 'string') return kubectl(namespace, 'get', ...podsOf(pods), '-o', 'wide');
  const used = read.memory ?? read.cpu;
  // `kubectl top` takes a selector or the name of a pod, not a controller.
  if (typeof used === 'string')
    return kubectl(namespace, 'top', 'pod', ...(used.includes('=') ? ['-l', used] : []));
  if (typeof read.hpa === 'string') return kubectl(namespace, 'describe', `hpa/${read.hpa}`);
  return typeof read.condition === 'string' ? kubectl(namespace, 'describe', read.condition) : undefined;
};
