import type { Scenario } from './open-through.ts';

const kubeconfig = 'test/replay/kubeconfig.json';
const namespace = 'recorded';
const deployment = 'api';

/** Pod names without the suffix of their controller. */
const podNames = (items: readonly object[]): readonly string[] =>
  items
    .flatMap((item) =>
      'kind' in item && item.kind === 'pod' && 'name' in item ? [String(item.name).replace(/-.*/, '')] : [],
    )
    .toSorted();

/** The user of the requests: its token is added outside of the recording. */
interface KubeScenario extends Scenario {
  readonly user?: 'admin' | 'nobody' | 'expired';
}

/**
 * Two nodes of kwok; the deployment `api` has two pods that run on them; no node suits the pod `homeless`. There is no
 * metrics server.
 */
export const kubernetesScenarios: readonly KubeScenario[] = [
  {
    name: 'pods',
    asked: 'the pods of a namespace',
    entry: { kubeconfig, namespace },
    calls: ['feed pods'],
  },
  {
    name: 'workloads',
    asked: 'the deployments of a namespace',
    entry: { kubeconfig, namespace },
    calls: ['feed deployments'],
  },
  {
    name: 'nodes',
    asked: 'the nodes',
    // Without a metrics server.
    entry: { kubeconfig, namespace, facts: ['nodes'] },
    calls: ['feed nodes'],
  },
  {
    name: 'warnings',
    asked: 'the events of type Warning',
    entry: { kubeconfig, namespace },
    calls: ['feed warnings'],
  },
  {
    name: 'top',
    asked: 'the usage of pods, where nothing serves metrics.k8s.io',
    entry: { kubeconfig, namespace },
    calls: ['feed top'],
  },
  {
    name: 'forbidden',
    asked: 'the pods of a namespace, by a user without rights',
    user: 'nobody',
    entry: { kubeconfig, namespace },
    calls: ['feed pods'],
  },
  {
    name: 'unauthorized',
    asked: 'the pods of a namespace, with a token that the cluster does not know',
    user: 'expired',
    entry: { kubeconfig, namespace },
    calls: ['feed pods'],
  },
  {
    name: 'doctor',
    asked: 'the examination, and the identity of another cluster',
    entry: {
      kubeconfig,
      namespace,
      identity: { uid: 'another' },
      facts: [
        ...['pods', 'deployments', 'statefulsets', 'daemonsets', 'jobs'],
        ...['nodes', 'hpas', 'warnings', 'top'],
      ],
    },
    calls: ['doctor', 'identify'],
  },
  {
    name: 'plans',
    asked:
      'plans with a server-side dry run: restart, scale, an environment variable; a deployment that does not exist; a name that validation refuses',
    entry: { kubeconfig, namespace },
    calls: [
      { plan: 'restart', params: { deployment, namespace } },
      { plan: 'scale', params: { deployment, namespace, replicas: 3 } },
      { plan: 'setEnv', params: { deployment, namespace, env: { GOGC: '50' } } },
      { plan: 'restart', params: { deployment: 'none', namespace } },
      {
        plan: 'patch',
        params: { kind: 'deployment', name: deployment, namespace, patch: { spec: { replicas: -1 } } },
      },
    ],
  },
  {
    name: 'watch',
    asked: 'pods that are watched while `api` is scaled from two to one and a pod `late` is made',
    entry: { kubeconfig, namespace },
    calls: [{ watch: 'pods', holds: ({ items }) => podNames(items).join() === 'api,homeless,late' }],
  },
];

/** Watches read without a feed. */
export const watchScenarios = {
  gone: { name: 'gone', asked: 'a watch from a version that is too old', entry: { kubeconfig, namespace } },
  bookmark: {
    name: 'bookmark',
    asked: 'a watch of pods that ends after ten seconds, of which one is made and deleted',
    entry: { kubeconfig, namespace },
  },
} as const;

/** On the node that runs containers: the pod `talker` writes three lines and ends; the image of the pod `stuck` is missing. */
export const kubernetesNodeScenarios: readonly KubeScenario[] = [
  {
    name: 'containers',
    asked: 'pods whose container has ended, and cannot start',
    entry: { kubeconfig, namespace, selector: 'app in (stuck,talker)' },
    calls: ['feed pods'],
  },
  {
    name: 'log',
    asked: 'the log of a container',
    entry: { kubeconfig, namespace },
    calls: [{ tail: 'pod/talker', from: { follow: false } }],
  },
  {
    name: 'log-last-line',
    asked: 'the last line of a log',
    entry: { kubeconfig, namespace },
    calls: [{ tail: 'pod/talker', from: { follow: false, lines: 1 } }],
  },
];
