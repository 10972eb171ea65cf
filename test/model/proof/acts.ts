import type { Millis } from '../../../src/domain/base/fault.ts';
import type { Chance } from './random.ts';
import { type Family, type Thing, thing, type World } from './world.ts';

/** A change of the world, so many ms after the action was answered. */
export interface Change {
  readonly atMs: Millis;
  apply(world: World, now: Millis): World;
}

/** An effect that the action declares: the type of the operation's plan. */
interface Declared {
  readonly does: 'ends' | 'replaces';
  readonly kind: string;
  readonly where: Readonly<Record<string, string | number>>;
}

/** An action: what it declares, and what it really does when it works. */
export interface Act {
  readonly name: string;
  readonly declares: readonly Declared[];
  /** True: everything that it acts on is new afterwards. */
  readonly isReplacing: boolean;
  work(world: World, chance: Chance): readonly Change[];
}

const with_ = (world: World, things: readonly Thing[]): World => ({ ...world, things });

const cure: Act = {
  name: 'repair in place',
  declares: [],
  isReplacing: false,
  work: (_, chance) => [
    {
      atMs: chance.between(0, 15_000),
      apply: (world) =>
        with_(
          world,
          world.things.map((currentThing) => ({ ...currentThing, isBad: false })),
        ),
    },
  ],
};

/** Replaces things one after the other: each is gone, starts, and is ready. Pods get another name. */
const roll = (world: World, chance: Chance, isRenamed: boolean): readonly Change[] => {
  let time = 0;
  return world.things.flatMap((old, index) => {
    const goneAt = time + chance.between(0, 1500);
    const readyAt = goneAt + chance.between(500, 4000);
    time = readyAt;
    const next = (now: Millis): Thing => ({
      ...thing(world.family, isRenamed ? 100 + index : index, now),
      startedAt: now,
      ...(isRenamed ? {} : { name: old.name }),
      isReady: false,
    });
    let made: string | undefined;
    return [
      {
        atMs: goneAt,
        apply: (was: World, now: Millis) => {
          const successor = next(now);
          made = successor.uid;
          return with_(was, [...was.things.filter(({ uid }) => uid !== old.uid), successor]);
        },
      },
      {
        atMs: readyAt,
        apply: (was: World) =>
          with_(
            was,
            was.things.map((currentThing) =>
              currentThing.uid === made ? { ...currentThing, isReady: true } : currentThing,
            ),
          ),
      },
    ];
  });
};

const restartPods: Act = {
  name: 'restart pods',
  declares: [{ does: 'replaces', kind: 'workloads', where: { kind: 'pod', owner: 'deploy orders' } }],
  isReplacing: true,
  work: (world, chance) => roll(world, chance, true),
};

const restartUnits = (world: World): Act => ({
  name: 'restart units',
  declares: world.things.map(({ name }) => ({
    does: 'replaces',
    kind: 'workloads',
    where: { kind: 'unit', name },
  })),
  isReplacing: true,
  work: (was, chance) => roll(was, chance, false),
});

/** Ends the bad ones. */
const end = (kind: string, field: string, world: World): Act => ({
  name: `end ${kind}`,
  declares: world.things
    .filter(({ isBad }) => isBad)
    .map(({ name }) => ({
      does: 'ends',
      kind,
      where: { [field]: kind === 'sessions' ? Number(name) : name },
    })),
  isReplacing: false,
  work: (_, chance) => [
    {
      atMs: chance.between(0, 8000),
      apply: (was) =>
        with_(
          was,
          was.things.filter(({ isBad }) => !isBad),
        ),
    },
  ],
});

/** The actions for the things of a world. */
export const actsFor = (world: World): readonly Act[] => {
  const hasOthers = world.things.some(({ isBad }) => !isBad);
  const ends: Readonly<Record<Family, readonly Act[]>> = {
    pods: [restartPods],
    units: [restartUnits(world)],
    sessions: [end('sessions', 'pid', world)],
    groups: hasOthers ? [end('lag', 'group', world)] : [],
  };
  return [cure, ...ends[world.family]];
};
