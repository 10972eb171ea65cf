import { tmpdir } from 'node:os';

/** The objects of a rig that operations name. */
interface OperationObjects {
  readonly namespace: string;
  readonly pod: string;
  /** The node of the pod. */
  readonly node: string;
  readonly cordonedNode: string;
  /** An image that the deployment does not have. */
  readonly image: string;
  /** A memory limit that the deployment does not have. */
  readonly memory: string;
}

/** Values of every operation, for the simulator and for a real cluster. Add a new operation here. */
export const kubernetesOperationValues = ({
  namespace,
  pod,
  node,
  cordonedNode,
  image,
  memory,
}: OperationObjects): Readonly<Record<string, Readonly<Record<string, unknown>>>> => ({
  sync: { application: 'shop' },
  reconcile: { kustomization: 'shop' },
  delivery: { application: 'shop' },
  releaseHistory: { release: 'broker' },
  releaseDiff: { release: 'broker' },
  releaseRevisions: { release: 'broker' },
  releaseState: { release: 'broker' },
  releaseRollback: { release: 'broker', revision: 1 },
  logs: { deployment: 'bus' },
  describe: { object: 'deployment/bus' },
  events: { object: 'deployment/bus' },
  rollout: { object: 'deployment/bus' },
  revisions: { deployment: 'bus' },
  restart: { deployment: 'bus' },
  // Its autoscaler would reset any other number.
  scale: { deployment: 'bus', replicas: 0 },
  rollback: { deployment: 'bus' },
  setImage: { deployment: 'bus', image },
  setEnv: { deployment: 'bus', env: { MODE: 'fast' } },
  limits: { deployment: 'bus', memory },
  patch: { kind: 'hpa', name: 'bus', patch: { spec: { maxReplicas: 5 } } },
  apply: { files: ['test/contract/rigs/kubernetes-apply.yaml'] },
  diff: { files: ['test/contract/rigs/kubernetes-apply.yaml'] },
  data: { configmap: 'bus-config' },
  keep: { objects: ['deployment/bus', 'configmap/bus-config'], dir: tmpdir() },
  setData: { configmap: 'bus-config', key: 'a.yml', value: 'a: 2\n', namespace },
  delete: { kind: 'deployment', name: 'bus' },
  job: { cronjob: 'sweep' },
  exec: { deployment: 'bus', argv: ['true'] },
  heapRoom: { deployment: 'bus', path: '/tmp' },
  listeners: { deployment: 'bus', ports: [8080] },
  evict: { pod },
  shell: { pod },
  debug: { pod },
  portForward: { pod, port: 8080 },
  podPorts: { pod },
  cordon: { node },
  uncordon: { node: cordonedNode },
  drain: { node },
  nodePods: { node },
});
