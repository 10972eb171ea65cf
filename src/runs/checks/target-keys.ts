import type { Plan, Target } from '../../domain/operation.ts';

/** An act, as far as it hits something. */
interface Hitting {
  readonly plan: Pick<Plan, 'targets'>;
}

const keysOf = ({ name, uid, where }: Target): readonly string[] => [
  // The same object by another way: another context, another profile.
  `uid ${uid} name ${name}`,
  // The same object after it was made anew: its pinned run is another by then.
  `where ${where} name ${name}`,
];

/** What keeps others from a run's targets, and the name of the target behind each key. */
export const targetKeys = (acts: readonly Hitting[]): ReadonlyMap<string, string> =>
  new Map(
    acts.flatMap(({ plan }) =>
      plan.targets.flatMap((target) => keysOf(target).map((key): [string, string] => [key, target.name])),
    ),
  );

/** How many objects some acts hit, each counted once. */
export const countObjects = (acts: readonly Hitting[]): number =>
  new Set(acts.flatMap(({ plan }) => plan.targets.map(({ uid, where }) => `${uid} ${where}`))).size;
