import type { Reach } from '../../domain/operation.ts';
import type { Blast } from '../../domain/proposal.ts';
import type { HeldAct } from '../held.ts';
import { percentOf } from '../policy/limits.ts';
import { countObjects } from './target-keys.ts';

type Share = NonNullable<Reach['share']>;

/** Parts of the same whole are put together, each target's once; of several wholes the one that is hit most stands. */
const shareOf = (acts: readonly HeldAct[]): Share | undefined => {
  const wholes = new Map<string, { share: Share; readonly seen: Set<string> }>();
  for (const { plan } of acts) {
    const share = plan.reach?.share;
    if (share === undefined) continue;
    const key = `${share.of} ${share.whole}`;
    const targets = plan.targets.map(({ uid }) => uid).join(' ');
    const known = wholes.get(key);
    if (known === undefined) wholes.set(key, { share, seen: new Set([targets]) });
    else if (!known.seen.has(targets)) {
      known.seen.add(targets);
      known.share = { ...share, part: Math.min(share.whole, known.share.part + share.part) };
    } else if (share.part > known.share.part) known.share = share;
  }
  return [...wholes.values()]
    .map(({ share }) => share)
    .sort((a, b) => percentOf(b) - percentOf(a))
    .at(0);
};

/** A sum in which nothing unknown is counted as 0. */
const sumOf = (numbers: readonly (number | undefined)[]): number | undefined => {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, number) => sum + number, 0);
};

/** What is known of a target from elsewhere than its plan. */
export type Carried = Pick<Reach, 'connections' | 'requestsPerSecond'>;

/** How far some acts reach together. `carried` stands before what the plans tell: it is what the profile's author asks for. */
export const blastOf = (acts: readonly HeldAct[], carried: Carried): Blast => {
  const share = shareOf(acts);
  const connections = carried.connections ?? sumOf(acts.map(({ plan }) => plan.reach?.connections));
  const requestsPerSecond =
    carried.requestsPerSecond ?? sumOf(acts.map(({ plan }) => plan.reach?.requestsPerSecond));
  return {
    objects: countObjects(acts),
    ...(share === undefined ? {} : { share }),
    ...(connections === undefined ? {} : { connections }),
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
  };
};
