import { expect } from 'vitest';
import type { Stage, TimelessFact } from '../../../src/testing/source-rig.ts';
import { kubernetesOperationValues } from '../../contract/rigs/kubernetes-operations.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { cordonedNode, namespace } from '../kubernetes/contract.ts';
import { fakeNodes } from '../kubernetes/fake-nodes.ts';
import { type KubeFailureMode, kubeFailureModes, openKubeWire } from '../kubernetes/wire.ts';
import type { Address } from '../servers/server.ts';

const source = 'kubernetes';

/** Identity of the real cluster. */
let clusterUid = '';

/** A pod of the deployment, and its node; both names are chosen by the cluster. */
let busPod = { name: '', node: '' };

const row = { source, namespace, startedAt: expect.any(Number) };
const pod = {
  ...row,
  kind: 'pod',
  ready: 1,
  wanted: 1,
  node: expect.stringMatching(/^fake-\d\d$/),
  status: 'Running',
  isHealthChecked: false,
  ip: expect.any(String),
  restarts: 0,
  restartsRising: false,
};
const workload = { ...row, owner: '', node: '' };
const template = {
  isHealthChecked: false,
  image: expect.any(String),
  revision: expect.any(String),
  generation: expect.any(Number),
};
const bus = {
  ...workload,
  ...template,
  kind: 'deployment',
  name: 'bus',
  ready: 1,
  wanted: 1,
  status: 'available',
};
const sample = (signal: string, rest: object): TimelessFact => ({ source, signal, labels: {}, ...rest });
const warning = {
  source,
  title: expect.stringMatching(/^horizontalpodautoscaler bus Failed/),
  text: expect.stringMatching(/^\d{4}-\d\d-\d\dT.* failed to get cpu utilization/),
};

/** A namespace of a real cluster with the objects of `contract.ts`; TLS on both sides of the proxy. */
export const kubernetesStage = (server: Address): Stage<KubeFailureMode> => ({
  failureModes: kubeFailureModes,
  call: /^(GET|HEAD) https:\/\/127\.0\.0\.1:\d+\/\S* *: \S/,
  // Times in API objects are from the machine's clock.
  clock: () => manualClock(Date.now()),
  open: async () => {
    const opened = await openKubeWire(server);
    clusterUid = opened.uid;
    busPod = opened.busPod;
    return opened.wire;
  },
  rig: {
    type: 'kubernetes',
    config: (kubeconfig) => ({
      context: 'contract',
      kubeconfig,
      // Reads must list: watches are tested by another suite.
      watch: false,
      // All except the facts of a metrics server.
      facts: ['pods', 'deployments', 'statefulsets', 'daemonsets', 'jobs', 'nodes', 'hpas', 'warnings'],
      identity: { uid: clusterUid },
    }),
    signals: [
      { id: 'bus.ready', read: { ready: 'deployment/bus', of: 'wanted' } },
      { id: 'bus.restarts', read: { restarts: 'app=bus', per: '10m' } },
      { id: 'bus.oom', read: { oom: 'deployment/bus' } },
      { id: 'bus.memory', read: { memory: 'app=bus', of: 'limit', fold: 'max' } },
      { id: 'bus.available', read: { condition: 'deployment/bus', type: 'Available' } },
      { id: 'bus.scaler', read: { hpa: 'bus', value: 'ratio' } },
      { id: 'bus.certificate', read: { secretExpiry: 'bus-tls' } },
      { id: 'gone.ready', read: { ready: 'deployment/gone' } },
    ],
    healthy: {
      'kubernetes/pods': {
        items: [
          {
            ...pod,
            name: expect.stringMatching(/^bus-/),
            owner: 'deploy bus',
            memoryLimitBytes: 64 * 2 ** 20,
          },
          { ...pod, name: 'store-0', owner: 'sts store' },
          { ...pod, name: 'store-1', owner: 'sts store' },
        ],
        samples: [
          sample('bus.restarts', { value: 0, fold: 'sum', parts: expect.any(Object) }),
          sample('bus.oom', { value: 0, fold: 'sum', parts: expect.any(Object) }),
          sample('bus.memory', { why: expect.any(String) }),
        ],
      },
      'kubernetes/deployments': {
        items: [bus],
        samples: [
          sample('bus.ready', { value: 100 }),
          sample('bus.available', { value: 'True' }),
          sample('gone.ready', { why: 'deployment/gone not found: check the name and the namespace' }),
        ],
      },
      'kubernetes/statefulsets': {
        items: [
          {
            ...workload,
            ...template,
            kind: 'statefulset',
            name: 'store',
            ready: 2,
            wanted: 2,
            status: 'available',
          },
        ],
      },
      'kubernetes/daemonsets': { items: [] },
      'kubernetes/jobs': { items: [] },
      'kubernetes/nodes': {
        items: expect.arrayContaining(
          fakeNodes.map((name) => ({
            source: 'kubernetes',
            name,
            status: 'Ready',
            problems: [],
            isCordoned: name === cordonedNode,
            roles: [],
            kubelet: expect.any(String),
            startedAt: expect.any(Number),
            podsAllocatable: expect.any(Number),
            cpuAllocatableCores: expect.any(Number),
            memoryAllocatableBytes: expect.any(Number),
          })),
        ),
      },
      'kubernetes/hpas': {
        items: [
          {
            source,
            title: 'hpa bus',
            text: expect.stringMatching(/^deployment\/bus has 1 replica \(allowed: 1 to 4\)/),
          },
        ],
        samples: [sample('bus.scaler', { value: 25 })],
      },
      'kubernetes/warnings': { items: expect.arrayContaining([warning]) },
      'kubernetes/secrets': { items: [sample('bus.certificate', { value: expect.any(Number) })] },
    },
    // The autoscaler emits a warning every two seconds.
    moving: /"title":"horizontalpodautoscaler[^}]*/g,
    unknowns: {
      'kubernetes/pods': ({ items, samples = [] }) => [
        ...items.map((item) => ('cpuCores' in item ? item.cpuCores : undefined)),
        ...samples.filter(({ signal }) => signal === 'bus.memory').map(({ value }) => value),
      ],
      'kubernetes/deployments': ({ samples = [] }) =>
        samples.filter(({ signal }) => signal === 'gone.ready').map(({ value }) => value),
    },
    partial: { denied: /nodes$/, feed: 'kubernetes/deployments', items: [bus] },
    get operations() {
      return kubernetesOperationValues({
        ...{ namespace: 'contract', pod: busPod.name, image: 'localhost/bus:2', memory: '128Mi' },
        ...{ node: busPod.node, cordonedNode },
      });
    },
  },
});
