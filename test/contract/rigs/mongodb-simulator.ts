import { ObjectId } from 'bson';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import type { MongoSpec } from '../../../src/simulator/model/spec/mongodb.ts';
import type { SystemSpec } from '../../../src/simulator/model/spec/system-spec.ts';
import { SystemModel } from '../../../src/simulator/model/system-model.ts';
import { type MongoEndpoint, startMongoServer } from '../../../src/simulator/servers/mongodb/endpoint.ts';
import { secret } from '../wired.ts';

const hourMs = 3_600_000;
/** The time at which the simulated events start. */
const epoch = Date.parse('2026-03-04T00:00:00Z');

const event = (nth: number, status: string, error?: string) => ({
  _id: new ObjectId(`65e5${String(nth).padStart(20, '0')}`),
  status,
  timestamp: new Date(epoch + nth * hourMs),
  ...(error === undefined ? {} : { error }),
});

export const contractMongo: MongoSpec = {
  name: 'events',
  database: 'shop',
  users: [
    { name: 'opsdeck', password: secret },
    {
      name: 'bystander',
      password: 'bystander+password',
      privileges: [{ resource: { db: 'shop', collection: '' }, actions: ['find', 'listCollections'] }],
    },
  ],
  maxConnections: 50,
  replicaSet: {
    name: 'rs0',
    others: [
      { name: 'db-1:27017', lagSeconds: 2 },
      { name: 'db-2:27017', lagSeconds: 7 },
    ],
    oplogHours: 26,
  },
  collections: {
    events: {
      documents: [
        event(1, 'PROCESSING'),
        event(2, 'PROCESSING'),
        event(3, 'FAILED', 'timeout'),
        event(4, 'FAILED', 'timeout'),
        event(5, 'FAILED', 'schema'),
        event(6, 'DONE'),
      ],
      indexes: [
        { name: 'status_1', key: { status: 1 }, uses: 40 },
        { name: 'timestamp_1', key: { timestamp: 1 }, expireAfterSeconds: 86_400 },
      ],
    },
    orders: { documents: [{ _id: 1, total: 12.5 }] },
  },
  clients: [
    {
      application: 'orders',
      address: '10.244.9.10:40001',
      operation: {
        op: 'query',
        ns: 'shop.events',
        command: { find: 'events', filter: { 'metadata.priority': 3 }, lsid: { id: 1 }, $db: 'shop' },
        runningMs: 12_500,
      },
    },
    { application: 'worker', address: '10.244.9.11:40002' },
    { application: 'billing', address: '10.244.9.12:40003', transactionMs: 95_000 },
    {
      application: 'orders',
      address: '10.244.9.10:40004',
      operation: {
        op: 'update',
        ns: 'shop.orders',
        command: { update: 'orders', $db: 'shop' },
        runningMs: 800,
        isWaiting: true,
      },
    },
  ],
  parameters: {
    internalQueryMaxBlockingSortMemoryUsageBytes: 104_857_600,
    logLevel: 0,
    notablescan: false,
    ttlMonitorEnabled: true,
    ttlMonitorSleepSecs: 60,
  },
  profiled: [
    {
      op: 'query',
      ns: 'shop.events',
      command: { find: 'events', filter: { 'metadata.priority': 3 }, $db: 'shop' },
      millis: 812,
      planSummary: 'COLLSCAN',
      docsExamined: 120_000,
      nreturned: 20,
      appName: 'orders',
    },
    {
      op: 'command',
      ns: 'shop.$cmd',
      command: { createUser: 'ana', pwd: secret, $db: 'shop' },
      millis: 101,
    },
  ],
};

const system = (mongodb: MongoSpec): SystemSpec => ({
  name: 'contract',
  services: [],
  dependencies: [{ name: 'events', latencyMs: 0, error: 'Connection refused' }],
  environments: [{ name: 'test', instances: {}, requestsPerSecond: 1, slowness: 0, errorShare: 0 }],
  incidents: [
    {
      name: 'headless',
      title: 'the replica set has no primary, so the lag of the secondaries is unknown',
      mongodb: { noPrimary: true },
    },
    { name: 'lost', title: 'a member is unreachable', mongodb: { lostMember: true } },
  ],
  mongodb,
  rehearsal: { addresses: {}, texts: {} },
});

/** A MongoDB server with events, orders and four clients. */
export const openSimulatedMongo = (
  clock: Clock,
  { incident, spec = contractMongo }: { readonly incident?: string; readonly spec?: MongoSpec } = {},
): Promise<MongoEndpoint> => {
  const model = new SystemModel(system(spec), { startedAt: clock.now() });
  if (incident !== undefined) model.inject(incident, 'test', clock.now());
  return startMongoServer({ model, clock, env: 'test' });
};
