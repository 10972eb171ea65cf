import type { Act, Change } from './acts.ts';
import type { Chance } from './random.ts';
import { thing, type World } from './world.ts';

const withinMs = 25_000;

/** A thing that was never bad ends, for reasons of its own. */
const leave = ({ things }: World, chance: Chance): Change => ({
  atMs: chance.between(0, withinMs),
  apply: (was) => {
    const wereGood = new Set(things.filter(({ isBad }) => !isBad).map(({ uid }) => uid));
    const good = was.things.filter((other) => !other.isBad && wereGood.has(other.uid));
    if (good.length === 0 || was.things.length < 2) return was;
    const { uid } = chance.of(good);
    return { ...was, things: was.things.filter((other) => other.uid !== uid) };
  },
});

/** A good thing begins. */
const arrive = (index: number, chance: Chance): Change => ({
  atMs: chance.between(0, withinMs),
  apply: (was, now) => ({
    ...was,
    things: [...was.things, thing(was.family, 300 + index, now, { startedAt: now })],
  }),
});

/** The server does not respond for a moment. */
const hiccup = (chance: Chance): readonly Change[] => {
  const atMs = chance.between(0, 9000);
  return [
    { atMs, apply: (was) => ({ ...was, isBlind: true }) },
    { atMs: atMs + chance.between(200, 2500), apply: (was) => ({ ...was, isBlind: false }) },
  ];
};

/** What happens beside an action and has nothing to do with it. A lie is about things that stay. */
export const churn = (
  first: World,
  { isReplacing }: Act,
  isRecovering: boolean,
  chance: Chance,
): readonly Change[] => [
  // What is replaced one by one has no others beside it.
  ...(!isReplacing && isRecovering && chance.is(0.3) ? [leave(first, chance)] : []),
  ...(!isReplacing && chance.is(0.3) ? [arrive(0, chance)] : []),
  ...(isRecovering && chance.is(0.1) ? hiccup(chance) : []),
];
