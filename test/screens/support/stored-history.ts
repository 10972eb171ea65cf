import type { Sample } from '../../../src/domain/facts/facts.ts';
import type { FactsState } from '../../../src/store/facts.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import type { OmittedRowsByKind, TimeTravel } from '../../../src/store/past/decode-state.ts';
import { breaker, feedInfo, health, learn, noon, pool, sample } from '../../support/made-facts.ts';
import { shop } from './shop.ts';
import type { Scene } from './user.ts';

const minute = 60_000;
const quarter = 15_000;

/** Production before the payment provider failed. */
const calm = (time: number, live: FactsState): FactsState => {
  // As a decoded state, it has a frame of its own: what is drawn of the present is not drawn of it.
  const store = createFactsStore({ ...live.frame });
  const every5s = { everyMs: 5000, staleMs: 15_000, timeoutMs: 3000 };
  const read = time - 2000;
  const services = ['billing', 'checkout', 'catalog', 'gateway', 'orders', 'notify'];
  const api = feedInfo('api/health', 'health', { ...every5s, probe: true, expects: [] });
  const up = services.map((name) =>
    health(name, { source: 'api', httpStatus: 200, latencyMs: 20, at: read }),
  );
  learn(store, api, { items: up }, time - 380 * minute);
  learn(store, api, { items: up }, read);
  const names = ['psp', 'stock', 'mail'];
  const items = names.map((name) => breaker(name, { service: 'billing', instance: 'billing-0', at: read }));
  learn(store, feedInfo('bus/breakers', 'breakers', every5s), { items }, read);
  const pools = [pool('hikari', { active: 6, idle: 8, max: 20, pending: 0, at: read })];
  learn(store, feedInfo('bus/pools', 'pools', every5s), { items: pools }, read);
  const prom = feedInfo('prom/queries', 'samples', {
    everyMs: quarter,
    staleMs: 45_000,
    timeoutMs: 3000,
    signals: ['error.rate', 'p99', 'heap'],
  });
  for (let then = time - 20 * minute; then < time; then += quarter) {
    const of = (signal: string, value: number): Sample => sample(signal, value, { source: 'prom', at: then });
    learn(
      store,
      prom,
      { samples: [of('error.rate', 0.1), of('p99', 0.21), of('heap', 58 + ((then / quarter) % 4))] },
      then,
    );
  }
  const ledger = feedInfo('ledger/sql', 'samples', { ...every5s, signals: ['settled'] });
  learn(store, ledger, { samples: [sample('settled', 301, { source: 'ledger', at: read })] }, read);
  return store.getState();
};

/** History from `minutes` ago until now, one snapshot per 15 s; none of `others`. */
export const keptSince = (
  minutes: number,
  { others = [] as readonly string[], unkept = {} as OmittedRowsByKind } = {},
): TimeTravel => {
  const oldest = noon - minutes * minute;
  const states = new Map<string, FactsState>();
  return {
    hasHistory: () => true,
    snapshotAt: ({ env }, live, moment) => {
      const time = Math.floor(moment / quarter) * quarter;
      if (others.includes(env)) return { is: 'nothing' };
      if (time < oldest) return { is: 'nothing', after: Math.ceil(oldest / quarter) * quarter };
      const name = `${env} ${time}`;
      const state = states.get(name) ?? calm(time, live);
      states.set(name, state);
      return { is: 'kept', at: time, now: time, state, unkept };
    },
  };
};

/** The shop with one hour of history; it was healthy until thirteen minutes ago. */
export const keptShop = (past: TimeTravel = keptSince(60, { others: ['staging'] })): Scene => ({
  ...shop(),
  past,
});
