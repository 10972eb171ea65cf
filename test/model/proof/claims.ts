import type { Act } from './acts.ts';
import type { Chance } from './random.ts';
import type { Family, World } from './world.ts';

/** Claims that more are well: one good process may end beside the action. */
const growing = ({ things }: World, set: string): readonly string[] => {
  const bad = things.filter(({ isBad }) => isBad).length;
  if (bad < 2 && bad < things.length) return [];
  return [
    'count(breakers | state = closed) > ${before}',
    'not (count(breakers[state = closed]) <= ${before})',
    `count(${set} | status = running) > \${before}`,
  ];
};

const ofProcesses = (world: World): readonly string[] => {
  const kind = world.family === 'pods' ? 'pod' : 'unit';
  const set = `workloads[kind = ${kind}]`;
  return [
    'all(breakers[service = orders] | state = closed)',
    'not any(breakers | state = open)',
    'count(breakers | state = open) = 0',
    'count(breakers | state = open) < ${before}',
    'errors < 5',
    'errors <= ok',
    'not (errors > 20)',
    'open = 0',
    'open < ${before}',
    `all(${set} | status = running)`,
    `not any(${set} | status = failed)`,
    `not any(${set} | ready < 1)`,
    `count(${set} | status = failed) = 0`,
    `count(${set} | status = failed) < \${before}`,
    ...growing(world, set),
  ];
};

const claims: Readonly<Record<Family, (world: World) => readonly string[]>> = {
  pods: ofProcesses,
  units: ofProcesses,
  sessions: ({ things }) => [
    'not any(sessions | durationMs > 300000)',
    'not any(sessions | state = "idle in transaction")',
    'count(sessions | state = "idle in transaction") = 0',
    'count(sessions | durationMs > 300000) < ${before}',
    // The oldest of none has no value.
    ...(things.filter(({ isBad }) => !isBad).length > 1 ? ['oldest < 300000'] : []),
  ],
  groups: () => [
    'all(lag | lag < 1000)',
    'not any(lag | lag > 1000)',
    'count(lag | lag > 1000) = 0',
    'not any(lag | motion = stalled)',
    'lag.max < 1000',
    'lag.max <= ok',
  ],
};

/** Claims that are true only of new processes. */
const replaced = ({ family }: World): readonly string[] => {
  const set = `workloads[kind = ${family === 'pods' ? 'pod' : 'unit'}]`;
  return [`all(${set} | new)`, ...(family === 'units' ? [`all(${set} | startedAt > \${before})`] : [])];
};

/** Returns a random expression that is false in a world with something bad, and true once the action has worked. */
export const claimFor = (world: World, act: Act, chance: Chance): string => {
  const plain = claims[world.family](world);
  const atoms = act.isReplacing ? [...plain, ...replaced(world)] : plain;
  const atom = (): string => chance.of(atoms);
  const first = atom();
  if (chance.is(0.5)) return first;
  const second = atom();
  if (chance.is(0.5)) return `${first} and ${second}`;
  return chance.is(0.5) ? `${first} or (${second} and ${atom()})` : `not (not (${first}) or not (${second}))`;
};
