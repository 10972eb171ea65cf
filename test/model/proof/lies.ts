import type { Millis } from '../../../src/domain/base/fault.ts';
import { minSettleMs } from '../../../src/runs/evidence/verification-check.ts';
import type { Act, Change } from './acts.ts';
import type { Chance } from './random.ts';
import { type Thing, thing, type World } from './world.ts';

interface Setting {
  readonly world: World;
  readonly act: Act;
  /** The shortest `for` of the verification. */
  readonly heldMs: Millis;
  readonly chance: Chance;
}

/** A lie: changes of the world after an action that was not executed, none of which is an effect of it or stays better. */
interface Lie {
  readonly name: string;
  /** Undefined: it is impossible here, or it is what the action does by itself. */
  of(setting: Setting): readonly Change[] | undefined;
}

const soon = (chance: Chance): Millis => chance.between(0, minSettleMs);

const endsBad = ({ declares }: Act): boolean => declares.some(({ does }) => does === 'ends');

const change = (atMs: Millis, things: (was: World, now: Millis) => readonly Thing[]): Change => ({
  atMs,
  apply: (was, now) => ({ ...was, things: things(was, now) }),
});

const withoutBad = ({ things }: World): readonly Thing[] => things.filter(({ isBad }) => !isBad);

/** The bad things are good for a while. */
const pause = (bad: ReadonlySet<string>, fromMs: Millis, forMs: Millis): readonly Change[] => {
  const turn = (isBad: boolean) => (was: World) =>
    was.things.map((currentThing) => (bad.has(currentThing.uid) ? { ...currentThing, isBad } : currentThing));
  return [change(fromMs, turn(false)), change(fromMs + forMs, turn(true))];
};

const badOf = ({ things }: World): ReadonlySet<string> =>
  new Set(things.filter(({ isBad }) => isBad).map(({ uid }) => uid));

/** All lies. */
export const lies: readonly Lie[] = [
  { name: 'nothing', of: () => [] },
  {
    name: 'vanish',
    of: ({ act, chance }) => (endsBad(act) ? undefined : [change(soon(chance), withoutBad)]),
  },
  {
    name: 'vanish one by one',
    of: ({ world, act, chance }) =>
      endsBad(act)
        ? undefined
        : [...badOf(world)].map((uid) =>
            change(soon(chance), (was) => was.things.filter((other) => other.uid !== uid)),
          ),
  },
  {
    name: 'all gone',
    of: ({ act, chance }) => (endsBad(act) ? undefined : [change(soon(chance), () => [])]),
  },
  {
    // Good ones appear beside bad ones that vanish: nothing says that they are their successors.
    name: 'appear',
    of: ({ act, chance }) =>
      act.isReplacing || endsBad(act)
        ? undefined
        : [
            change(soon(chance), (was, now) => [
              ...withoutBad(was),
              thing(was.family, 200, now, { startedAt: now }),
            ]),
          ],
  },
  {
    // Good ones appear beside bad ones that stay.
    name: 'newcomers',
    of: ({ world, act, chance }) =>
      act.isReplacing
        ? undefined
        : Array.from({ length: world.things.length + 1 }, (_, index) =>
            change(soon(chance), (was, now) => [
              ...was.things,
              thing(was.family, 210 + index, now, { startedAt: now }),
            ]),
          ),
  },
  {
    // Good ones take the pids of bad ones. A series or a breaker of a pod does not tell which pod of its name it is of (docs/safety.md).
    name: 'same name',
    of: ({ world, act, chance }) =>
      act.isReplacing || endsBad(act) || world.family !== 'sessions'
        ? undefined
        : [
            change(soon(chance), (was, now) =>
              was.things.map((currentThing, index) =>
                currentThing.isBad
                  ? thing(was.family, index, now, { name: currentThing.name, startedAt: now })
                  : currentThing,
              ),
            ),
          ],
  },
  {
    name: 'recreated',
    of: ({ world, act, chance }) =>
      world.family !== 'groups' || endsBad(act)
        ? undefined
        : [
            change(soon(chance), (was) =>
              was.things.map((currentThing) =>
                currentThing.isBad ? { ...currentThing, isBad: false, isRecreated: true } : currentThing,
              ),
            ),
          ],
  },
  {
    // It does not run: only claims about the failure itself are true.
    name: 'reset',
    of: ({ world, act, chance }) =>
      world.family !== 'units' || act.isReplacing
        ? undefined
        : [
            change(soon(chance), (was) =>
              was.things.map((currentThing) =>
                currentThing.isBad ? { ...currentThing, isReset: true } : currentThing,
              ),
            ),
          ],
  },
  {
    // It is over before any verification may end.
    name: 'flip',
    of: ({ world, chance }) => {
      const forMs = chance.between(200, 4000);
      return pause(badOf(world), chance.between(0, minSettleMs - 500 - forMs), forMs);
    },
  },
  {
    name: 'flap',
    of: ({ world, heldMs, chance }) =>
      heldMs === 0
        ? undefined
        : Array.from({ length: 10 }, (_, index) =>
            pause(badOf(world), index * (heldMs - 500) + 3000, chance.between(200, heldMs - 4000)),
          ).flat(),
  },
  {
    name: 'move',
    of: ({ world, chance }) =>
      // With fewer bad ones than before, a claim about their number is true.
      badOf(world).size * 2 > world.things.length
        ? undefined
        : [
            change(soon(chance), (was) =>
              was.things.map((currentThing) => ({ ...currentThing, isBad: !currentThing.isBad })),
            ),
          ],
  },
  {
    name: 'blind',
    of: ({ chance }) => [{ atMs: soon(chance), apply: (was) => ({ ...was, isBlind: true }) }],
  },
  {
    name: 'hidden',
    of: ({ chance }) => [{ atMs: soon(chance), apply: (was) => ({ ...was, isHidden: true }) }],
  },
  {
    name: 'clock',
    of: ({ chance }) => [
      {
        atMs: soon(chance),
        apply: (was) => ({
          ...was,
          clockStepMs: chance.of([-3_600_000, -30_000, 30_000, 3_600_000, 7_200_000]),
        }),
      },
    ],
  },
];
