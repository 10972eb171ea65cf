import { WireError } from '../../../platform/runtime/wire-error.ts';
import { field } from '../../kit/values/wire-value.ts';
import { apiResources, listPath, objectPath, parseObjectRef } from '../api/api-resources.ts';
import { getIfExists, type KubeClient } from '../api/client.ts';
import {
  formatLabelSelector,
  type LabelSelector,
  parseLabelSelector,
  parseServiceSelector,
  parseSpecSelector,
  podTargetProblem,
} from '../api/label-selector.ts';
import { listAll } from '../api/list-watch.ts';
import { createStringPool } from '../api/string-pool.ts';
import type { PodSummary } from './container-summary.ts';
import { parsePod } from './parse-pod.ts';

/**
 * Reads the pods of a target ('pod/x', 'deployment/x', 'service/x', 'app=x'; '' for all), sorted by name. [] when none
 * match, also when the named object does not exist. Throws WireError.
 */
export const listTargetPods = async (
  client: KubeClient,
  namespace: string,
  target: string,
  signal: AbortSignal,
): Promise<readonly PodSummary[]> => {
  const problem = target === '' ? undefined : podTargetProblem(target);
  if (problem !== undefined) throw new WireError('unconfigured', problem);
  const strings = createStringPool();
  const summarize = (raw: unknown): PodSummary => parsePod(raw, strings, client.toClock);
  const object = parseObjectRef(target);
  if (object?.kind.singular === 'pod') {
    const raw = await getIfExists(client, objectPath(apiResources.pod, namespace, object.name), signal);
    return raw === undefined ? [] : [summarize(raw)];
  }
  const selector = target === '' ? [] : await resolveTargetSelector(client, namespace, target, signal);
  if (selector === undefined) return [];
  const pods: PodSummary[] = [];
  await listAll(
    client,
    listPath(apiResources.pod, namespace),
    selector.length === 0 ? {} : { labelSelector: formatLabelSelector(selector) },
    { begin: () => void pods.splice(0), take: (items) => void pods.push(...items.map(summarize)) },
    (ask) => ask(signal),
  );
  return pods;
};

/**
 * Labels of a target's pods: its own text, or the selector of the object that it names. Undefined when the object does
 * not exist or selects nothing. Throws WireError.
 */
const resolveTargetSelector = async (
  client: KubeClient,
  namespace: string,
  target: string,
  signal: AbortSignal,
): Promise<LabelSelector | undefined> => {
  const object = parseObjectRef(target);
  if (object === undefined) return parseLabelSelector(target);
  const raw = await getIfExists(client, objectPath(object.kind, namespace, object.name), signal);
  const selector = field(field(raw, 'spec'), 'selector');
  return object.kind === apiResources.service ? parseServiceSelector(selector) : parseSpecSelector(selector);
};
