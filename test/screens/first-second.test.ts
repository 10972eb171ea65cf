import { expect, test } from 'vitest';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { fault, feedInfo, frame, health, learn, noon, spec } from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const probe = feedInfo('bus/billing', 'health', {
  probe: true,
  expects: [
    { service: 'billing', instance: '' },
    { service: 'orders', instance: '' },
  ],
});
const samples = feedInfo('bus/metrics', 'samples', { signals: ['errors'] });

/** A store whose feeds are open and have no reading yet. */
const opening = (): FactsStore => {
  const store = createFactsStore(
    frame({
      signals: [spec('errors', { threshold: { warn: { op: '>=', value: 1 } } })],
      sources: { bus: { type: 'actuator', kinds: ['health'] } },
    }),
  );
  store.apply([{ is: 'opened', feeds: [probe, samples] }], noon);
  return store;
};

const open = async (facts: FactsStore): Promise<User> =>
  openCockpit({ size: [120, 36], scene: { facts, cockpit: shopCockpit } });

/** The marks before the names of rows. */
const marksOf = (user: User): Record<string, string> =>
  Object.fromEntries(
    user
      .rows()
      .flatMap((row) => [...row.matchAll(/(?<=^|[│ ])([◌●?✗▲⊗]) (billing|orders|errors)(?= )/gu)])
      .map(([, mark = '', name = '']) => [name, mark]),
  );

test('what has no reading yet is loading: no problem, and not counted', async () => {
  const user = await open(opening());
  expect(marksOf(user)).toEqual({ billing: '◌', orders: '◌', errors: '◌' });
  expect(user.rowWith('Loading')).toContain('◌ Loading – 1 feed not answered yet');
  expect(user.terminal.rows().join('\n')).not.toMatch(/\? \d/);
});

test('a first reading that fails is unknown, and one that lacks an expected service', async () => {
  const store = opening();
  const user = await open(store);
  await user.happens(() => learn(store, probe, { items: [health('billing')] }));
  expect(marksOf(user)).toEqual({ billing: '●', orders: '?', errors: '◌' });
  expect(user.rowWith('orders not checked')).toContain('? 1 unknown');
  const failing = opening();
  const other = await open(failing);
  await other.happens(() => learn(failing, probe, { faults: [fault('timeout')] }));
  expect(marksOf(other)).toEqual({ billing: '?', orders: '?', errors: '◌' });
});
