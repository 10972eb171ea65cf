/** A kind of object and where the API keeps it. Source: Kubernetes API reference. */
export interface Kind {
  /** What it is called here: 'deployment' in `deployment/x`. */
  readonly word: string;
  /** As its manifest says it. */
  readonly kind: string;
  readonly plural: string;
  readonly group: string;
  readonly version: string;
  readonly short: readonly string[];
  readonly isNamespaced: boolean;
}

const kind = (
  name: string,
  plural: string,
  apiVersion: string,
  short: readonly string[] = [],
  isNamespaced = true,
): Kind => {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { word: name.toLowerCase(), kind: name, plural, group, version, short, isNamespaced };
};

export const kinds = {
  pod: kind('Pod', 'pods', 'v1', ['po']),
  deployment: kind('Deployment', 'deployments', 'apps/v1', ['deploy']),
  statefulset: kind('StatefulSet', 'statefulsets', 'apps/v1', ['sts']),
  daemonset: kind('DaemonSet', 'daemonsets', 'apps/v1', ['ds']),
  replicaset: kind('ReplicaSet', 'replicasets', 'apps/v1', ['rs']),
  job: kind('Job', 'jobs', 'batch/v1'),
  cronjob: kind('CronJob', 'cronjobs', 'batch/v1', ['cj']),
  hpa: kind('HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'autoscaling/v2', ['hpa']),
  pdb: kind('PodDisruptionBudget', 'poddisruptionbudgets', 'policy/v1', ['pdb']),
  service: kind('Service', 'services', 'v1', ['svc']),
  endpointslice: kind('EndpointSlice', 'endpointslices', 'discovery.k8s.io/v1'),
  ingress: kind('Ingress', 'ingresses', 'networking.k8s.io/v1', ['ing']),
  networkpolicy: kind('NetworkPolicy', 'networkpolicies', 'networking.k8s.io/v1', ['netpol']),
  configmap: kind('ConfigMap', 'configmaps', 'v1', ['cm']),
  secret: kind('Secret', 'secrets', 'v1'),
  event: kind('Event', 'events', 'v1', ['ev']),
  pvc: kind('PersistentVolumeClaim', 'persistentvolumeclaims', 'v1', ['pvc']),
  serviceaccount: kind('ServiceAccount', 'serviceaccounts', 'v1', ['sa']),
  node: kind('Node', 'nodes', 'v1', ['no'], false),
  namespace: kind('Namespace', 'namespaces', 'v1', ['ns'], false),
} as const satisfies Readonly<Record<string, Kind>>;

const all: readonly Kind[] = Object.values(kinds);

/** The kind that a person calls so: 'deployment', 'Deployment', 'deployments' or 'deploy'. */
export const kindNamed = (name: string): Kind | undefined => {
  const word = name.toLowerCase();
  return all.find((one) => one.word === word || one.plural === word || one.short.includes(word));
};

/** '/api/v1', '/apis/apps/v1' */
export const rootOf = ({ group, version }: Pick<Kind, 'group' | 'version'>): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/** Where objects of a kind are; of all namespaces when `namespace` is '*'. */
export const listPath = (of: Kind, namespace: string): string =>
  of.isNamespaced && namespace !== '*'
    ? `${rootOf(of)}/namespaces/${encodeURIComponent(namespace)}/${of.plural}`
    : `${rootOf(of)}/${of.plural}`;

/** Where one object is, or a part of it ('log', 'scale'). */
export const objectPath = (of: Kind, namespace: string, name: string, part = ''): string =>
  `${listPath(of, namespace)}/${encodeURIComponent(name)}${part === '' ? '' : `/${part}`}`;

/** 'deployment/x' as a kind and a name; undefined when it is not of that form or the kind is none of ours. */
export const objectNamed = (text: string): { readonly kind: Kind; readonly name: string } | undefined => {
  const [, word = '', name = ''] = /^([A-Za-z]+)\/([a-z0-9]([-a-z0-9.]*[a-z0-9])?)$/.exec(text) ?? [];
  const of = kindNamed(word);
  return of === undefined ? undefined : { kind: of, name };
};
