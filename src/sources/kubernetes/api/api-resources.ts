/** A kind of object and its place in the API. Source: Kubernetes API reference. */
export interface ApiResource {
  /** Name in references: 'deployment' in `deployment/x`. */
  readonly singular: string;
  /** Kind as written in a manifest. */
  readonly kind: string;
  readonly plural: string;
  readonly group: string;
  readonly version: string;
  readonly shortNames: readonly string[];
  readonly isNamespaced: boolean;
}

export const defineApiResource = (
  name: string,
  plural: string,
  apiVersion: string,
  short: readonly string[] = [],
  isNamespaced = true,
): ApiResource => {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return {
    singular: name.toLowerCase(),
    kind: name,
    plural,
    group,
    version,
    shortNames: short,
    isNamespaced,
  };
};

export const apiResources = {
  pod: defineApiResource('Pod', 'pods', 'v1', ['po']),
  deployment: defineApiResource('Deployment', 'deployments', 'apps/v1', ['deploy']),
  statefulset: defineApiResource('StatefulSet', 'statefulsets', 'apps/v1', ['sts']),
  daemonset: defineApiResource('DaemonSet', 'daemonsets', 'apps/v1', ['ds']),
  replicaset: defineApiResource('ReplicaSet', 'replicasets', 'apps/v1', ['rs']),
  controllerrevision: defineApiResource('ControllerRevision', 'controllerrevisions', 'apps/v1'),
  job: defineApiResource('Job', 'jobs', 'batch/v1'),
  cronjob: defineApiResource('CronJob', 'cronjobs', 'batch/v1', ['cj']),
  hpa: defineApiResource('HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'autoscaling/v2', ['hpa']),
  pdb: defineApiResource('PodDisruptionBudget', 'poddisruptionbudgets', 'policy/v1', ['pdb']),
  service: defineApiResource('Service', 'services', 'v1', ['svc']),
  endpointslice: defineApiResource('EndpointSlice', 'endpointslices', 'discovery.k8s.io/v1'),
  ingress: defineApiResource('Ingress', 'ingresses', 'networking.k8s.io/v1', ['ing']),
  networkpolicy: defineApiResource('NetworkPolicy', 'networkpolicies', 'networking.k8s.io/v1', ['netpol']),
  configmap: defineApiResource('ConfigMap', 'configmaps', 'v1', ['cm']),
  secret: defineApiResource('Secret', 'secrets', 'v1'),
  event: defineApiResource('Event', 'events', 'v1', ['ev']),
  pvc: defineApiResource('PersistentVolumeClaim', 'persistentvolumeclaims', 'v1', ['pvc']),
  serviceaccount: defineApiResource('ServiceAccount', 'serviceaccounts', 'v1', ['sa']),
  node: defineApiResource('Node', 'nodes', 'v1', ['no'], false),
  namespace: defineApiResource('Namespace', 'namespaces', 'v1', ['ns'], false),
} as const satisfies Readonly<Record<string, ApiResource>>;

const allApiResources: readonly ApiResource[] = Object.values(apiResources);

/** Finds a kind by any of its names: 'deployment', 'Deployment', 'deployments' or 'deploy'. */
export const findApiResource = (name: string): ApiResource | undefined => {
  const word = name.toLowerCase();
  return allApiResources.find(
    (allApiResource) =>
      allApiResource.singular === word ||
      allApiResource.plural === word ||
      allApiResource.shortNames.includes(word),
  );
};

/** '/api/v1', '/apis/apps/v1' */
export const apiRoot = ({ group, version }: Pick<ApiResource, 'group' | 'version'>): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/** Path of all objects of a kind; of all namespaces when `namespace` is '*'. */
export const listPath = (of: ApiResource, namespace: string): string =>
  of.isNamespaced && namespace !== '*'
    ? `${apiRoot(of)}/namespaces/${encodeURIComponent(namespace)}/${of.plural}`
    : `${apiRoot(of)}/${of.plural}`;

/** Path of one object or of its subresource ('log', 'scale'). */
export const objectPath = (of: ApiResource, namespace: string, name: string, part = ''): string =>
  `${listPath(of, namespace)}/${encodeURIComponent(name)}${part === '' ? '' : `/${part}`}`;

/** Splits 'deployment/x' into a kind and a name; undefined for any other form or an unknown kind. */
export const parseObjectRef = (
  text: string,
): { readonly kind: ApiResource; readonly name: string } | undefined => {
  const [, word = '', name = ''] = /^([A-Za-z]+)\/([a-z0-9]([-a-z0-9.]*[a-z0-9])?)$/.exec(text) ?? [];
  const of = findApiResource(word);
  return of === undefined ? undefined : { kind: of, name };
};
