import { expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { breaker, feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = async (size: readonly [number, number], halfOpenAt?: number): Promise<User> => {
  const store = createFactsStore(
    frame({ system: 'shop', sources: { bus: { type: 'actuator', kinds: ['breakers'] } } }),
  );
  learn(store, feedInfo('bus/breakers', 'breakers'), {
    items: [
      breaker('psp', {
        ...{ at: noon - 1000, service: 'billing', instance: 'billing-0', state: 'open', failureRate: 82 },
        ...(halfOpenAt === undefined ? {} : { halfOpenAt }),
      }),
    ],
  });
  const user = await openCockpit({
    size,
    scene: { facts: store, cockpit: { ...shopCockpit, suggestions: [], messages: [] } },
  });
  await user.press('3 z');
  return user;
};

test('Circuit breakers counts down to the half-open state, in the row and in its details', async () => {
  for (const size of [
    [80, 24],
    [150, 36],
  ] as const) {
    const user = await open(size, noon + 12_400);
    const lines = user.rows().filter((row) => row.includes('half-open in 12s'));
    expect(lines.length).toBeGreaterThan(0);
  }
});

test('nothing is shown when the time is unknown or has passed', async () => {
  for (const position of [undefined, noon - 1]) {
    const user = await open([150, 36], position);
    expect(user.rows().join('\n')).toContain('OPEN');
    expect(user.rows().join('\n')).not.toContain('half-open in');
  }
});
