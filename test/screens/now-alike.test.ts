import { describe, expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { breaker, feedInfo, frame, learn, noon, pool } from '../support/made-facts.ts';
import { shopCockpit, shopOpen } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

interface Exhausted {
  readonly service: string;
  readonly instances: number;
}

/** Pools of these services are exhausted, each with another number of waiting threads; one breaker is open. */
const openWith = (...services: readonly Exhausted[]): Promise<User> => {
  const sources = { bus: { type: 'actuator', kinds: ['pools', 'breakers'] } } as const;
  const facts = createFactsStore(frame({ system: 'shop', env: 'production', sources }));
  const pools = services.flatMap(({ service, instances }) =>
    Array.from({ length: instances }, (_, index) =>
      pool('main', {
        service,
        instance: `${service}-${index}`,
        at: noon,
        active: 10,
        max: 10,
        pending: 3 + index,
      }),
    ),
  );
  learn(facts, feedInfo('bus/pools', 'pools'), { items: pools });
  learn(facts, feedInfo('bus/breakers', 'breakers'), {
    items: [breaker('psp', { service: 'billing', state: 'open', at: noon })],
  });
  return openCockpit({ size: [120, 36], scene: { facts, cockpit: { ...shopCockpit, open: shopOpen } } });
};

const problemRows = (user: User): readonly string[] =>
  user
    .rows()
    .map((row) => row.slice(0, 42).replaceAll(/ {2,}/g, '  ').trim())
    .filter((row) => /^[✗▲] (?:orders|billing)-\d · main/.test(row));

describe('problems of one object that say the same', () => {
  test('are one row with their number, which counts all of them', async () => {
    const user = await openWith({ service: 'orders', instances: 4 });
    await user.press('W');
    const rows = problemRows(user);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/orders-0 · main {2}4 × exhausted/);
    expect(user.rowWith('Problems  5')).toBeTruthy();
  });

  test('are shown one by one by l, and folded by h', async () => {
    const user = await openWith({ service: 'orders', instances: 4 });
    await user.press('W g l');
    expect(problemRows(user).map((row) => /orders-\d/.exec(row)?.[0])).toEqual([
      'orders-0',
      'orders-1',
      'orders-2',
      'orders-3',
    ]);
    expect(problemRows(user).join()).not.toContain('×');
    await user.press('h');
    expect(problemRows(user)).toHaveLength(1);
  });

  test('stay apart when they are of different objects, or only two', async () => {
    const user = await openWith({ service: 'orders', instances: 2 }, { service: 'billing', instances: 2 });
    await user.press('W');
    expect(problemRows(user)).toHaveLength(4);
  });

  test('are listed one by one in another order, and by a filter', async () => {
    const user = await openWith({ service: 'orders', instances: 4 });
    await user.press('W o');
    expect(problemRows(user)).toHaveLength(4);
  });

  test('are acknowledged together', async () => {
    const user = await openWith({ service: 'orders', instances: 3 });
    await user.press('W g a enter');
    const [, findings] = user.given.find(([name]) => name === 'acknowledge') ?? [];
    expect(findings).toEqual(
      [0, 1, 2].map((index) => expect.objectContaining({ what: `Connection pools orders-${index} · main` })),
    );
  });
});
