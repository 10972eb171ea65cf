/** Plural of each kind in paths. `clustered`: its objects have no namespace. */
const kinds: Readonly<Record<string, { readonly plural: string; readonly clustered?: boolean }>> = {
  Namespace: { plural: 'namespaces', clustered: true },
  Node: { plural: 'nodes', clustered: true },
  CustomResourceDefinition: { plural: 'customresourcedefinitions', clustered: true },
  ClusterRole: { plural: 'clusterroles', clustered: true },
  ClusterRoleBinding: { plural: 'clusterrolebindings', clustered: true },
  Role: { plural: 'roles' },
  RoleBinding: { plural: 'rolebindings' },
  Pod: { plural: 'pods' },
  Service: { plural: 'services' },
  ConfigMap: { plural: 'configmaps' },
  Secret: { plural: 'secrets' },
  ResourceQuota: { plural: 'resourcequotas' },
  ServiceAccount: { plural: 'serviceaccounts' },
  Event: { plural: 'events' },
  Deployment: { plural: 'deployments' },
  ReplicaSet: { plural: 'replicasets' },
  StatefulSet: { plural: 'statefulsets' },
  DaemonSet: { plural: 'daemonsets' },
  Job: { plural: 'jobs' },
  CronJob: { plural: 'cronjobs' },
  PodDisruptionBudget: { plural: 'poddisruptionbudgets' },
  Application: { plural: 'applications' },
  Kustomization: { plural: 'kustomizations' },
  HorizontalPodAutoscaler: { plural: 'horizontalpodautoscalers' },
};

/** Selects an object. Without a name: all objects of the kind. Without a namespace: those of all namespaces. */
export interface Where {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** Returns the path of an object or of a list. Source: Kubernetes API concepts, "Resource URIs". */
export const pathOf = ({ apiVersion, kind, namespace, name }: Where): string => {
  const known = kinds[kind];
  if (known === undefined) throw new Error(`test/real/kubernetes/paths.ts has no kind "${kind}"`);
  const within = known.clustered || namespace === undefined ? '' : `/namespaces/${namespace}`;
  const root = apiVersion.includes('/') ? '/apis' : '/api';
  return `${root}/${apiVersion}${within}/${known.plural}${name === undefined ? '' : `/${name}`}`;
};
