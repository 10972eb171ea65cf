import type { Scenario } from './open-through.ts';

const entry = {
  endpoint: 'http://aws.example:4566',
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' },
  queues: [],
};
const throughput = {
  ...{ metric: 'EventThroughput', namespace: 'Shop', statistic: 'Sum' },
  dimensions: { Service: 'orders' },
};

/** The account that `test/real/moto/account.ts` fills. */
export const awsScenarios: readonly Scenario[] = [
  {
    name: 'queues',
    asked: 'all queues with their counts and redrive policies',
    entry: { ...entry, queues: ['*'] },
    signals: [
      { id: 'waiting', read: { depth: 'orders' } },
      { id: 'flying', read: { inFlight: 'orders' } },
      { id: 'later', read: { delayed: 'orders' } },
    ],
    calls: ['feed queues'],
  },
  {
    name: 'queues-missing',
    asked: 'a queue that does not exist, and one that does',
    entry: { ...entry, queues: ['gone', 'billing'] },
    calls: ['feed queues'],
  },
  {
    name: 'alarms',
    asked: 'alarms by prefix and by name',
    entry: { ...entry, alarms: [{ name: 'orders-slow', severity: 'critical' }, 'orders-*'] },
    calls: ['feed alerts'],
  },
  {
    name: 'metrics',
    asked: 'the newest datapoint, its age, and a metric without datapoints',
    entry,
    signals: [
      { id: 'throughput', read: throughput },
      { id: 'age', read: { ...throughput, read: 'ageSeconds' } },
      { id: 'none', read: { ...throughput, metric: 'Gone' } },
    ],
    calls: ['feed metrics'],
  },
  { name: 'topics', asked: 'all topics', entry: { ...entry, topics: ['*'] }, calls: ['feed topics'] },
  {
    name: 'functions',
    asked: 'functions by prefix, and one that does not exist',
    entry: { ...entry, functions: ['orders-*', 'gone'] },
    calls: ['feed functions'],
  },
  {
    name: 'tables',
    asked: 'tables by prefix, and one that does not exist',
    entry: { ...entry, tables: ['ord*', 'gone'] },
    calls: ['feed tables'],
  },
  {
    name: 'objects',
    asked: 'objects under a prefix: number, size and age; a bucket that does not exist',
    entry,
    signals: [
      { id: 'count', read: { objects: 'recorded-backups/db/', read: 'count' } },
      { id: 'bytes', read: { objects: 'recorded-backups', read: 'bytes' } },
      { id: 'gone', read: { objects: 'gone-bucket', read: 'count' } },
    ],
    calls: ['feed objects:count', 'feed objects:bytes', 'feed objects:gone'],
  },
  {
    name: 'logs',
    asked: 'the last two lines of a log group',
    entry: { ...entry, logs: ['/aws/*'] },
    calls: [{ tail: 'orders', from: { follow: false, lines: 2 } }],
  },
  {
    name: 'doctor',
    asked: 'the examination, and the identity of another account',
    entry: { ...entry, queues: ['billing'], identity: { account: '999999999999' } },
    calls: ['doctor', 'identify'],
  },
  {
    name: 'plans',
    asked: 'plans of changes; some are not applicable',
    entry,
    calls: [
      { plan: 'send', params: { queue: 'orders', body: 'x' } },
      { plan: 'purge', params: { queue: 'orders' } },
      { plan: 'purge', params: { queue: 'gone' } },
      { plan: 'setAlarmState', params: { alarm: 'orders-slow', state: 'OK' } },
      { plan: 'setAlarmState', params: { alarm: 'gone', state: 'OK' } },
      { plan: 'setConcurrency', params: { function: 'orders-api', reserved: 5 } },
      { plan: 'setConcurrency', params: { function: 'orders-api', reserved: 10 } },
    ],
  },
];
