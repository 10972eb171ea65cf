import { WireError } from '../../../platform/failures.ts';
import { entries, field, list, number, text } from '../../wire-value.ts';
import type { KubeClient } from '../client.ts';
import { kinds, listPath } from '../kinds.ts';
import { labelsOf, metaOf } from '../meta.ts';
import type { SlimPod } from '../pod/slim-pod.ts';
import { matches, selectorOf } from '../selector.ts';
import { podsOfTarget } from '../target-pods.ts';
import type { Found } from './found.ts';

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
