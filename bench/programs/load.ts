import { ValueSeries } from '../../src/domain/facts/value-series.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { createCockpitStore } from '../../src/store/cockpit.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import {
  breaker,
  feedInfo,
  frame,
  health,
  learn,
  pool,
  sample,
  spec,
} from '../../test/support/made-facts.ts';

/** A loaded system: ten thousand workloads, and some facts of every other kind. */
export interface Load {
  readonly facts: FactsStore;
  readonly cockpit: ReturnType<typeof createCockpitStore>;
  /** Changes the next `count` workloads in rotation. */
  change(count: number, position: number): void;
  /** Makes a reading in which the next `count` workloads have changed, as a source does; returns the function that applies it. */
  nextReading(count: number, position: number): () => void;
  /** Past values of the signals, one per `stepMs`. */
  recall(forMs: number, stepMs: number, position: number): void;
  /** Changes all facts other than workloads. */
  changeRest(position: number): void;
}

const services = 60;
const signals = Array.from({ length: 40 }, (_, i) =>
  spec(`m${i}`, { title: `metric ${i}`, unit: '%', threshold: { warn: { op: '>=', value: 90 } } }),
);
const podsFeed = feedInfo('k8s/pods', 'workloads', { everyMs: 60_000, staleMs: 600_000 });
const healthFeed = feedInfo('api/health', 'health', { everyMs: 2000, probe: true });
const breakerFeed = feedInfo('bus/breakers', 'breakers', { everyMs: 2000 });
const poolFeed = feedInfo('bus/pools', 'pools', { everyMs: 2000 });
const metricFeed = feedInfo('prom/metrics', 'samples', {
  everyMs: 2000,
  signals: signals.map(({ id }) => id),
});

const workload = (index: number, round: number, time: number): Workload => ({
  source: 'k8s',
  at: time,
  kind: 'pod',
  namespace: `team-${index % 40}`,
  name: `service-${index % 400}-7c9f-${index.toString(36).padStart(5, '0')}`,
  owner: `deployment/service-${index % 400}`,
  node: `node-${index % 120}`,
  status: index % 997 === 0 ? 'CrashLoopBackOff' : 'Running',
  ready: index % 997 === 0 ? 0 : 1,
  wanted: 1,
  restarts: index % 997 === 0 ? round : index % 3,
  startedAt: time - 3_600_000,
  cpuCores: ((index + round) % 100) / 100,
  memoryBytes: 1_000_000 * ((index + 7 * round) % 500),
  cpuLimitCores: 1,
  memoryLimitBytes: 512_000_000,
});

export const openLoad = (workloads: number, time: number): Load => {
  const facts = createFactsStore(frame({ signals }));
  let items = Array.from({ length: workloads }, (_, index) => workload(index, 0, time));
  let next = 0;
  let round = 0;
  const cockpit = createCockpitStore();
  cockpit.setState({
    open: {
      system: 'demo',
      env: 'production',
      title: 'Under load',
      tier: 'production',
      embedded: false,
      incidents: [],
      across: ['production'],
    },
  });
  const changeRest = (now: number): void => {
    round++;
    const names = Array.from({ length: services }, (_, i) => `svc-${i}`);
    learn(
      facts,
      healthFeed,
      { items: names.map((service, i) => health(service, { latencyMs: ((i + round) % 90) + 1, at: now })) },
      now,
    );
    learn(
      facts,
      breakerFeed,
      {
        items: names.map((name, i) =>
          breaker(name, { service: name, failureRate: (i * 7 + round) % 50, at: now }),
        ),
      },
      now,
    );
    learn(
      facts,
      poolFeed,
      {
        items: names.map((service, i) =>
          pool(service, { service, active: (i + round) % 10, max: 20, at: now }),
        ),
      },
      now,
    );
    learn(
      facts,
      metricFeed,
      { samples: signals.map(({ id }, i) => sample(id, (i * 3 + round) % 95, { at: now })) },
      now,
    );
  };
  const nextReading = (count: number, now: number): (() => void) => {
    round++;
    const after = [...items];
    for (let i = 0; i < count; i++) {
      after[next] = workload(next, round, now);
      next = (next + 1) % workloads;
    }
    items = after;
    return () => learn(facts, podsFeed, { items: after }, now);
  };
  const change = (count: number, now: number): void => nextReading(count, now)();
  const recall = (forMs: number, stepMs: number, now: number): void => {
    const count = Math.floor(forMs / stepMs);
    const points = signals.map(({ id }, metric) => {
      const values = Array.from({ length: count }, (_, i) => ({
        at: now - forMs + i * stepMs,
        value: 50 + 40 * Math.sin(i / 40 + metric),
      }));
      return [id, ValueSeries.of(values)] as const;
    });
    facts.apply([{ is: 'recalled', points: new Map(points) }], now);
  };
  changeRest(time);
  change(1, time);
  return { facts, cockpit, change, nextReading, changeRest, recall };
};
