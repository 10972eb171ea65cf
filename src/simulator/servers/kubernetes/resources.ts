import type { Resource } from '../../model/cluster/shelves.ts';

export interface ResourceKind {
  readonly group: string;
  readonly version: string;
  readonly plural: Resource;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly short?: readonly string[];
}

const of = (
  group: string,
  version: string,
  plural: Resource,
  kind: string,
  short: readonly string[] = [],
  isNamespaced = true,
): ResourceKind => ({ group, version, plural, kind, isNamespaced, short });

/** What the server serves objects of. */
export const resourceKinds: readonly ResourceKind[] = [
  of('', 'v1', 'namespaces', 'Namespace', ['ns'], false),
  of('', 'v1', 'nodes', 'Node', ['no'], false),
  of('', 'v1', 'pods', 'Pod', ['po']),
  of('', 'v1', 'events', 'Event', ['ev']),
  of('', 'v1', 'configmaps', 'ConfigMap', ['cm']),
  of('', 'v1', 'secrets', 'Secret'),
  of('', 'v1', 'services', 'Service', ['svc']),
  of('apps', 'v1', 'deployments', 'Deployment', ['deploy']),
  of('apps', 'v1', 'replicasets', 'ReplicaSet', ['rs']),
  of('apps', 'v1', 'statefulsets', 'StatefulSet', ['sts']),
  of('apps', 'v1', 'daemonsets', 'DaemonSet', ['ds']),
  of('batch', 'v1', 'jobs', 'Job'),
  of('batch', 'v1', 'cronjobs', 'CronJob', ['cj']),
  of('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', ['hpa']),
  of('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice'),
  of('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy', ['netpol']),
];

/** 'deployments.apps', 'pods': a resource as error messages name it. */
export const qualified = ({ group }: Pick<ResourceKind, 'group'>, plural: string): string =>
  group === '' ? plural : `${plural}.${group}`;

/** 'apps/v1', 'v1'. */
export const apiVersionOf = ({ group, version }: Pick<ResourceKind, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;
