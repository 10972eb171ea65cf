import type { Fault, Millis } from '../../../src/domain/base/fault.ts';
import type { AnyFact, Sample } from '../../../src/domain/facts/facts.ts';
import type { Lag } from '../../../src/kinds/lag/fact.ts';
import type { Chance } from './random.ts';

/** A process, a session or a consumer group, which is good or bad. */
export interface Thing {
  readonly name: string;
  readonly uid: string;
  readonly startedAt: Millis;
  readonly isBad: boolean;
  /** False: it is starting, and not ready yet. */
  readonly isReady: boolean;
  /** True: the log that a group reads was created again. */
  readonly isRecreated?: boolean;
  /** True: its unit failed, and a person has reset the failure: it is inactive. */
  readonly isReset?: boolean;
}

/** The families of things; each has rows of kinds, and series of signals. */
const families = ['pods', 'units', 'sessions', 'groups'] as const;
export type Family = (typeof families)[number];

/** The things of a world at one moment, and what cannot be read of them. */
export interface World {
  readonly family: Family;
  readonly things: readonly Thing[];
  /** Every read fails: the permission was revoked, or the server does not respond. */
  readonly isBlind: boolean;
  /** The values of every row are missing. */
  readonly isHidden: boolean;
  /** The step of the clock of the machine that reports start times. */
  readonly clockStepMs: Millis;
}

let made = 0;

const nameOf = (family: Family, index: number): string => {
  if (family === 'sessions') return String(4000 + index);
  return family === 'groups'
    ? `billing-${index}`
    : family === 'units'
      ? `orders@${index}`
      : `orders-${index}`;
};

/** Returns a new thing of a family. */
export const thing = (family: Family, index: number, now: Millis, more: Partial<Thing> = {}): Thing => {
  made += 1;
  return {
    name: nameOf(family, index),
    uid: `uid-${made}`,
    startedAt: now - 3_600_000,
    isBad: false,
    isReady: true,
    ...more,
  };
};

/** Returns a world with one to four things, of which at least one is bad. */
export const worldOf = (chance: Chance, now: Millis): World => {
  const family = chance.of(families);
  const count = chance.between(1, 4);
  const bad = chance.between(0, count - 1);
  const things = Array.from({ length: count }, (_, index) =>
    thing(family, index, now, { isBad: index === bad || chance.is(0.3) }),
  );
  return { family, things, isBlind: false, isHidden: false, clockStepMs: 0 };
};

const stamp = (now: Millis) => ({ source: 'bus', at: now });

const workload = (world: World, givenThing: Thing, now: Millis): AnyFact => ({
  ...stamp(now),
  kind: world.family === 'units' ? 'unit' : 'pod',
  uid: givenThing.uid,
  namespace: 'shop',
  name: givenThing.name,
  owner: world.family === 'units' ? '' : 'deploy orders',
  node: 'node-1',
  status: givenThing.isReady
    ? givenThing.isReset === true
      ? 'inactive'
      : givenThing.isBad
        ? 'failed'
        : 'running'
    : 'starting',
  ready: givenThing.isReady && !givenThing.isBad ? 1 : 0,
  wanted: 1,
  startedAt: givenThing.startedAt + world.clockStepMs,
});

const breaker = (world: World, givenThing: Thing, now: Millis): AnyFact => ({
  ...stamp(now),
  service: 'orders',
  instance: givenThing.name,
  name: 'database',
  state: world.isHidden ? 'unknown' : givenThing.isBad ? 'open' : 'closed',
});

const session = (world: World, givenThing: Thing, now: Millis): AnyFact => ({
  ...stamp(now),
  database: 'shop',
  pid: Number(givenThing.name),
  user: 'app',
  state: world.isHidden ? '' : givenThing.isBad ? 'idle in transaction' : 'idle',
  waiting: '',
  blockedBy: [],
  query: world.isHidden ? '' : 'SELECT 1',
  startedAt: givenThing.startedAt,
  ...(world.isHidden ? {} : { durationMs: givenThing.isBad ? 600_000 : 200 }),
});

/** The end of the log grows, whatever the group has read; that of a log that was created again does not reach the one of before. */
const lagOf = ({ isBad, isRecreated = false }: Thing): Pick<Lag, 'committed' | 'end' | 'lag'> => {
  const end = isRecreated ? 3n : 9000n;
  const behind = isBad ? 9000n : 3n;
  return { committed: end - behind, end, lag: Number(behind) };
};

const lag = (world: World, givenThing: Thing, now: Millis): AnyFact => ({
  ...stamp(now),
  cluster: 'main',
  group: givenThing.name,
  topic: 'orders',
  partition: 0,
  motion: world.isHidden ? 'unknown' : givenThing.isBad ? 'stalled' : 'steady',
  ...(world.isHidden ? {} : lagOf(givenThing)),
});

/** What one feed reads. */
interface Read {
  readonly items: readonly AnyFact[];
  readonly samples: readonly Sample[];
  readonly faults: readonly Fault[];
}

const blind: Read = { items: [], samples: [], faults: [] };

/** The rows of a kind in a world. */
const rowsOf = (kind: string, world: World, now: Millis): readonly AnyFact[] => {
  const { family, things } = world;
  const runs = family === 'pods' || family === 'units';
  if (kind === 'workloads' && runs) return things.map((currentThing) => workload(world, currentThing, now));
  if (kind === 'breakers' && runs)
    return things.filter(({ isReady }) => isReady).map((currentThing) => breaker(world, currentThing, now));
  if (kind === 'sessions' && family === 'sessions')
    return things.map((currentThing) => session(world, currentThing, now));
  return kind === 'lag' && family === 'groups'
    ? things.map((currentThing) => lag(world, currentThing, now))
    : [];
};

/** The series of the signal `errors`: one of every process. */
const seriesOf = ({ family, things, isHidden }: World, now: Millis): readonly Sample[] =>
  family === 'pods' || family === 'units'
    ? things
        .filter(({ isReady }) => isReady)
        .map(({ name, isBad }) => ({
          ...{ ...stamp(now), signal: 'errors', labels: { instance: name } },
          ...(isHidden ? {} : { value: isBad ? 48 : 1 }),
        }))
    : [];

/** Reads a world: the rows of a kind, or the samples. */
export const read = (kind: string, world: World, now: Millis): Read => {
  if (world.isBlind)
    return {
      ...blind,
      faults: [{ kind: 'denied', source: 'bus', message: 'permission denied', at: now }],
    };
  // The source of sessions reports those whose columns it may not read.
  const isPartial = world.isHidden && kind === 'sessions' && world.family === 'sessions';
  const faults: Read['faults'] = isPartial
    ? [{ kind: 'denied', source: 'bus', message: 'sessions are hidden from this role', at: now }]
    : [];
  return kind === 'samples'
    ? { ...blind, samples: seriesOf(world, now) }
    : { ...blind, items: rowsOf(kind, world, now), faults };
};
