import { expect, test } from 'vitest';
import { toFault } from '../../../src/platform/network/to-fault.ts';
import type { PostgresClient, PostgresContext } from '../../../src/sources/postgres/client.ts';
import { postgresConfig } from '../../../src/sources/postgres/config.ts';
import type { QueryRow } from '../../../src/sources/postgres/parse.ts';
import { cancelOperation, terminateOperation } from '../../../src/sources/postgres/signal-operation.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { never } from './fixture.ts';

const session = (pid: number, database: string, state: string): QueryRow => ({
  pid: String(pid),
  database,
  user: 'ana',
  application: 'shop',
  client: '10.0.0.1',
  state,
  duration_ms: '900000',
  transaction_ms: '900000',
  wait_event_type: null,
  wait_event: null,
  query: "ALTER ROLE ana PASSWORD 'hunter22'",
  blocked_by: null,
  started: '2026-03-04T10:00:00.000000Z',
  since: '2026-03-04T10:00:07.000000Z',
});

/** A server with these sessions, and a client of its database 'shop'. */
const clientOf = (rows: readonly QueryRow[]): PostgresClient => {
  const clock = manualClock();
  return {
    source: 'pg',
    service: 'pg',
    env: 'test',
    config: postgresConfig.parse({}),
    target: { url: 'postgres://db/shop' },
    database: 'shop',
    displayAddress: 'postgres://db:5432/shop',
    ask: async () => ({ columns: [], rows, rowCount: rows.length, notices: [], latencyMs: 1 }),
    forDatabase: () => clientOf(rows),
    asUser: () => clientOf(rows),
    serversSince: async () => ({ parts: {} }),
    pause: async () => () => {},
    now: clock.now,
    wallNow: clock.now,
    toClock: (position) => position,
    fault: (what, error) => toFault('pg', what, error, clock.now()),
  };
};

/** It uses the client only: neither files nor a profile. */
const opened = (operation: typeof cancelOperation, client: PostgresClient) => {
  const parts: Omit<PostgresContext, 'files' | 'disk' | 'findProgram'> = { source: 'pg', client, dir: '' };
  return operation.open(parts as PostgresContext);
};

test('a session of another database is confirmed by the name of that database, which the preview shows', async () => {
  const client = clientOf([session(7, 'billing', 'active'), session(8, 'shop', 'active')]);
  const plan = await opened(terminateOperation, client).plan({ pid: [7, 8] }, never);
  expect(plan.targets.map(({ name }) => name)).toEqual(['billing', 'shop']);
  expect(plan.objects[0]).toMatch(/^in the database billing: pid 7 /);
  expect(plan.objects[1]).toMatch(/^pid 8 /);
});

test('a password in a statement is never shown', async () => {
  const client = clientOf([session(8, 'shop', 'active')]);
  const plan = await opened(terminateOperation, client).plan({ where: { olderThan: '1m' } }, never);
  expect(JSON.stringify(plan)).not.toContain('hunter22');
  expect(plan.objects[0]).toContain('ALTER ROLE ana PASSWORD …');
});

test('cancel affects sessions that run a statement; others have none to cancel', async () => {
  const client = clientOf([session(8, 'shop', 'active'), session(9, 'shop', 'idle in transaction')]);
  const plan = await opened(cancelOperation, client).plan({ where: { olderThan: '1m' } }, never);
  expect(plan.objects).toHaveLength(1);
  const none = clientOf([session(9, 'shop', 'idle in transaction')]);
  await expect(
    opened(cancelOperation, none).plan({ where: { olderThan: '1m' } }, never),
  ).rejects.toMatchObject({
    ending: 'not-applicable',
  });
});
