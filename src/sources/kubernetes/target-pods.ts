import { WireError } from '../../platform/failures.ts';
import { field } from '../wire-value.ts';
import type { KubeClient } from './client.ts';
import { kinds, listPath, objectNamed, objectPath } from './kinds.ts';
import { listAll } from './list.ts';
import type { SlimPod } from './pod/container.ts';
import { parsePod } from './pod/parse.ts';
import {
  parseSelector,
  type Selector,
  selectorOf,
  selectorText,
  serviceSelector,
  targetProblem,
} from './selector.ts';
import { createStrings } from './strings.ts';

/**
 * Pods that a text means now ('pod/x', 'deployment/x', 'service/x', 'app=x'; '' for all), read afresh, in the order of
 * their names. [] when there are none, also when what should have them is not there. Throws WireError.
 */
export const podsOfTarget = async (
  client: KubeClient,
  namespace: string,
  target: string,
  signal: AbortSignal,
): Promise<readonly SlimPod[]> => {
  const problem = target === '' ? undefined : targetProblem(target);
  if (problem !== undefined) throw new WireError('unconfigured', problem);
  const strings = createStrings();
  const slim = (raw: unknown): SlimPod => parsePod(raw, strings, client.toClock);
  const object = objectNamed(target);
  if (object?.kind.word === 'pod') {
    const raw = await ifThere(client, objectPath(kinds.pod, namespace, object.name), signal);
    return raw === undefined ? [] : [slim(raw)];
  }
  const selector = target === '' ? [] : await selectorOfTarget(client, namespace, target, signal);
  if (selector === undefined) return [];
  const pods: SlimPod[] = [];
  await listAll(
    client,
    listPath(kinds.pod, namespace),
    selector.length === 0 ? {} : { labelSelector: selectorText(selector) },
    { begin: () => void pods.splice(0), take: (items) => void pods.push(...items.map(slim)) },
    (ask) => ask(signal),
  );
  return pods;
};

/**
 * The labels that pods of a target bear: its own text, or the selector of the object that it names. Undefined when that
 * is not there or selects nothing. Throws WireError.
 */
const selectorOfTarget = async (
  client: KubeClient,
  namespace: string,
  target: string,
  signal: AbortSignal,
): Promise<Selector | undefined> => {
  const object = objectNamed(target);
  if (object === undefined) return parseSelector(target);
  const raw = await ifThere(client, objectPath(object.kind, namespace, object.name), signal);
  const selector = field(field(raw, 'spec'), 'selector');
  return object.kind === kinds.service ? serviceSelector(selector) : selectorOf(selector);
};

const ifThere = async (client: KubeClient, path: string, signal: AbortSignal): Promise<unknown> => {
  try {
    return await client.get(path, signal);
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return undefined;
    throw error;
  }
};
