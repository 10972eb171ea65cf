import type { Millis } from '../../../src/domain/base/fault.ts';
import type { FeedInfo } from '../../../src/domain/facts/reading.ts';
import type { VerifyStep } from '../../../src/domain/runbooks/runbook.ts';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import type { ActiveRun } from '../../../src/runs/context/run-context.ts';
import { readBaseline } from '../../../src/runs/verification/baseline.ts';
import { type VerifyParts, verifyRun } from '../../../src/runs/verification/verify.ts';
import { deriveAgain } from '../../../src/store/derive-again.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { factSpec } from '../../support/derived-specs.ts';
import { feedInfo, frame, spec } from '../../support/made-facts.ts';
import { type Act, actsFor, type Change } from './acts.ts';
import { churn } from './churn.ts';
import { claimFor } from './claims.ts';
import { lies } from './lies.ts';
import { type Chance, chanceOf } from './random.ts';
import { read, type World, worldOf } from './world.ts';

/** A round: an action with or without effect in a random world, and its verification. */
export interface Round {
  readonly seed: number;
  readonly act: string;
  /** Undefined: the action worked, and nothing lied. */
  readonly lie?: string;
  readonly verify: readonly string[];
  readonly isRecovered: boolean;
  readonly why: string;
}

const start: Millis = Date.parse('2026-03-04T10:15:07Z');

/** A clock that advances by the waits alone: nothing else runs. */
const waitingClock = () => {
  let now = start;
  const clock: Clock = {
    now: () => now,
    wallOffset: () => 0,
    wallNow: () => now,
    sleep: async (ms) => {
      now += Math.max(0, Math.ceil(ms));
    },
    deadline: () => ({ signal: new AbortController().signal, clear: () => {} }),
    every: () => () => {},
  };
  return { clock, take: (ms: Millis) => (now += ms) };
};

const feeds: readonly FeedInfo[] = [
  ...(['workloads', 'breakers', 'sessions', 'lag'] as const).map((kind) => feedInfo(`bus/${kind}`, kind)),
  feedInfo('bus/samples', 'samples', { signals: ['errors'] }),
];
const bounds = (warn: number, crit: number) => ({
  threshold: { warn: { op: '>', value: warn }, crit: { op: '>', value: crit } } as const,
});
/** A signal that a source reads, and those that are derived from rows. */
const signals = [
  spec('errors', { unit: '%', ...bounds(5, 20) }),
  factSpec('open', { kind: 'breakers', fold: 'count', where: 'state = open' }, bounds(0, 3)),
  factSpec('lag.max', { kind: 'lag', fold: 'max', field: 'lag' }, bounds(1000, 5000)),
  factSpec('oldest', { kind: 'sessions', fold: 'max', field: 'durationMs' }, bounds(300_000, 500_000)),
];

const stepsFor = (world: World, act: Act, chance: Chance): readonly VerifyStep[] =>
  Array.from({ length: chance.between(1, 2) }, (_, index) => ({
    id: `v${index + 1}`,
    title: `Claim ${index + 1}`,
    that: claimFor(world, act, chance),
    withinMs: 30_000,
    forMs: chance.of([0, 8000, 12_000]),
  }));

/** The world as time goes by. */
const createCourse = (first: World, now: () => Millis) => {
  let world = first;
  let rest: readonly (Change & { readonly due: Millis })[] = [];
  return {
    at: (): World => {
      for (const change of rest.filter(({ due }) => due <= now())) world = change.apply(world, change.due);
      rest = rest.filter(({ due }) => due > now());
      return world;
    },
    plan: (changes: readonly Change[], from: Millis): void => {
      rest = changes.map((change) => ({ ...change, due: from + change.atMs })).sort((a, b) => a.due - b.due);
    },
  };
};

/** Picks a lie that is possible for an action and the shortest `for` of its verification; `nothing` always is. */
const lieFor = (world: World, act: Act, heldMs: Millis, chance: Chance) => {
  for (;;) {
    const { name, of } = chance.of(lies);
    const changes = of({ world, act, heldMs, chance });
    if (changes !== undefined) return { name, changes };
  }
};

/** Plays one round. */
export const play = async (seed: number): Promise<Round> => {
  const chance = chanceOf(seed);
  const { clock, take } = waitingClock();
  const first = worldOf(chance, start);
  const act = chance.of(actsFor(first));
  const verify = stepsFor(first, act, chance);
  const works = chance.is(0.5);
  const lie = works ? undefined : lieFor(first, act, Math.min(...verify.map(({ forMs }) => forMs)), chance);
  const course = createCourse(first, () => clock.now());

  const facts = createFactsStore(frame({ signals }));
  facts.apply([{ is: 'opened', feeds }], start);
  const readNow = async (ids: readonly string[]): Promise<void> => {
    const began = clock.now();
    take(chance.between(1, 40));
    const time = clock.now();
    const world = course.at();
    facts.apply(
      feeds
        .filter(({ id }) => ids.includes(id))
        .map(({ id, kind }) => ({
          is: 'learned',
          feed: id,
          reading: read(kind, world, time),
          began,
          at: time,
        })),
      time,
    );
  };
  const engine = { facts, feeds, profile: { signals, sources: [] }, sources: new Map(), readNow };
  const run = {
    ...{ engine, clock, signal: new AbortController().signal, hasActed: false },
    pending: { runbook: { verify }, params: {}, steps: [] },
    recorder: { note: async () => {} },
  } as unknown as ActiveRun;
  await readNow(feeds.map(({ id }) => id));
  take(chance.between(100, 4000));
  await readBaseline(run);
  take(chance.between(100, 4000));
  const actedAt = clock.now();
  course.plan([...(lie?.changes ?? act.work(first, chance)), ...churn(first, act, works, chance)], actedAt);
  const { before } = run.pending as { before?: VerifyParts['before'] & { readonly known?: unknown } };
  const parts = {
    ...{ engine, clock, verify, params: {}, actedAt, before, report: async () => {} },
    witnesses: {
      effects: act.declares,
      derive: deriveAgain(facts.getState().frame, clock.now()),
      ...(before?.known === undefined ? {} : { known: before.known }),
    },
  };
  const end = await verifyRun(parts as unknown as VerifyParts, new AbortController().signal);
  return {
    ...{ seed, act: act.name, verify: verify.map(({ that = '', forMs }) => `${that} for ${forMs}`) },
    ...(lie === undefined ? {} : { lie: lie.name }),
    isRecovered: end.ending === 'recovered',
    why: end.why,
  };
};
