import type { Clock } from '../../../src/platform/runtime/clock.ts';
import type { RedisSpec } from '../../../src/simulator/model/spec/redis.ts';
import type { SystemSpec } from '../../../src/simulator/model/spec/system-spec.ts';
import { SystemModel } from '../../../src/simulator/model/system-model.ts';
import { type RedisEndpoint, startRedisServer } from '../../../src/simulator/servers/redis/endpoint.ts';
import { secret } from '../wired.ts';

const mib = 1024 * 1024;

const cache: RedisSpec = {
  name: 'cache',
  user: 'opsdeck',
  password: secret,
  maxMemoryBytes: 100 * mib,
  usedMemoryBytes: 60 * mib,
  maxClients: 50,
  keys: {
    'queue:mail': { type: 'list', length: 7 },
    'session:1': { type: 'string', length: 40 },
    'session:2': { type: 'string', length: 40 },
  },
  clients: [
    { name: 'shop', address: '10.244.9.10:40001', command: 'get', idleSeconds: 3 },
    { name: 'worker', address: '10.244.9.11:40002', command: 'blpop', flags: 'b' },
  ],
  slow: [{ command: ['KEYS', 'session:*'], micros: 12_500, client: '10.244.9.10:40001' }],
};

const system: SystemSpec = {
  name: 'contract',
  services: [],
  dependencies: [{ name: 'cache', latencyMs: 0, error: 'Connection refused' }],
  environments: [{ name: 'test', instances: {}, requestsPerSecond: 1, slowness: 0, errorShare: 0 }],
  incidents: [
    { name: 'full', title: 'the cache is full', redis: { usedMemoryBytes: 200 * mib } },
    {
      name: 'unsaved',
      title: 'saving to disk fails',
      redis: { failedSave: true, latency: { 'aof-fsync': 90 } },
    },
  ],
  redis: cache,
  rehearsal: { addresses: {}, texts: {} },
};

/** A Redis server with a queue, two sessions and two clients. `runId`: of its process. */
export const openSimulatedRedis = (
  clock: Clock,
  incident?: string,
  runId?: string,
): Promise<RedisEndpoint> => {
  const redis = runId === undefined ? cache : { ...cache, runId };
  const model = new SystemModel({ ...system, redis }, { startedAt: clock.now() });
  if (incident !== undefined) model.inject(incident, 'test', clock.now());
  return startRedisServer({ model, clock, env: 'test' });
};
