import { describe, expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { gatheredProblem, shapeOf } from '../../src/ui/features/findings/alike.ts';
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

describe('the words of a row that stands for others', () => {
  const texts = ['exhausted · 10 of 10 in use · 3 waiting', 'exhausted · 10 of 10 in use · 5 waiting'];

  test.each([
    ['exhausted · 10 of 10 in use · 3 waiting', 'exhausted · 9 of 9 in use · 5 waiting', true],
    ['idle in transaction for 14m', 'idle in transaction for 1h2m', true],
    ['OPEN · 50 % fail, limit 50 %', 'OPEN · 62.5 % fail, limit 50 %', true],
    ['down 503 · answered 503', 'down 404 · answered 404', false],
    ['OPEN · 50 % fail', 'HALF-OPEN · 50 % fail', false],
  ])('%s and %s say the same: %s', (one, other, isSame) => {
    expect(shapeOf(one) === shapeOf(other)).toBe(isSame);
  });

  test('are those that all of them have in common', () => {
    expect(gatheredProblem(texts[0] ?? '', new Set([0, 1]))).toBe('exhausted · 10 of 10 in use');
    expect(gatheredProblem('idle in transaction for 14m', new Set())).toBe('idle in transaction for …');
  });
});

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
