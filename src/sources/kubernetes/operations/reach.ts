import type { Reach } from '../../../domain/operation.ts';
import { WireError } from '../../../platform/failures.ts';
import { field, number } from '../../wire-value.ts';
import type { KubeClient } from '../client.ts';
import { kindNamed, kinds, objectPath } from '../kinds.ts';
import { controllerOf } from '../meta.ts';
import type { Found } from './found.ts';
import type { Deed } from './recipe.ts';

/** How many pods a workload is to have; undefined for what has none of its own. Source: apps/v1. */
const replicasOf = (raw: unknown): number | undefined => {
  const scheduled = number(field(field(raw, 'status'), 'desiredNumberScheduled'));
  return scheduled ?? number(field(field(raw, 'spec'), 'replicas'));
};

/** So many of the pods of an object; undefined where there is no whole to be a part of. */
export const reachOf = (part: number, whole: number | undefined, object: string): Reach | undefined =>
  whole === undefined || whole <= 0 ? undefined : { share: { part, whole, of: `replicas of ${object}` } };

/** All pods of a workload: what a rollout replaces, and what goes with it. */
const allOf = (raw: unknown, object: string): Reach | undefined => {
  const whole = replicasOf(raw);
  return whole === undefined ? undefined : reachOf(whole, whole, object);
};

/** What the first of some writes that roll out replaces. */
export const rolledOut = (deeds: readonly Deed[]): Reach | undefined => {
  const [deed] = deeds.filter(({ rollsOut, before }) => rollsOut === true && before?.raw !== undefined);
  return deed === undefined ? undefined : allOf(deed.before?.raw, deed.object);
};

/** What a deletion takes: one of its owner's pods, or all of a workload's. Unknown where the owner cannot be read. */
export const reachOfDelete = async (
  client: KubeClient,
  { kind, namespace, object, raw }: Found,
  signal: AbortSignal,
): Promise<Reach | undefined> => {
  if (kind !== kinds.pod) return allOf(raw, object);
  const owner = controllerOf(raw);
  const ownerKind = owner === undefined ? undefined : kindNamed(owner.kind);
  if (owner === undefined || ownerKind === undefined) return undefined;
  try {
    const body = await client.get(objectPath(ownerKind, namespace, owner.name), signal);
    return reachOf(1, replicasOf(body), `${ownerKind.word}/${owner.name}`);
  } catch (error) {
    if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
    return undefined;
  }
};
