/** Objects as returned by an API server: the minimum that a test needs. */
export type Raw = Readonly<Record<string, unknown>>;

export const meta = (name: string, more: Raw = {}): Raw => ({
  name,
  namespace: 'prod',
  uid: `uid-${name}`,
  resourceVersion: '1',
  creationTimestamp: '2026-03-04T09:15:07Z',
  ...more,
});

export const running = (name: string, more: Raw = {}): Raw => ({
  name,
  ready: true,
  started: true,
  restartCount: 0,
  state: { running: { startedAt: '2026-03-04T09:15:09Z' } },
  ...more,
});

interface PodShape {
  readonly meta?: Raw;
  readonly spec?: Raw;
  readonly status?: Raw;
  readonly containers?: readonly Raw[];
}

/** A pod with one running and ready container `app`, with overrides. */
export const pod = (name: string, { meta: own, spec, status, containers }: PodShape = {}): Raw => ({
  metadata: meta(name, own),
  spec: { nodeName: 'node-a', containers: [{ name: 'app', image: 'app:1' }], ...spec },
  status: {
    phase: 'Running',
    startTime: '2026-03-04T09:15:08Z',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: containers ?? [running('app')],
    ...status,
  },
});

/** A pod of the deployment `name`, whose template has this hash. */
export const podOf = (deployment: string, nth: string, shape: PodShape = {}): Raw =>
  pod(`${deployment}-6b7f-${nth}`, {
    ...shape,
    meta: {
      labels: { app: deployment, 'pod-template-hash': '6b7f' },
      ownerReferences: [{ kind: 'ReplicaSet', name: `${deployment}-6b7f`, uid: 'rs', controller: true }],
      ...shape.meta,
    },
  });

export const deployment = (name: string, spec: Raw = {}, status: Raw = {}): Raw => ({
  metadata: meta(name, { generation: 2 }),
  spec: { replicas: 2, selector: { matchLabels: { app: name } }, ...spec },
  status: {
    observedGeneration: 2,
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    conditions: [
      { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
    ],
    ...status,
  },
});

export const listOf = (items: readonly Raw[], more: Raw = {}): Raw => ({
  kind: 'List',
  apiVersion: 'v1',
  metadata: { resourceVersion: '100', ...more },
  items,
});

/** A refusal by the API. */
export const failure = (code: number, reason: string, message: string): Raw => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  reason,
  message,
});
