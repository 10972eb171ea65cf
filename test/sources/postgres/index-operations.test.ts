import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { postgres } from '../../../src/sources/postgres/index.ts';
import { type Fixture, never, openFixture, outputLines } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

describe('indexes by definition', () => {
  test('an index in one text is created with its name, table and columns, and undone', async () => {
    const plan = await fixture.plan('createIndex', { index: 'by_state ON orders (state, id DESC)' });
    expect(plan.calls[0]?.line).toBe(
      'CREATE INDEX CONCURRENTLY "by_state" ON "public"."orders" ("state", "id" DESC)',
    );
    expect(fixture.operation('createIndex').undo?.(plan)).toMatchObject({
      with: { index: 'public.by_state' },
    });
  });

  test('ifNotExists keeps an existing index, and has no undo for it', async () => {
    const index = 'orders_pkey ON orders (id)';
    await expect(fixture.plan('createIndex', { index })).rejects.toMatchObject({ ending: 'not-applicable' });
    const plan = await fixture.plan('createIndex', { index, ifNotExists: true });
    expect(plan.calls[0]?.line).toMatch(/^CREATE INDEX CONCURRENTLY IF NOT EXISTS "orders_pkey"/);
    expect(plan.objects[0]).toBe('public.orders_pkey already exists and is kept');
    expect(await fixture.operation('createIndex').recheck(plan, never)).toBeUndefined();
    expect(fixture.operation('createIndex').undo?.(plan)).toBeUndefined();
  });

  test.each([
    { index: 'a ON orders (id); DROP TABLE orders' },
    { index: 'a" ON orders (id)' },
    { index: 'a ON orders (lower(id))' },
    { index: 'a ON orders ()' },
    { index: `${'a'.repeat(64)} ON orders (id)` },
    { index: 'a ON orders (id)', table: 'orders' },
    { table: 'orders' },
    {},
  ])('%j is not a valid parameter', (params) => {
    expect(postgres.operations.createIndex?.params.safeParse(params).success).toBe(false);
  });

  test('a reindex of the database names it, and needs one object only', async () => {
    const plan = await fixture.plan('reindex', { database: true });
    expect(plan.calls[0]?.line).toBe('REINDEX DATABASE CONCURRENTLY "shop"');
    expect(await fixture.operation('reindex').permits?.(plan, never)).toMatchObject({ allowed: 'unknown' });
    expect(outputLines(await fixture.act(plan))).toEqual([expect.stringMatching(/^ok: done in \d+ ms$/)]);
    for (const params of [{}, { database: true, table: 'orders' }, { database: false }])
      expect(postgres.operations.reindex?.params.safeParse(params).success).toBe(false);
  });
});
