import { expect, test } from 'vitest';
import type { Limits } from '../../src/domain/facts/level.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { feedInfo, frame, health, learn, noon } from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (limits: Limits = {}): Promise<User> => {
  const facts = createFactsStore({ ...frame(), limits });
  const items = [health('api', { latencyMs: 2600 }), health('web', { latencyMs: 40 })];
  learn(facts, feedInfo('web/health', 'health'), { items }, noon);
  return openCockpit({ scene: { facts, cockpit: shopCockpit } });
};

test('a service that is up but slower than the limit of the profile is a warning with its latency and the limit', async () => {
  const user = await open({ health: { warn: '>=1000' } });
  expect(user.rowWith('slow: 2.6s, limit 1.0s')).toContain('▲ WARN api');
  expect(user.rowWith('● OK   web')).toContain('40 ms');
  await user.press('W');
  expect(user.rowWith('slow 2.6s')).toMatch(/▲ api(?!.*up 200 *$)/);
});

longTest('the profile sets another limit, or none', async () => {
  const strict = await open({ health: { warn: '>=30' } });
  expect(strict.rowWith('slow: 40ms, limit 30ms')).toContain('▲ WARN web');
  for (const limits of [{}, { health: { warn: 'off' } }]) {
    const none = await open(limits);
    expect(none.rowWith('api')).toContain('● OK');
    expect(none.rows().join('')).not.toContain('slow:');
  }
});
