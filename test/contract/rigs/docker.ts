import { expect } from 'vitest';
import { startDockerEndpoint } from '../../../src/simulator/servers/docker/endpoint.ts';
import type { SourceRig, TimelessFact } from '../../../src/testing/source-rig.ts';
import { composeView } from './docker-simulator.ts';

const source = 'docker';
const stamp = { source, node: '' };
const container: TimelessFact = {
  ...stamp,
  kind: 'container',
  namespace: 'shop',
  wanted: 1,
  restarts: 0,
  isHealthChecked: true,
};
const limit = { memoryLimitBytes: 1024 * 1024 * 1024 };
const running = { status: 'running', ready: 1, restartsRising: false, startedAt: expect.any(Number) };

const broker: TimelessFact = {
  ...container,
  ...limit,
  name: 'shop-broker-1',
  image: 'shop/broker:latest',
  owner: 'broker',
  status: 'failed',
  ready: 0,
  restartsRising: false,
  detail: 'exit 3',
};
const cache: TimelessFact = {
  ...container,
  ...limit,
  ...running,
  name: 'shop-cache-1',
  owner: 'cache',
  image: 'shop/cache:latest',
};
const web: TimelessFact = {
  ...container,
  ...limit,
  ...running,
  name: 'shop-web-1',
  owner: 'web',
  image: 'shop/web:2.4.1',
};
const service = (name: string, ready: number, status: string): TimelessFact => ({
  ...stamp,
  kind: 'service',
  namespace: 'shop',
  name,
  owner: 'shop',
  status,
  ready,
  wanted: 1,
  restarts: 0,
  isHealthChecked: true,
});
const services = [
  service('broker', 0, 'degraded'),
  service('cache', 1, 'running'),
  service('web', 1, 'running'),
];
/** The container behind the values of a service. */
const webPart = '{"container":"shop-web-1"}';
const measured = { memoryBytes: expect.any(Number) };
const sample = (signal: string, rest: object): TimelessFact => ({ source, signal, labels: {}, ...rest });
const note = (title: string, text: unknown): TimelessFact => ({ source, title, text });
const image = expect.stringMatching(/^[0-9a-f]{12} · 100 MiB · created 2023-11-14$/);

/** The Docker daemon of the simulator, with one exited container. */
export const dockerRig: SourceRig = {
  type: 'docker',
  start: async (clock) => {
    const { vars, close } = await startDockerEndpoint(composeView(clock, 'broker-exited'));
    return { url: vars.docker ?? '', close };
  },
  config: (url) => ({
    host: url,
    project: 'shop',
    files: ['compose.yaml'],
    compose: ['sh', '-c', 'case "$*" in *config*) printf "web 1\\ncache 2\\nbroker 3\\n" ;; esac', 'docker'],
    identity: { name: 'docker-test' },
  }),
  signals: [
    { id: 'web.running', read: { running: 'web' } },
    { id: 'broker.running', read: { running: 'broker' } },
    { id: 'absent.running', read: { running: 'absent' } },
    { id: 'web.restarts', read: { restarts: 'web' } },
    { id: 'web.cpu', read: { cpu: 'web' } },
    { id: 'web.memory', read: { memory: 'web', as: 'percent' } },
    { id: 'broker.memory', read: { memory: 'broker' } },
    { id: 'web.health', read: { health: 'web' } },
  ],
  healthy: {
    'docker/containers': {
      items: [broker, { ...cache, ...measured }, { ...web, ...measured }, ...services],
      samples: [
        sample('web.running', { value: 1 }),
        sample('broker.running', { value: 0 }),
        sample('absent.running', { value: 0 }),
        sample('web.restarts', { value: 0, fold: 'max', isCounter: true, parts: { [webPart]: 0 } }),
        sample('web.cpu', { why: 'there is no value yet: CPU usage needs two readings' }),
        sample('web.memory', {
          value: expect.any(Number),
          fold: 'max',
          parts: { [webPart]: expect.any(Number) },
        }),
        sample('broker.memory', {
          why: 'broker has no memory value: the container is not running, or stats: false turns the measurement off',
        }),
        sample('web.health', { value: 'healthy', parts: { [webPart]: 1 } }),
      ],
    },
    'docker/events': { items: [note('shop-broker-1', 'die, exit 3')] },
    'docker/images': {
      items: [
        note('shop/broker:latest', image),
        note('shop/cache:latest', image),
        note('shop/web:2.4.1', image),
      ],
    },
  },
  unknowns: {
    'docker/containers': ({ items, samples = [] }) => [
      ...items.flatMap((item) => ('wanted' in item && item.kind === 'container' ? [item.cpuCores] : [])),
      ...items.flatMap((item) => ('wanted' in item && item.ready === 0 ? [item.memoryBytes] : [])),
      ...samples.filter(({ signal }) => /cpu|broker\.memory/.test(signal)).map(({ value }) => value),
    ],
  },
  partial: { denied: /\/stats\?/, feed: 'docker/containers', items: [broker, cache, web, ...services] },
  operations: {
    start: { container: 'shop-broker-1' },
    stop: { service: 'web' },
    restart: { service: 'web' },
    kill: { container: 'shop-web-1' },
    pull: { image: 'shop/web:2.4.2' },
    composeUp: { service: 'web' },
    composeScale: { service: 'web', replicas: 2 },
    composeProjectUp: {},
    composeDown: {},
    exec: { container: 'shop-web-1', argv: ['true'] },
    shell: { container: 'shop-web-1' },
    run: { service: 'web', argv: ['true'] },
    logs: { service: 'web', lines: 10 },
  },
};
