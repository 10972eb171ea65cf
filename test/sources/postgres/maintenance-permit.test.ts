import { describe, expect, test } from 'vitest';
import type { PostgresClient } from '../../../src/sources/postgres/client.ts';
import { type RelationAction, relationPermit } from '../../../src/sources/postgres/relation-operation.ts';
import { settingPermit } from '../../../src/sources/postgres/setting-operation.ts';
import { never, openFixture } from './fixture.ts';

type Row = Readonly<Record<string, string | null>>;

/** A client whose queries return these rows, one after the other. */
const clientWith = (...answers: readonly (readonly Row[])[]) => {
  const left = [...answers];
  const questions: unknown[] = [];
  const client: Pick<PostgresClient, 'ask'> = {
    ask: async (text, _, how) => {
      questions.push([/opsdeck:(\w+)/.exec(text)?.[1], ...(how?.values ?? [])]);
      const rows = left.shift() ?? [];
      return { rows, rowCount: rows.length, columns: [], latencyMs: 1 } as unknown as Awaited<
        ReturnType<PostgresClient['ask']>
      >;
    },
  };
  // Only its queries are used.
  return { client: client as PostgresClient, asked: questions };
};

const truths = (names: readonly string[], all: readonly string[]): Row =>
  Object.fromEntries(all.map((name) => [name, names.includes(name) ? 't' : 'f']));

const relationRow = (...held: readonly string[]): Row => ({
  me: 'ops',
  owner: 'shop',
  schema: 'public',
  name: 'orders_idx',
  table: 'orders',
  ...truths(held, ['owns', 'owns_schema', 'owns_database', 'creates', 'grants_maintain', 'maintains']),
});

describe('permission to maintain a table', () => {
  test.each<[RelationAction, readonly string[]]>([
    ['vacuum', ['owns']],
    ['vacuum', ['owns_database']],
    ['vacuum', ['grants_maintain', 'maintains']],
    ['reindex', ['owns']],
    ['reindex', ['grants_maintain', 'maintains']],
    ['createIndex', ['owns', 'creates']],
    ['dropIndex', ['owns']],
    ['dropIndex', ['owns_schema']],
  ])('%s with %j', async (verb, held) => {
    const { client, asked } = clientWith([relationRow(...held)]);
    expect(await relationPermit(client, verb, '16401', never)).toEqual({
      allowed: true,
      why: `ops may ${verb} public.orders_idx`,
    });
    expect(asked).toEqual([['relationPermit', '16401']]);
  });

  const login = 'GRANT "shop" TO "ops", or log in as "shop"';
  const maintain = 'GRANT MAINTAIN ON "public"."orders" TO "ops"';
  test.each<[RelationAction, readonly string[], string]>([
    ['vacuum', ['owns_schema', 'creates'], login],
    ['vacuum', ['grants_maintain'], maintain],
    // The owner of a database has no permission on its indexes.
    ['reindex', ['owns_database', 'owns_schema', 'creates'], login],
    ['reindex', ['grants_maintain'], maintain],
    // MAINTAIN permits neither creating nor dropping an index.
    ['createIndex', ['creates', 'grants_maintain', 'maintains'], login],
    ['dropIndex', ['owns_database', 'creates', 'grants_maintain', 'maintains'], login],
  ])('%s is denied with only %j', async (verb, held, remedy) => {
    expect(await relationPermit(clientWith([relationRow(...held)]).client, verb, '1', never)).toEqual({
      allowed: false,
      why: `ops may not ${verb} public.orders_idx, which is owned by shop`,
      remedy,
    });
  });

  test('an index requires CREATE on its schema', async () => {
    expect(await relationPermit(clientWith([relationRow('owns')]).client, 'createIndex', '1', never)).toEqual(
      {
        allowed: false,
        why: 'ops may not create objects in the schema public',
        remedy: 'GRANT CREATE ON SCHEMA "public" TO "ops"',
      },
    );
  });

  test('a dropped relation', async () => {
    expect(await relationPermit(clientWith([]).client, 'vacuum', '1', never)).toEqual({
      allowed: 'unknown',
      why: 'the relation no longer exists',
    });
  });
});

const serverRow = (...held: readonly string[]): Row => ({
  me: 'ops',
  ...truths(held, ['super', 'grants', 'reloads', 'closed']),
});
const allowed = (is: boolean): Row => ({ allowed: is ? 't' : 'f' });

describe('permission to change server settings', () => {
  test.each<[string, readonly Row[], object, number]>([
    ['a superuser', [serverRow('super', 'reloads')], { allowed: true, why: 'ops is a superuser' }, 1],
    [
      'with a grant',
      [serverRow('grants', 'reloads'), allowed(true)],
      { allowed: true, why: 'ops may set work_mem and reload the configuration' },
      2,
    ],
    [
      'no other role before 15',
      [serverRow('reloads')],
      {
        allowed: false,
        why: 'ops is not a superuser: before PostgreSQL 15 only a superuser may set work_mem',
        remedy: 'connect as a superuser',
      },
      1,
    ],
    [
      'not without a grant',
      [serverRow('grants', 'reloads'), allowed(false)],
      {
        allowed: false,
        why: 'ops may not set work_mem',
        remedy: 'GRANT ALTER SYSTEM ON PARAMETER work_mem TO "ops"',
      },
      2,
    ],
    [
      'not without permission to reload',
      [serverRow('grants'), allowed(true)],
      {
        allowed: false,
        why: 'ops may set work_mem, but may not reload the configuration',
        remedy: 'GRANT EXECUTE ON FUNCTION pg_reload_conf() TO "ops"',
      },
      2,
    ],
    [
      'no role if ALTER SYSTEM is disabled',
      [serverRow('super', 'closed')],
      {
        allowed: false,
        why: 'allow_alter_system is off: ALTER SYSTEM is disabled',
        remedy: 'change the setting in the configuration of the server',
      },
      1,
    ],
  ])('%s', async (_, rows, permit, questions) => {
    const { client, asked } = clientWith(...rows.map((row) => [row]));
    expect(await settingPermit(client, 'work_mem', never)).toEqual(permit);
    // `has_parameter_privilege` does not exist before 15.
    expect(asked).toEqual(
      [
        ['serverPermit', 'pg_reload_conf'],
        ['parameterPermit', 'work_mem'],
      ].slice(0, questions),
    );
  });
});

test.each([
  ['vacuum', { table: 'orders' }, true],
  ['vacuum', {}, 'unknown'],
  ['reindex', { index: 'orders_pkey' }, true],
  ['createIndex', { table: 'orders', columns: ['state'] }, true],
  ['dropIndex', { index: 'orders_pkey' }, true],
  ['setting', { name: 'Max_Connections', value: 50 }, true],
])('the permission for %s %j is checked', async (name, params, may) => {
  await using fixture = await openFixture();
  const plan = await fixture.plan(name, params);
  expect(await fixture.operation(name).permits?.(plan, never)).toMatchObject({ allowed: may });
});
