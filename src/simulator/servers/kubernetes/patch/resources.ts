import { defined } from '../../../../domain/base/defined.ts';
import type { ResourcePlural } from '../../../model/cluster/state/object-store.ts';

/** The resource of an API path. */
export interface ResourceRoute {
  readonly of: ResourceKind;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

const groupVersionOf = (path: readonly string[]): readonly [group: string, version: string] => {
  const [root, first = '', second = ''] = path;
  return root === 'api' ? ['', first] : [first, second];
};

/** Returns true when the path's group and version are served. */
export const isServedPath = (path: readonly string[]): boolean => {
  const [group, version] = groupVersionOf(path);
  return resourceKinds.some((kind) => kind.group === group && kind.version === version);
};

/** Parses `/api/v1/…` or `/apis/GROUP/VERSION/…`; undefined for an unknown resource. */
export const parseResourceRoute = (path: readonly string[]): ResourceRoute | undefined => {
  const [root] = path;
  if (root !== 'api' && root !== 'apis') return undefined;
  const [group, version] = groupVersionOf(path);
  const below = path.slice(root === 'api' ? 2 : 3);
  const kindOf = (plural: string | undefined): ResourceKind | undefined =>
    resourceKinds.find((kind) => kind.group === group && kind.version === version && kind.plural === plural);
  const [first, namespace, plural, name, subresource, ...more] = below;
  if (more.length > 0) return undefined;
  if (first === 'namespaces' && plural !== undefined) {
    const of = kindOf(plural);
    if (of === undefined || !of.isNamespaced || namespace === undefined) return undefined;
    return {
      of,
      namespace,
      ...defined({ name, subresource }),
    };
  }
  const of = kindOf(first);
  if (of === undefined || (of.isNamespaced && namespace !== undefined)) return undefined;
  return {
    of,
    ...defined({ name: namespace, subresource: plural }),
  };
};

export interface ResourceKind {
  readonly group: string;
  readonly version: string;
  readonly plural: ResourcePlural;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly short?: readonly string[];
  /** The part of the cluster that defines a custom resource. A custom resource has no strategic merge patch. */
  readonly definedBy?: 'applications' | 'kustomizations' | 'helmReleases';
}

const of = (
  group: string,
  version: string,
  plural: ResourcePlural,
  kind: string,
  short: readonly string[] = [],
  isNamespaced = true,
): ResourceKind => ({ group, version, plural, kind, isNamespaced, short });

/** Served resources. */
export const resourceKinds: readonly ResourceKind[] = [
  of('', 'v1', 'namespaces', 'Namespace', ['ns'], false),
  of('', 'v1', 'nodes', 'Node', ['no'], false),
  of('', 'v1', 'pods', 'Pod', ['po']),
  of('', 'v1', 'events', 'Event', ['ev']),
  of('', 'v1', 'configmaps', 'ConfigMap', ['cm']),
  of('', 'v1', 'secrets', 'Secret'),
  of('', 'v1', 'services', 'Service', ['svc']),
  of('', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', ['pvc']),
  of('apps', 'v1', 'deployments', 'Deployment', ['deploy']),
  of('apps', 'v1', 'replicasets', 'ReplicaSet', ['rs']),
  of('apps', 'v1', 'statefulsets', 'StatefulSet', ['sts']),
  of('apps', 'v1', 'daemonsets', 'DaemonSet', ['ds']),
  of('apps', 'v1', 'controllerrevisions', 'ControllerRevision'),
  of('batch', 'v1', 'jobs', 'Job'),
  of('batch', 'v1', 'cronjobs', 'CronJob', ['cj']),
  of('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', ['hpa']),
  of('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget', ['pdb']),
  of('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice'),
  of('networking.k8s.io', 'v1', 'ingresses', 'Ingress', ['ing']),
  of('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy', ['netpol']),
  { ...of('argoproj.io', 'v1alpha1', 'applications', 'Application'), definedBy: 'applications' },
  {
    ...of('kustomize.toolkit.fluxcd.io', 'v1', 'kustomizations', 'Kustomization', ['ks']),
    definedBy: 'kustomizations',
  },
  {
    ...of('helm.toolkit.fluxcd.io', 'v2', 'helmreleases', 'HelmRelease', ['hr']),
    definedBy: 'helmReleases',
  },
];

/** 'deployments.apps', 'pods': the resource in error messages. */
export const qualifiedResource = ({ group }: Pick<ResourceKind, 'group'>, plural: string): string =>
  group === '' ? plural : `${plural}.${group}`;

/** 'apps/v1', 'v1'. */
export const apiVersionOf = ({ group, version }: Pick<ResourceKind, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;
