import { describe, expect, test } from 'vitest';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import { lockHolderFinder, lockHolders } from '../../src/situation/lock-waits.ts';
import { noon } from '../support/made-facts.ts';

const session = (pid: number, application: string, more: Partial<DbSession> = {}): DbSession => ({
  source: 'pg',
  at: noon,
  database: 'shop',
  pid,
  user: 'app',
  application,
  state: 'active',
  waiting: '',
  blockedBy: [],
  query: '',
  ...more,
});

const waiting = (pid: number, application: string, ...blockedBy: number[]): DbSession =>
  session(pid, application, { blockedBy });

/** '1 holds 3 of orders' per holder, without the names of the database. */
const held = (sessions: readonly DbSession[], stale = false): readonly string[] =>
  [...lockHolders(sessions.map((fact) => ({ fact, stale })))].map(
    ([{ pid }, { waiting: count, names }]) => `${pid} holds ${count} of ${names.slice(6).join(' ')}`,
  );

const holder = session(1, 'repair', { state: 'idle in transaction' });

describe('a session holds up a service', () => {
  test('most of whose working sessions wait for it, directly or through others', () => {
    const sessions = [holder, waiting(2, 'orders', 1), waiting(3, 'orders', 2), waiting(4, 'orders', 3)];
    expect(held([...sessions, session(5, 'orders'), session(6, 'orders', { state: 'idle' })])).toEqual([
      '1 holds 3 of orders',
    ]);
    expect(lockHolders([{ fact: holder, stale: false }]).size).toBe(0);
  });

  test('one of several, each counted', () => {
    const waiters = [2, 3, 4].flatMap((pid) => [waiting(pid, 'orders', 1), waiting(pid + 10, 'billing', 1)]);
    expect(held([holder, ...waiters])).toEqual(['1 holds 6 of orders billing']);
  });

  test('whose own session it may be', () => {
    const own = session(1, 'orders', { state: 'idle in transaction' });
    expect(held([own, ...[2, 3, 4].map((pid) => waiting(pid, 'orders', 1))])).toEqual([
      '1 holds 3 of orders',
    ]);
  });

  test('under the names by which a profile lists its database', () => {
    const rows = [holder, ...[2, 3, 4].map((pid) => waiting(pid, 'orders', 1))].map((fact) => ({
      fact,
      stale: false,
    }));
    expect(lockHolders(rows).get(holder)?.names).toEqual([
      'shop',
      'pg',
      'database',
      'db',
      'postgres',
      'postgresql',
      'orders',
    ]);
  });
});

test('of several servers, words for any database do not name the one', () => {
  const other = session(9, 'audit', { source: 'pg-2' });
  const rows = [holder, other, ...[2, 3, 4].map((pid) => waiting(pid, 'orders', 1))];
  const names = lockHolders(rows.map((fact) => ({ fact, stale: false }))).get(holder)?.names;
  expect(names).toEqual(['shop', 'pg', 'orders']);
});

describe('a session holds up nothing', () => {
  test.each<[string, readonly DbSession[]]>([
    ['with two waiting sessions', [holder, waiting(2, 'orders', 1), waiting(3, 'orders', 1)]],
    [
      'while half of the sessions work',
      [
        holder,
        ...[2, 3, 4].map((pid) => waiting(pid, 'orders', 1)),
        ...[5, 6, 7].map((pid) => session(pid, 'orders')),
      ],
    ],
    ['in a deadlock', [waiting(1, 'orders', 2), waiting(2, 'orders', 1), waiting(3, 'orders', 2)]],
    ['that nobody sees', [2, 3, 4].map((pid) => waiting(pid, 'orders', 99))],
    [
      'of another server',
      [holder, ...[2, 3, 4].map((pid) => session(pid, 'orders', { source: 'pg-2', blockedBy: [1] }))],
    ],
  ])('%s', (_, sessions) => {
    expect(held(sessions)).toEqual([]);
  });

  test('in readings that are too old', () => {
    expect(held([holder, ...[2, 3, 4].map((pid) => waiting(pid, 'orders', 1))], true)).toEqual([]);
  });
});

test('the holder of a session is found through others; a session in a deadlock has none', () => {
  const chain = [holder, waiting(2, 'orders', 1), waiting(3, 'orders', 2)];
  const holderOf = lockHolderFinder(chain);
  expect(chain.map((each) => holderOf(each)?.pid)).toEqual([1, 1, 1]);
  const deadlock = [waiting(1, 'orders', 2), waiting(2, 'orders', 1)];
  expect(deadlock.map(lockHolderFinder(deadlock))).toEqual([undefined, undefined]);
});
