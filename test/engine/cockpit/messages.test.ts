import { expect, test } from 'vitest';
import type { BreakerState } from '../../../src/domain/facts.ts';
import type { KindView, Snapshot } from '../../../src/domain/snapshot.ts';
import { createChangeTeller } from '../../../src/engine/cockpit/messages.ts';

const none: KindView<never> = { rows: [], blind: [], asked: false, waiting: 0 };

/** A snapshot with one breaker in a state, or with none. */
const looking = (state: BreakerState | undefined, stale = false): Snapshot => ({
  at: 1000,
  system: 'demo',
  env: 'production',
  kinds: {
    health: none,
    breakers:
      state === undefined
        ? none
        : {
            ...none,
            rows: [
              {
                key: 'b',
                feed: 'bus/breakers',
                level: state === 'open' ? 'crit' : 'ok',
                stale,
                fact: { source: 'bus', at: 1000, service: 'bus', instance: 'bus-0', name: 'broker', state },
              },
            ],
          },
    lag: none,
    pools: none,
    workloads: none,
    alerts: none,
    sessions: none,
    queues: none,
    ci: none,
  },
  signals: [],
  faults: [],
  level: 'ok',
});

const toldBy = (...states: readonly (BreakerState | undefined)[]): readonly string[] => {
  const tell = createChangeTeller();
  return states.flatMap((state) => tell(looking(state)).map(({ text }) => text));
};

test.each<{ states: readonly (BreakerState | undefined)[]; told: readonly string[] }>([
  { states: ['closed'], told: [] },
  { states: ['closed', 'closed'], told: [] },
  { states: ['closed', 'open'], told: ['breaker bus-0 · broker: CLOSED → OPEN'] },
  { states: ['unknown', 'open'], told: [] },
  {
    states: ['closed', 'unknown', 'closed'],
    told: ['breaker bus-0 · broker: CLOSED → UNKNOWN', 'breaker bus-0 · broker: UNKNOWN → CLOSED'],
  },
  { states: ['closed', undefined, 'open'], told: [] },
])('$states tells $told', ({ states, told }) => expect(toldBy(...states)).toEqual(told));

test('a stale row is not a change of state', () => {
  const tell = createChangeTeller();
  tell(looking('closed'));
  expect(tell(looking('open', true))).toEqual([]);
});
