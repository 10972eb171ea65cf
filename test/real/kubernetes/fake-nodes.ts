import { until } from '../machine/until.ts';
import type { Api } from './api.ts';
import type { KubeObject } from './objects.ts';
import { pathOf } from './paths.ts';

export const fakeNodes: readonly string[] = Array.from(
  { length: 20 },
  (_, index) => `fake-${String(index).padStart(2, '0')}`,
);

const fakeNode = (name: string, index: number): KubeObject => {
  const capacity = { cpu: '64', memory: '256Gi', pods: '1000', 'ephemeral-storage': '1Ti' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/zone': `zone-${'abc'[index % 3]}`,
      },
    },
    status: {
      capacity,
      allocatable: capacity,
      // Loopback: requests to this kubelet for logs fail, and do not leave this machine.
      addresses: [
        { type: 'InternalIP', address: `127.1.0.${index + 1}` },
        { type: 'Hostname', address: name },
      ],
    },
  };
};

interface Node {
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export const isNodeReady = async (api: Api, name: string): Promise<boolean> => {
  const { status } = await api.ask<Node>(pathOf({ apiVersion: 'v1', kind: 'Node', name }));
  return (
    status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false
  );
};

/** Creates nodes managed by kwok, for 1,000 pods each. Resolves when all are ready. */
export const createFakeNodes = async (api: Api): Promise<void> => {
  const body = fakeNodes.map(fakeNode);
  await Promise.all(
    body.map((node) => api.ask(pathOf({ apiVersion: 'v1', kind: 'Node' }), { method: 'POST', body: node })),
  );
  await until('every fake node is ready', async () => {
    const ready = await Promise.all(fakeNodes.map((name) => isNodeReady(api, name)));
    return ready.every(Boolean);
  });
};
