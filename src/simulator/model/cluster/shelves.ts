import type { Ledger } from './ledger.ts';
import type { KubeObject, Pod } from './objects.ts';
import { Shelf } from './shelf.ts';
import type {
  DaemonSetObject,
  DeploymentObject,
  EndpointSliceObject,
  EventObject,
  JobObject,
  NodeObject,
  ReplicaSetObject,
  ScalerObject,
  StatefulSetObject,
} from './workload-objects.ts';

/** Every resource that the cluster keeps objects of, by its plural. */
export const shelvesOf = (ledger: Ledger) => ({
  namespaces: new Shelf<KubeObject>('namespaces', ledger),
  nodes: new Shelf<NodeObject>('nodes', ledger),
  pods: new Shelf<Pod>('pods', ledger),
  events: new Shelf<EventObject>('events', ledger),
  configmaps: new Shelf<KubeObject>('configmaps', ledger),
  secrets: new Shelf<KubeObject>('secrets', ledger),
  services: new Shelf<KubeObject>('services', ledger),
  endpointslices: new Shelf<EndpointSliceObject>('endpointslices', ledger),
  networkpolicies: new Shelf<KubeObject>('networkpolicies', ledger),
  deployments: new Shelf<DeploymentObject>('deployments', ledger),
  replicasets: new Shelf<ReplicaSetObject>('replicasets', ledger),
  statefulsets: new Shelf<StatefulSetObject>('statefulsets', ledger),
  daemonsets: new Shelf<DaemonSetObject>('daemonsets', ledger),
  jobs: new Shelf<JobObject>('jobs', ledger),
  cronjobs: new Shelf<KubeObject>('cronjobs', ledger),
  horizontalpodautoscalers: new Shelf<ScalerObject>('horizontalpodautoscalers', ledger),
});

export type Shelves = ReturnType<typeof shelvesOf>;
export type Resource = keyof Shelves;
