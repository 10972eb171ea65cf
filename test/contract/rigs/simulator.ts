import type { Clock } from '../../../src/platform/runtime/clock.ts';
import type { AlertRule, SystemSpec } from '../../../src/simulator/model/spec/system-spec.ts';
import { SystemModel } from '../../../src/simulator/model/system-model.ts';
import type { SimulatorContext } from '../../../src/simulator/servers/http/simulator-context.ts';

/** The smallest complete system: one instance with a pool, a closed circuit breaker and an unused one. */
const spec: SystemSpec = {
  name: 'contract',
  services: [
    {
      name: 'bus',
      version: '2.4.1',
      api: '/api/v1/events',
      latencyMs: 0,
      heapMaxBytes: 512 * 1024 * 1024,
      poolMax: 10,
      calls: [
        {
          to: 'broker',
          breaker: 'broker',
          share: 1,
          config: { slidingWindowSize: 20, minimumNumberOfCalls: 10 },
        },
        { to: 'broker', breaker: 'spare', share: 0 },
      ],
      indicators: ['broker'],
      openBreakerIsDown: false,
      managementApart: false,
    },
  ],
  dependencies: [{ name: 'broker', latencyMs: 0, error: 'Connection refused' }],
  environments: [{ name: 'test', instances: { bus: 1 }, requestsPerSecond: 5, slowness: 0, errorShare: 0 }],
  incidents: [],
  rehearsal: { addresses: {}, texts: {} },
};

/** `alerts`: the rules of its Prometheus. `parts`: the platform it runs on. */
export const contractView = (
  clock: Clock,
  alerts: readonly AlertRule[] = [],
  parts: Pick<SystemSpec, 'cluster'> = {},
): SimulatorContext => ({
  model: new SystemModel({ ...spec, alerts, ...parts }, { startedAt: clock.now() }),
  clock,
  env: 'test',
});
