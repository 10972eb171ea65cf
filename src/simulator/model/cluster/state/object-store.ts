import type {
  AutoscalerObject,
  BudgetObject,
  ControllerRevisionObject,
  DaemonSetObject,
  DeploymentObject,
  EndpointSliceObject,
  EventObject,
  JobObject,
  KubeObject,
  NodeObject,
  Pod,
  ReplicaSetObject,
  StatefulSetObject,
} from '../../spec/cluster-objects.ts';
import type { ApplicationObject, FluxObject } from '../../spec/delivery-objects.ts';

/** All resources of the cluster by plural. */
export const createObjectStores = (ledger: RevisionLog) => ({
  namespaces: new ObjectStore<KubeObject>('namespaces', ledger),
  nodes: new ObjectStore<NodeObject>('nodes', ledger),
  pods: new ObjectStore<Pod>('pods', ledger),
  events: new ObjectStore<EventObject>('events', ledger),
  configmaps: new ObjectStore<KubeObject>('configmaps', ledger),
  secrets: new ObjectStore<KubeObject>('secrets', ledger),
  services: new ObjectStore<KubeObject>('services', ledger),
  persistentvolumeclaims: new ObjectStore<KubeObject>('persistentvolumeclaims', ledger),
  ingresses: new ObjectStore<KubeObject>('ingresses', ledger),
  endpointslices: new ObjectStore<EndpointSliceObject>('endpointslices', ledger),
  networkpolicies: new ObjectStore<KubeObject>('networkpolicies', ledger),
  deployments: new ObjectStore<DeploymentObject>('deployments', ledger),
  replicasets: new ObjectStore<ReplicaSetObject>('replicasets', ledger),
  statefulsets: new ObjectStore<StatefulSetObject>('statefulsets', ledger),
  daemonsets: new ObjectStore<DaemonSetObject>('daemonsets', ledger),
  controllerrevisions: new ObjectStore<ControllerRevisionObject>('controllerrevisions', ledger),
  jobs: new ObjectStore<JobObject>('jobs', ledger),
  cronjobs: new ObjectStore<KubeObject>('cronjobs', ledger),
  horizontalpodautoscalers: new ObjectStore<AutoscalerObject>('horizontalpodautoscalers', ledger),
  poddisruptionbudgets: new ObjectStore<BudgetObject>('poddisruptionbudgets', ledger),
  applications: new ObjectStore<ApplicationObject>('applications', ledger),
  kustomizations: new ObjectStore<FluxObject>('kustomizations', ledger),
  helmreleases: new ObjectStore<FluxObject>('helmreleases', ledger),
});

export type ObjectStores = ReturnType<typeof createObjectStores>;
export type ResourcePlural = keyof ObjectStores;

export interface ObjectChange {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Plural: 'pods'. */
  readonly resource: string;
  /** The current object; for DELETED, its last state. */
  readonly object: KubeObject;
  /** The previous object. An object that no longer matches a selector is deleted for watches with that selector. */
  readonly before?: KubeObject;
}

/** Number of changes from which a watch can resume; older ones are compacted. */
const kept = 2000;

/** The cluster's resource version counter and its numbered changes; the role of etcd for an API server. */
export class RevisionLog {
  #version = 184_200;
  #changes: ObjectChange[] = [];
  #oldest = this.#version;
  readonly #listeners = new Set<(change: ObjectChange) => void>();

  get version(): number {
    return this.#version;
  }

  /** A watch from an older version gets `410 Gone`. */
  get oldest(): number {
    return this.#oldest;
  }

  next(): number {
    this.#version += 1;
    return this.#version;
  }

  record(change: ObjectChange): void {
    this.#changes.push(change);
    if (this.#changes.length > kept) this.#oldest = this.#changes.shift()?.version ?? this.#oldest;
    for (const listener of this.#listeners) listener(change);
  }

  /** Changes of one resource after a version, oldest first. */
  since(version: number, resource: string): readonly ObjectChange[] {
    return this.#changes.filter((change) => change.version > version && change.resource === resource);
  }

  /** Compacts all changes so far: watches from earlier versions expire. */
  compact(): void {
    this.#oldest = this.#version;
    this.#changes = [];
  }

  /** Calls back on every change from now on; returns the unsubscribe function. */
  listen(listener: (change: ObjectChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const isComposite = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const keysOf = (value: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(value).filter((key) => value[key] !== undefined);

/**
 * Returns true when both produce the same JSON except for key order; an `undefined` property equals a missing one.
 * Compares in place, because controllers compare every object that they write, several times a second.
 */
const isSameValue = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (!isComposite(a) || !isComposite(b)) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((each, index) => isSameValue(each, b[index]));
  }
  const keys = keysOf(a);
  return keys.length === keysOf(b).length && keys.every((key) => isSameValue(a[key], b[key]));
};

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

/** Returns true when only fields that every write changes differ; key order is ignored. */
const isSame = (a: KubeObject, b: KubeObject): boolean => {
  const { metadata: ofA, ...restA } = a;
  const { metadata: ofB, ...restB } = b;
  return (
    isSameValue(restA, restB) && isSameValue({ ...ofA, resourceVersion: '' }, { ...ofB, resourceVersion: '' })
  );
};

/** The objects of one resource. Each version is immutable and numbered by the ledger. */
export class ObjectStore<T extends KubeObject> {
  /** Plural: 'pods'. */
  readonly resource: string;
  readonly #ledger: RevisionLog;
  readonly #objects = new Map<string, T>();

  constructor(resource: string, ledger: RevisionLog) {
    this.resource = resource;
    this.#ledger = ledger;
  }

  /** In etcd's key order: by namespace, then by name. */
  list(): readonly T[] {
    return [...this.#objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** In unspecified order; fast. */
  all(): IterableIterator<T> {
    return this.#objects.values();
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#objects.get(keyOf(namespace, name));
  }

  /** Writes an object. An unchanged object keeps its version. Returns the stored object. */
  put(object: T): T {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const before = this.#objects.get(key);
    if (before !== undefined && isSame(before, object)) return before;
    const version = this.#ledger.next();
    const written = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    this.#objects.set(key, written);
    const { resource } = this;
    if (before === undefined) this.#ledger.record({ version, type: 'ADDED', resource, object: written });
    else this.#ledger.record({ version, type: 'MODIFIED', resource, object: written, before });
    return written;
  }

  remove(namespace: string | undefined, name: string): T | undefined {
    const key = keyOf(namespace, name);
    const before = this.#objects.get(key);
    if (before === undefined) return undefined;
    this.#objects.delete(key);
    const version = this.#ledger.next();
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } };
    this.#ledger.record({ version, type: 'DELETED', resource: this.resource, object, before });
    return object;
  }
}
