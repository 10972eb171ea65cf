import { expect, test } from 'vitest';
import { longTest } from '../../support/layer.ts';
import { openAccount, signal } from './support.ts';

const now = Date.parse('2026-03-04T10:15:07Z');

test('tables are rows of Health: a table that is updated serves, one without its key does not', async () => {
  await using it = await openAccount({
    services: {
      tables: [
        { name: 'a', status: 'ACTIVE' },
        { name: 'b', status: 'UPDATING', indexes: { byDate: 'ACTIVE' } },
        { name: 'c', status: 'INACCESSIBLE_ENCRYPTION_CREDENTIALS' },
        { name: 'd', status: 'NEW_STATE' },
        { name: 'e', indexes: { byDate: 'BACKFILLING' } },
      ],
    },
    config: { tables: ['*'] },
  });
  const { items } = await it.read('tables');
  expect(items).toMatchObject([
    { service: 'a', instance: 'dynamodb', status: 'up', detail: '' },
    { service: 'b', status: 'up', detail: 'UPDATING' },
    { service: 'c', status: 'down' },
    { service: 'd', status: 'unknown', detail: 'NEW_STATE' },
    { service: 'e', status: 'degraded', detail: 'index byDate BACKFILLING' },
  ]);
});

test('a table that does not exist is a fault, and hides no other', async () => {
  await using it = await openAccount({
    services: { tables: [{ name: 'orders' }] },
    config: { tables: ['orders', 'gone'] },
  });
  const { items, faults } = await it.read('tables');
  expect(items).toMatchObject([{ service: 'orders' }]);
  expect(faults).toMatchObject([{ kind: 'missing', message: expect.stringContaining('DescribeTable gone') }]);
});

const objects = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...{ key: `db/${String(index).padStart(5, '0')}`, bytes: 10, at: now - 3_600_000 - index },
  }));

const readObjects = async (count: number, read: string, prefix = 'backups/db/') => {
  await using it = await openAccount({
    services: { buckets: { backups: [...objects(count), { key: 'other', bytes: 1, at: now }] } },
    signals: [{ id: 'backup', read: { objects: prefix, read } }],
  });
  const reading = await it.read('objects');
  return reading;
};

longTest('the age of the newest object, the number and the size of the objects under a prefix', async () => {
  expect((await readObjects(1500, 'ageSeconds')).items).toMatchObject([{ value: 3600 }]);
  expect((await readObjects(1500, 'count')).items).toMatchObject([{ value: 1500 }]);
  expect((await readObjects(1500, 'bytes')).items).toMatchObject([{ value: 15_000 }]);
  expect((await readObjects(2, 'count', 'backups')).items).toMatchObject([{ value: 3 }]);
});

test('no object has no age; too many objects have no value; a missing bucket is a fault', async () => {
  expect((await readObjects(0, 'ageSeconds')).items).toMatchObject([
    { why: 'the bucket has no object under backups/db/: check the bucket and the prefix' },
  ]);
  expect((await readObjects(0, 'count')).items).toMatchObject([{ value: 0 }]);
  const { items } = await readObjects(11_000, 'ageSeconds');
  expect(items).toMatchObject([{ why: expect.stringContaining('more than 10,000 objects') }]);
  expect(items[0]).not.toHaveProperty('value');
  expect((await readObjects(1, 'count', 'gone/')).faults).toMatchObject([
    { kind: 'missing', message: expect.stringContaining('NoSuchBucket') },
  ]);
});

test('topics are rows of Queues with subscriptions and without a depth', async () => {
  await using it = await openAccount({
    services: { topics: [{ name: 'orders-events', confirmed: 2, pending: 1 }, { name: 'other' }] },
    config: { topics: ['orders-*', 'gone'] },
  });
  const { items, faults } = await it.read('topics');
  expect(items).toMatchObject([
    { name: 'orders-events', kind: 'topic', subscriptions: 2, pendingSubscriptions: 1 },
  ]);
  expect(items[0]).not.toHaveProperty('depth');
  expect(faults).toMatchObject([
    { kind: 'missing', message: expect.stringContaining('no topic is called gone') },
  ]);
});

test('doctor reads each service once, and names what it could not read', async () => {
  await using it = await openAccount({
    services: { tables: [{ name: 'orders' }], topics: [{ name: 'events', confirmed: 1 }] },
    config: { tables: ['orders'], topics: ['*'], functions: ['gone'] },
  });
  const findings = (await it.source.doctor?.(signal)) ?? [];
  expect(findings.map(({ ok, what }) => `${ok} ${what.replace(/http\S+/, 'URL')}`)).toEqual([
    'true logged in to account 123456789012 as arn:aws:sts::123456789012:assumed-role/opsdeck/simulator at URL',
    'true topics: 1 read',
    expect.stringMatching(/^false Lambda .*Function not found/),
    'true tables: 1 read',
  ]);
});
