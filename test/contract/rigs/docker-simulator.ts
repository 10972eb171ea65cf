import type { Clock } from '../../../src/platform/runtime/clock.ts';
import type { SystemSpec } from '../../../src/simulator/model/spec/system-spec.ts';
import { SystemModel } from '../../../src/simulator/model/system-model.ts';
import type { SimulatorContext } from '../../../src/simulator/servers/http/simulator-context.ts';

const spec: SystemSpec = {
  name: 'shop',
  services: [
    {
      name: 'web',
      version: '2.4.1',
      api: '/api',
      latencyMs: 0,
      heapMaxBytes: 512 * 1024 * 1024,
      calls: [],
      indicators: [],
      openBreakerIsDown: false,
      managementApart: true,
    },
  ],
  dependencies: [
    { name: 'broker', log: 'quiet', latencyMs: 0, error: 'Connection refused' },
    { name: 'cache', log: 'quiet', latencyMs: 0, error: 'Connection refused' },
  ],
  environments: [{ name: 'test', instances: { web: 1 }, requestsPerSecond: 5, slowness: 0, errorShare: 0 }],
  incidents: [
    { name: 'broker-exited', title: 'the broker has ended', compose: { exited: { broker: { code: 3 } } } },
    {
      name: 'out-of-memory',
      title: 'the kernel has ended the service',
      compose: { exited: { web: { code: 137, oomKilled: true } } },
    },
    {
      name: 'cache-sick',
      title: 'the cache does not answer its check',
      compose: { unhealthy: { cache: 'NOAUTH Authentication required' } },
    },
  ],
  compose: { project: 'shop', memoryLimitBytes: 1024 * 1024 * 1024, terminals: ['cache'] },
  rehearsal: { addresses: {}, texts: {} },
};

/** A Compose project of one service and two dependencies, after these incidents. */
export const composeView = (clock: Clock, ...incidents: readonly string[]): SimulatorContext => {
  const model = new SystemModel(spec, { startedAt: clock.now() });
  for (const incident of incidents) model.inject(incident, 'test', clock.now());
  return { model, clock, env: 'test' };
};
