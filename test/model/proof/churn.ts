import type { Act, Change } from './acts.ts';
import type { Chance } from './random.ts';
import { thing } from './world.ts';

const withinMs = 25_000;

/** A good thing ends, for reasons of its own. */
const leave = (chance: Chance): Change => ({
  atMs: chance.between(0, withinMs),
  apply: (was) => {
    const good = was.things.filter(({ isBad, isReady }) => !isBad && isReady);
    if (good.length < 2) return was;
    const { uid } = chance.of(good);
    return { ...was, things: was.things.filter((one) => one.uid !== uid) };
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

/** What happens beside an action and has nothing to do with it. */
export const churn = ({ isReplacing }: Act, isRecovering: boolean, chance: Chance): readonly Change[] => [
  // What is replaced one by one has no others beside it.
  ...(isReplacing
    ? []
    : [chance.is(0.3) ? [leave(chance)] : [], chance.is(0.3) ? [arrive(0, chance)] : []].flat()),
  ...(isRecovering && chance.is(0.1) ? hiccup(chance) : []),
];
