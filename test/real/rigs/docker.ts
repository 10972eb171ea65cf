import { expect } from 'vitest';
import type { FailureMode } from '../../../src/testing/failure-modes.ts';
import type { Stage, TimelessFact } from '../../../src/testing/source-rig.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { inspect, runContainer } from '../docker/containers.ts';
import { shopImage } from '../docker/image.ts';
import { openSocketPort } from '../docker/socket-port.ts';
import { until } from '../machine/until.ts';
import { openProxy, type Way } from '../proxy.ts';

interface WayFailureMode extends FailureMode {
  readonly way: Way;
}

const failureModes: readonly WayFailureMode[] = [
  { name: 'down', fault: 'unreachable', row: 'down', way: 'refuse' },
  { name: 'garbage', fault: 'malformed', row: 'down', way: 'garbage' },
  { name: 'hanging', fault: 'timeout', row: 'down', hangs: true, way: 'silent' },
  {
    name: 'an answer that stops after its headers',
    fault: 'timeout',
    row: 'down',
    hangs: true,
    way: 'headers-only',
  },
  { name: 'a body cut in half', fault: 'unreachable', row: 'down', way: 'cut' },
];

const source = 'docker';
const project = 'contract';
const container: TimelessFact = {
  source,
  kind: 'container',
  namespace: project,
  node: '',
  wanted: 1,
  restarts: 0,
  restartsRising: false,
  image: expect.stringMatching(/^opsdeck-shop:/),
};
const service: TimelessFact = {
  source,
  kind: 'service',
  namespace: project,
  owner: project,
  node: '',
  wanted: 1,
};
const sample = (signal: string, rest: object): TimelessFact => ({ source, signal, labels: {}, ...rest });
const note = (title: string, text: unknown): TimelessFact => ({ source, title, text });

/** Two containers of a project: one is healthy, one has failed. */
const runContainers = async (socket: string): Promise<AsyncDisposable> => {
  await using stack = new AsyncDisposableStack();
  const web = stack.use(
    await runContainer(socket, {
      name: 'contract-web-1',
      script: 'trap "exit 0" TERM; while :; do sleep 1; done',
      service: [project, 'web'],
      health: 'true',
    }),
  );
  const batch = stack.use(
    await runContainer(socket, { name: 'contract-batch-1', script: 'exit 3', service: [project, 'batch'] }),
  );
  await until('one container is healthy, the other has exited', async () => {
    const inspected = await inspect(socket, web.id);
    const other = await inspect(socket, batch.id);
    return inspected.State.Health?.Status === 'healthy' && other.State.Status === 'exited';
  });
  return stack.move();
};

/** A real daemon behind a proxy; its live metrics are covered by a separate test. */
export const dockerStage = (socket: string): Stage<WayFailureMode> => ({
  failureModes,
  isAnonymous: true,
  clock: () => manualClock(Date.now()),
  open: async () => {
    await using opened = new AsyncDisposableStack();
    opened.use(await runContainers(socket));
    const port = await openSocketPort(socket);
    opened.defer(() => port.close());
    const proxy = await openProxy(port.port);
    opened.defer(() => proxy.close());
    const all = opened.move();
    return {
      ...proxy,
      url: proxy.origin,
      set: async ({ way }) => {
        await proxy.set('through');
        await proxy.set(way);
      },
      heal: () => proxy.set('through'),
      close: () => all.disposeAsync(),
    };
  },
  rig: {
    type: 'docker',
    config: (url) => ({
      host: url,
      project,
      stats: false,
      files: ['compose.yaml'],
      compose: [
        'sh',
        '-c',
        'case "$*" in *config*) printf "web 1\\ncache 2\\nbroker 3\\n" ;; esac',
        'docker',
      ],
    }),
    signals: [
      { id: 'web.running', read: { running: 'web' } },
      { id: 'web.health', read: { health: 'web' } },
      { id: 'web.memory', read: { memory: 'web' } },
    ],
    healthy: {
      'docker/containers': {
        items: [
          {
            ...container,
            name: 'contract-batch-1',
            owner: 'batch',
            status: 'failed',
            ready: 0,
            detail: 'exit 3',
          },
          {
            ...container,
            name: 'contract-web-1',
            owner: 'web',
            status: 'running',
            ready: 1,
            isHealthChecked: true,
            startedAt: expect.any(Number),
          },
          { ...service, name: 'batch', status: 'degraded', ready: 0, restarts: 0 },
          { ...service, name: 'web', status: 'running', ready: 1, restarts: 0, isHealthChecked: true },
        ],
        samples: [
          sample('web.running', { value: 1 }),
          sample('web.health', { value: 'healthy', parts: { '{"container":"contract-web-1"}': 1 } }),
          sample('web.memory', {
            why: 'web has no memory value: the container is not running, or stats: false turns the measurement off',
          }),
        ],
      },
      'docker/events': {
        items: expect.arrayContaining([
          note('contract-web-1', 'health_status: healthy'),
          note('contract-batch-1', 'die, exit 3'),
          note('contract-web-1', 'start'),
        ]),
      },
      'docker/images': {
        // The image of a whole host may exist, too.
        items: expect.arrayContaining([
          note(shopImage, expect.stringMatching(/^[0-9a-f]{12} · .* · created \d{4}-/)),
        ]),
      },
    },
    unknowns: {
      'docker/containers': ({ items }) =>
        items.flatMap((item) => ('wanted' in item && item.kind === 'container' ? [item.memoryBytes] : [])),
    },
    operations: {
      start: { container: 'contract-batch-1' },
      stop: { service: 'web' },
      restart: { service: 'web' },
      kill: { container: 'contract-web-1' },
      pull: { image: 'shop:2' },
      composeUp: { service: 'web' },
      composeScale: { service: 'web', replicas: 2 },
      composeProjectUp: {},
      composeDown: {},
      exec: { container: 'contract-web-1', argv: ['true'] },
      shell: { container: 'contract-web-1' },
      run: { image: shopImage, argv: ['true'] },
      logs: { service: 'web', lines: 10 },
    },
  },
});
