import { describe, expect, test } from 'vitest';
import type { Pool } from '../../../src/kinds/pools/fact.ts';
import { isOverLimit, serverUses } from '../../../src/kinds/pools/servers.ts';
import type { DbSession } from '../../../src/kinds/sessions/fact.ts';
import { pool } from '../../support/made-facts.ts';

const session = (application: string, source = 'pg', user = 'app'): DbSession => ({
  source,
  at: 0,
  database: 'shop',
  pid: 1,
  user,
  state: 'idle',
  waiting: '',
  blockedBy: [],
  query: '',
  application,
});

const server = (source: string, max: number): Pool =>
  pool('connections', { service: source, instance: '', kind: 'postgres', source, active: 5, idle: 5, max });
const isServer = ({ name }: Pool): boolean => name === 'connections';

const app = (service: string, instance: string, max?: number): Pool => {
  const { max: _, ...bare } = pool('hikari', { service, instance, active: 3, idle: 7 });
  return max === undefined ? bare : { ...bare, max };
};

describe('pools of a server', () => {
  test('are matched by the application name of its sessions: the service or instance', () => {
    const pools = [server('pg', 97), app('billing', 'billing-0', 60), app('orders', 'orders-0', 60)];
    const [use] = serverUses(pools, [session('billing'), session('orders-0')], isServer);
    expect(use).toMatchObject({ active: 6, max: 120, unbounded: 0, unplaced: [] });
    expect(use !== undefined && isOverLimit(use)).toBe(true);
  });

  test('are not matched without a session of that name, even with a single server', () => {
    const pools = [server('pg', 97), app('billing', 'billing-0', 60)];
    const [use] = serverUses(pools, [session('PostgreSQL JDBC Driver')], isServer);
    expect(use?.pools).toEqual([]);
    expect(use?.unplaced.map(({ service }) => service)).toEqual(['billing']);
    expect(use?.max).toBeUndefined();
    expect(use !== undefined && isOverLimit(use)).toBe(false);
  });

  test('are not matched if two servers have sessions of that name', () => {
    const pools = [server('pg', 97), server('ledger', 97), app('billing', 'billing-0', 60)];
    const uses = serverUses(pools, [session('billing'), session('billing', 'ledger')], isServer);
    expect(uses.map((use) => use.pools.length)).toEqual([0, 0]);
    expect(uses.map((use) => use.unplaced.length)).toEqual([1, 1]);
  });

  test('without a maximum are counted as unbounded', () => {
    const pools = [server('pg', 97), app('billing', 'billing-0', 60), app('orders', 'orders-0')];
    const [use] = serverUses(pools, [session('billing'), session('', 'pg', 'orders')], isServer);
    expect(use).toMatchObject({ max: 60, unbounded: 1 });
  });

  test('are matched with servers of the same kind only', () => {
    const pools = [server('pg', 97), { ...app('cart', 'cart-0', 60), kind: 'redis' as const }];
    const [use] = serverUses(pools, [session('cart')], isServer);
    expect(use).toMatchObject({ pools: [], unplaced: [] });
  });
});
