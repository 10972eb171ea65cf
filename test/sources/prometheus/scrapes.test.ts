import { expect, test } from 'vitest';
import { openFixture, type Reply, vector } from './fixture.ts';

const errors = { id: 'errors', read: { query: 'sum(errors)' } };
const orders = (instance: string) => ({ job: 'orders', instance });

/** Two targets that tell errors, and one that does not; their scrapes by ages in seconds. */
const answers =
  (scrapes: () => Reply) =>
  (_: string, query: string): Reply => {
    if (query === 'time() - timestamp(up)') return scrapes();
    const isPart = query === 'errors';
    return {
      body: isPart ? vector(0, [orders('a'), 40], [orders('b'), 2]) : vector(0, [orders('a'), 1]),
    };
  };

test('the series behind a value come with the last scrapes of the targets that tell them', async () => {
  const ages = vector(0, [orders('a'), 3.5], [orders('b'), 0.2], [{ job: 'other', instance: 'c' }, 9]);
  await using fixture = await openFixture(
    answers(() => ({ body: ages })),
    {},
    [errors],
  );
  const now = fixture.clock.now();
  expect((await fixture.read('parts')).parts).toMatchObject({
    scrapedAt: { 'orders a': now - 3500, 'orders b': now - 200 },
  });
});

test('a compatible server that cannot compute the age of a scrape tells the series all the same', async () => {
  const refused = {
    status: 400,
    body: { status: 'error', errorType: 'bad_data', error: 'unknown function' },
  };
  await using fixture = await openFixture(
    answers(() => refused),
    {},
    [errors],
  );
  const { parts, faults } = await fixture.read('parts');
  expect(faults).toEqual([]);
  expect(parts).toMatchObject({
    values: { [JSON.stringify(orders('a'))]: 40, [JSON.stringify(orders('b'))]: 2 },
  });
  expect(parts).not.toHaveProperty('scrapedAt');
});

test('the series behind a value come with the unit and the descriptions of their metric', async () => {
  const asked: string[] = [];
  const described = {
    errors: [
      { type: 'counter', help: 'Failed orders.', unit: '' },
      { type: 'counter', help: 'Failed.', unit: 'ms' },
      { type: 'counter', help: 'Failed.', unit: 'ms' },
    ],
  };
  await using fixture = await openFixture(
    (path, query) => {
      if (!path.startsWith('/api/v1/metadata')) return answers(() => ({ body: vector(0) }))(path, query);
      asked.push(path);
      return { body: { status: 'success', data: described } };
    },
    {},
    [errors],
  );
  expect((await fixture.read('parts')).parts).toMatchObject({
    metric: { unit: 'ms', help: 'Failed orders.; Failed.' },
  });
  expect(asked).toHaveLength(1);
});

test('a server that does not tell the descriptions tells the series all the same', async () => {
  await using fixture = await openFixture(
    (path, query) =>
      path.startsWith('/api/v1/metadata')
        ? { status: 403, body: { status: 'error', error: 'no' } }
        : answers(() => ({ body: vector(0) }))(path, query),
    {},
    [errors],
  );
  const { parts, faults } = await fixture.read('parts');
  expect(faults).toEqual([]);
  expect(parts).not.toHaveProperty('metric');
});
