/** Creation time of every pod. */
const created = '2026-03-01T10:00:00Z';

/** A typical pod of a Deployment: 6 KB of JSON, most of it unused. With restarts it is in CrashLoopBackOff. */
export const pod = (index: number, restarts = 0) => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: metadataOf(index, restarts),
  spec: {
    nodeName: `node-${index % 50}`,
    containers: [
      {
        name: 'app',
        image: 'registry.example/app:1.2.3',
        env: Array.from({ length: 12 }, (_, position) => ({
          name: `KEY_${position}`,
          value: 'z'.repeat(60),
        })),
        resources: { limits: { cpu: '1', memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
      },
    ],
  },
  status: {
    phase: 'Running',
    startTime: created,
    conditions: [{ type: 'Ready', status: restarts > 0 ? 'False' : 'True' }],
    containerStatuses: [
      {
        name: 'app',
        containerID: `containerd://${index.toString(16).padStart(64, '0')}`,
        ready: restarts === 0,
        restartCount: restarts,
        image: 'registry.example/app:1.2.3',
        state:
          restarts > 0
            ? { waiting: { reason: 'CrashLoopBackOff' } }
            : { running: { startedAt: '2026-03-01T10:00:05Z' } },
      },
    ],
  },
});

const metadataOf = (index: number, restarts: number) => ({
  name: `pod-${String(index).padStart(5, '0')}`,
  namespace: 'shop',
  uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  resourceVersion: String(1000 + index + restarts),
  creationTimestamp: created,
  labels: { app: `app-${index % 40}`, 'pod-template-hash': '7c9f8d6b5' },
  annotations: { note: 'x'.repeat(400) },
  ownerReferences: [
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: `app-${index % 40}-7c9f8d6b5`,
      uid: `rs-${index % 40}`,
      controller: true,
    },
  ],
  managedFields: [
    { manager: 'kube-controller-manager', operation: 'Update', fieldsV1: { f: 'y'.repeat(2500) } },
  ],
});

/** Metadata of a list: its version, and where the next chunk starts. */
interface ListPosition {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** The pods of a chunk as full objects. */
export const podList = (indexes: readonly number[], metadata: ListPosition) => ({
  kind: 'PodList',
  apiVersion: 'v1',
  metadata,
  items: indexes.map((index) => pod(index)),
});

const column = (name: string, type = 'string') => ({ name, type, format: '', description: '', priority: 0 });

/** The pods of a chunk as rows for a client that prints them, like kubectl. Source: Kubernetes API concepts, "Table". */
export const podTable = (indexes: readonly number[], metadata: ListPosition) => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
  columnDefinitions: [
    column('Name'),
    column('Ready'),
    column('Status'),
    column('Restarts', 'integer'),
    column('Age'),
  ],
  rows: indexes.map((index) => ({
    cells: [metadataOf(index, 0).name, '1/1', 'Running', 0, '267d'],
    object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: metadataOf(index, 0) },
  })),
});

const namespace = {
  kind: 'Namespace',
  apiVersion: 'v1',
  metadata: { name: 'shop' },
  status: { phase: 'Active' },
};

/** Requests of kubectl and k9s before their lists: discovery, and the namespaces. */
export const discovery: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '34', gitVersion: 'v1.34.0', platform: 'linux/amd64' },
  '/api/v1/namespaces': {
    kind: 'NamespaceList',
    apiVersion: 'v1',
    metadata: { resourceVersion: '1' },
    items: [namespace],
  },
  '/api/v1/namespaces/shop': namespace,
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      {
        name: 'pods',
        singularName: 'pod',
        namespaced: true,
        kind: 'Pod',
        verbs: ['get', 'list', 'watch'],
        shortNames: ['po'],
      },
    ],
  },
};

/** The answer to a review of access: everything is allowed. k9s asks for one before it lists. */
export const accessReview = {
  kind: 'SelfSubjectAccessReview',
  apiVersion: 'authorization.k8s.io/v1',
  spec: {},
  status: { allowed: true },
};
