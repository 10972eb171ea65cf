import type { Settings } from '../../../src/domain/profile/settings.ts';
import { defaultSettings } from '../../../src/domain/profile/settings.ts';
import type { Breaker } from '../../../src/kinds/breakers/fact.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { breaker, fault, feedInfo, frame, learn } from '../../support/made-facts.ts';
import { shopOpen } from './shop.ts';
import { openCockpit, type User, type Settings as UserSettings } from './user.ts';

/** The states of breakers by name. */
export type States = Readonly<Record<string, Breaker['state']>>;

/** A cockpit with circuit breakers only, whose states a test changes. */
export interface BreakersUser extends User {
  /** A new reading of all breakers. */
  learns(states: States): Promise<void>;
  /** A reading that fails. */
  loses(): Promise<void>;
}

const feed = feedInfo('bus/breakers', 'breakers', { staleMs: 60_000 });

export const openBreakers = async (
  states: States,
  { settings, ...more }: Omit<UserSettings, 'scene'> & { readonly settings?: Partial<Settings> } = {},
): Promise<BreakersUser> => {
  const sources = { bus: { type: 'actuator', kinds: ['breakers'] } } as const;
  const store = createFactsStore(frame({ system: 'shop', env: 'production', sources }));
  const user = await openCockpit({
    size: [100, 30],
    ...more,
    scene: {
      facts: store,
      cockpit: { open: shopOpen, settings: { ...defaultSettings, ...settings } },
    },
  });
  const learns = (now: States): Promise<void> =>
    user.happens(() => {
      const items = Object.entries(now).map(([name, state]) =>
        breaker(name, { service: 'pay', instance: 'pay-0', state, at: user.clock.now() }),
      );
      learn(store, feed, { items }, user.clock.now());
    });
  await learns(states);
  await user.press('3 3');
  return {
    ...user,
    learns,
    loses: () =>
      user.happens(() =>
        learn(store, feed, { faults: [{ ...fault('timeout'), at: user.clock.now() }] }, user.clock.now()),
      ),
  };
};
