import { WireError } from '../../../platform/failures.ts';
import { field, list, number, text } from '../../wire-value.ts';
import type { KubeClient } from '../client.ts';
import { type Kind, kinds, listPath } from '../kinds.ts';
import { controllerOf, labelsOf, metaOf } from '../meta.ts';
import { podsOfTarget } from '../target-pods.ts';
import { budgetsOver, someOf } from './blast-radius.ts';
import type { Found } from './found.ts';

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
