import type { Reach } from '../../../domain/operation.ts';
import { WireError } from '../../../platform/failures.ts';
import { entries, field, list, number, text } from '../../wire-value.ts';
import type { KubeClient } from '../client.ts';
import { type Kind, kindNamed, kinds, listPath, objectPath } from '../kinds.ts';
import { controllerOf, labelsOf, metaOf } from '../meta.ts';
import type { SlimPod } from '../pod/container.ts';
import { matches, selectorOf } from '../selector.ts';
import { podsOfTarget } from '../target-pods.ts';
import type { Found } from './found.ts';
import type { Deed } from './recipe.ts';

type Look = (client: KubeClient, found: Found, signal: AbortSignal) => Promise<readonly string[]>;

/** Objects of a kind that the found one owns. */
const ownedOf =
  (kind: Kind): Look =>
  async (client, { namespace, raw }, signal) => {
    const { uid } = metaOf(raw);
    const items = list(field(await client.get(listPath(kind, namespace), signal), 'items'));
    const names = items.filter((one) => controllerOf(one)?.uid === uid).map((one) => metaOf(one).name);
    return names.length === 0 ? [] : [`it owns ${kind.plural} (${names.length}): ${someOf(names)}`];
  };

const podsBelow: Look = async (client, { object, namespace }, signal) => {
  const pods = await podsOfTarget(client, namespace, object, signal);
  return pods.length === 0 ? [] : [`its pods (${pods.length}): ${someOf(pods.map(({ name }) => name))}`];
};

/** Who makes a pod anew; nobody, when it was made by hand. */
const ownerOfPod: Look = async (client, { namespace, raw }, signal) => {
  const owner = controllerOf(raw);
  const labels = labelsOf(field(field(raw, 'metadata'), 'labels'));
  const grace = number(field(field(raw, 'spec'), 'terminationGracePeriodSeconds')) ?? 30;
  return [
    owner === undefined
      ? 'nothing makes this pod anew: it is gone'
      : `${owner.kind.toLowerCase()}/${owner.name} makes another in its place`,
    `on node ${text(field(field(raw, 'spec'), 'nodeName')) ?? 'none'}; it has ${grace}s to end`,
    ...(await budgetsOver(client, namespace, labels, signal)),
  ];
};

const both =
  (...looks: readonly Look[]): Look =>
  async (client, found, signal) =>
    (await Promise.all(looks.map((look) => look(client, found, signal)))).flat();

const looks: Readonly<Record<string, Look | undefined>> = {
  pod: ownerOfPod,
  deployment: both(ownedOf(kinds.replicaset), podsBelow),
  statefulset: both(podsBelow, async () => ['its volume claims stay, unless it says otherwise']),
  daemonset: podsBelow,
  replicaset: podsBelow,
  job: podsBelow,
  cronjob: ownedOf(kinds.job),
  service: async (client, found, signal) =>
    (await podsBelow(client, found, signal)).map((line) => `its name leads nowhere afterwards; ${line}`),
};

/** What goes with an object, or comes back without it, in words. */
export const ownedWords = async (
  client: KubeClient,
  found: Found,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  try {
    return (await looks[found.kind.word]?.(client, found, signal)) ?? [];
  } catch (error) {
    if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
    return [`what it owns could not be read: ${error.message}`];
  }
};

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

const named = 6;

/** 'a, b, c and 4 more' */
export const someOf = (names: readonly string[]): string =>
  names.length <= named
    ? names.join(', ')
    : `${names.slice(0, named - 1).join(', ')} and ${names.length - named + 1} more`;

/** What changes when a workload's template does: its pods, how they are replaced, and what guards them. */
export const blastRadius = async (
  client: KubeClient,
  found: Found,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { object, namespace, raw } = found;
  const labels = labelsOf(field(field(field(field(raw, 'spec'), 'template'), 'metadata'), 'labels'));
  const [pods, budgets] = await Promise.all([
    podsOfTarget(client, namespace, object, signal).catch(unreadable),
    budgetsOver(client, namespace, labels, signal),
  ]);
  return [podsWords(object, pods), ...replacementOf(found), ...budgets];
};

const podsWords = (object: string, pods: readonly SlimPod[] | string): string => {
  if (typeof pods === 'string') return `the pods of ${object}: not known: ${pods}`;
  const ready = pods.filter(({ isLive }) => isLive).length;
  const count = `${pods.length} pod${pods.length === 1 ? '' : 's'} of ${object}`;
  return pods.length === 0
    ? `no pods of ${object}`
    : `${count}, ${ready} ready: ${someOf(pods.map(({ name }) => name))}`;
};

/** That a preview lacks something is no reason to have none. */
const unreadable = (error: unknown): string => {
  if (error instanceof WireError && error.kind !== 'cancelled') return error.message;
  throw error;
};

/** How a kind replaces its pods. Source: apps/v1, update strategies. */
const replacementOf = ({ kind, raw }: Found): readonly string[] => {
  const spec = field(raw, 'spec');
  const isDeployment = kind === kinds.deployment;
  const strategy = field(spec, isDeployment ? 'strategy' : 'updateStrategy');
  const type = text(field(strategy, 'type')) ?? 'RollingUpdate';
  const rolling = field(strategy, 'rollingUpdate');
  const said = (name: string): string | undefined => {
    const value = field(rolling, name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const paused =
    field(spec, 'paused') === true ? ['it is paused: nothing rolls out until it is resumed'] : [];
  if (type === 'Recreate') return [...paused, 'all its pods end before new ones start: an outage'];
  if (type === 'OnDelete') return ['OnDelete: a pod is replaced when somebody deletes it'];
  if (isDeployment)
    return [
      ...paused,
      `replaced with at most ${said('maxUnavailable') ?? '25%'} missing and ${said('maxSurge') ?? '25%'} more`,
    ];
  if (kind === kinds.daemonset)
    return [`replaced on at most ${said('maxUnavailable') ?? '1'} of its nodes at a time`];
  const replicas = number(field(spec, 'replicas')) ?? 1;
  return [
    replicas === 1
      ? 'its only pod ends before the new one starts: an outage'
      : 'replaced one after another, the last first',
  ];
};

/** The PodDisruptionBudgets over pods with these labels, in words; [] where there are none, or they may not be read. */
export const budgetsOver = async (
  client: KubeClient,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const body = await client.get(listPath(kinds.pdb, namespace), signal).catch(unreadable);
  return list(field(body, 'items')).flatMap((raw) => {
    const spec = field(raw, 'spec');
    const selector = selectorOf(field(spec, 'selector'));
    if (selector === undefined || !matches(selector, labels)) return [];
    const allowed = number(field(field(raw, 'status'), 'disruptionsAllowed'));
    const rule = entries(spec)
      .filter(([key]) => key === 'minAvailable' || key === 'maxUnavailable')
      .map(([key, value]) => `${key} ${String(value)}`)
      .join(', ');
    return [
      `PodDisruptionBudget ${metaOf(raw).name} (${rule}): ${allowed ?? 'unknown'} disruptions allowed now; only evictions ask it`,
    ];
  });
};
