import { expect, test } from 'vitest';
import type { AnyFact, FactKind } from '../../src/domain/facts.ts';
import { formatComplaint } from '../../src/domain/position.ts';
import type { Profile } from '../../src/domain/profile.ts';
import type { Health } from '../../src/kinds/health/fact.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { localFiles } from '../../src/platform/files/local-files.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { suggestOnce } from '../../src/runs/runbooks/suggest.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { feedInfo, frame, health, learn, noon, sample } from '../support/made-facts.ts';
import { sourceModules } from '../support/source-modules.ts';
import { now } from './support/loading.ts';

const shipped = async (name: string): Promise<Profile> => {
  const { draft, complaints } = await loadProfile(`profiles/${name}.yaml`, {
    files: localFiles,
    modules: sourceModules,
    sets: name.startsWith('eventmesh/') ? { 'host-1': 'vm-1', 'host-2': 'vm-2' } : {},
    processEnv: {},
    now,
  });
  if (draft === undefined) throw new Error(complaints.map(formatComplaint).join('\n'));
  return (await draft.finish({ exec: async () => '' })).profile;
};

/** Facts of a problem that no incident of the simulator has, and the runbooks that the original text prescribes for it. */
interface Prescription {
  readonly problem: string;
  readonly env: string;
  readonly facts: Partial<Record<FactKind, readonly AnyFact[]>>;
  /** Values of signals by id; they are compared with the limits of the profile. */
  readonly signals: Readonly<Record<string, number>>;
  readonly suggested: readonly string[];
  /** Runbooks that would be wrong. */
  readonly not?: readonly string[];
}

const workload = (kind: Workload['kind'], name: string, more: Partial<Workload> = {}): Workload => ({
  source: 'bus',
  at: noon,
  kind,
  name,
  namespace: '',
  owner: '',
  node: '',
  status: '',
  ...more,
});
const down = (service: string, more: Partial<Health> = {}): Health =>
  health(service, { status: 'down', ...more });
const unit = (status: string, ready: number): Workload =>
  workload('unit', 'eventmesh-api', { node: 'vm-1', status, ready, wanted: 1 });

const prescriptions: readonly Prescription[] = [
  {
    problem: 'a unit that is active, and whose port is not bound',
    env: 'eventmesh/production',
    facts: {
      health: [down('eventmesh-api', { source: 'host-1' })],
      workloads: [unit('active (running)', 1)],
    },
    signals: { unit: 1, port: 0, 'port.strangers': 0 },
    suggested: ['restart'],
    not: ['rollback', 'data-corruption-stop', 'data-corruption', 'port-conflict'],
  },
  {
    problem: 'a unit that was stopped by command',
    env: 'eventmesh/production',
    facts: { health: [down('eventmesh-api', { source: 'host-1' })], workloads: [unit('inactive (dead)', 0)] },
    signals: { unit: 0, port: 0, 'port.strangers': 0 },
    suggested: ['data-corruption', 'restart'],
    not: ['rollback', 'data-corruption-stop', 'port-conflict'],
  },
  {
    problem: 'a critical lag, with as many members as partitions',
    env: 'saga/production',
    facts: {},
    signals: { lag: 20_000, members: 3, partitions: 3, 'members.room': 0, 'members.idle': 0 },
    suggested: ['more-partitions', 'consumer-batch'],
    not: ['consumer-lag'],
  },
  {
    problem: 'a raised lag, with as many members as partitions',
    env: 'saga/production',
    facts: {},
    signals: { lag: 2000, members: 3, partitions: 3, 'members.room': 0, 'members.idle': 0 },
    suggested: [],
    not: ['more-partitions', 'consumer-lag'],
  },
  {
    problem: 'refused connections in the logs, with free connections by now',
    env: 'saga/production',
    facts: {},
    signals: { 'pg.conn': 30, pool: 0.3, 's3.log.toomany': 4 },
    suggested: ['connections'],
  },
  {
    problem: 'an exhausted pool of the orchestrator',
    env: 'saga/production',
    facts: {},
    signals: { 'pg.conn': 30, pool: 0.97, 's3.log.toomany': 0 },
    suggested: ['connections'],
  },
];

test.each(prescriptions)('$env: $problem', async ({ env, facts, signals, suggested, not = [] }) => {
  const profile = await shipped(env);
  // Every value comes from one source: only the conditions are of interest.
  const specs = profile.signals.map((one) => ({ ...one, source: 'bus', read: {} }));
  const store = createFactsStore(frame({ signals: specs, limits: profile.limits }));
  for (const [kind, items] of Object.entries(facts))
    learn(store, feedInfo(`bus/${kind}`, kind as FactKind), { items });
  learn(store, feedInfo('bus/metrics', 'samples', { signals: Object.keys(signals) }), {
    samples: Object.entries(signals).map(([id, value]) => sample(id, value)),
  });
  const judged = suggestOnce(profile.runbooks, buildSnapshot(store.getState(), noon), noon);
  const fits = (id: string): string =>
    judged.find(({ runbook }) => runbook.id === id)?.fits ?? 'no such runbook';
  expect(suggested.map((id) => [id, fits(id)])).toEqual(suggested.map((id) => [id, 'yes']));
  expect(not.filter((id) => fits(id) === 'yes')).toEqual([]);
});
