import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { sum } from '../../../domain/base/sums.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import { parseObjectRef } from '../api/api-resources.ts';
import type { KubernetesRead } from '../api/config.ts';
import { matchesLabels, parseLabelSelector } from '../api/label-selector.ts';
import type { KubeParts } from '../api/parts.ts';
import type { ContainerSummary, PodSummary } from '../pod/container-summary.ts';
import type { SignalValue } from './resource-feed.ts';
import {
  matchesNamespace,
  type ResourceSignals,
  resourceSignals,
  type SignalEvaluator,
} from './resource-feed.ts';

interface RestartIncrease {
  readonly at: Millis;
  readonly by: number;
}

interface ContainerRestarts {
  readonly restarts: number;
  readonly rises: readonly RestartIncrease[];
}

/**
 * Counts container restarts within the last `perMs`. Of a container seen for the first time only its last termination
 * is known. That counts once when it is recent enough, so the count is a lower bound until `perMs` has been observed.
 */
class RestartWindow {
  readonly #perMs: Millis;
  #known: ReadonlyMap<string, ContainerRestarts> = new Map();

  constructor(perMs: Millis) {
    this.#perMs = perMs;
  }

  /** Returns the number of each pod. */
  count(pods: readonly PodSummary[], now: Millis): readonly number[] {
    const since = now - this.#perMs;
    const next = new Map<string, ContainerRestarts>();
    const counts = pods.map(({ uid, containers }) => {
      let total = 0;
      for (const { name, restarts, endedAt } of containers) {
        const key = `${uid}/${name}`;
        const before = this.#known.get(key);
        const by =
          restarts - (before?.restarts ?? (restarts > 0 && (endedAt ?? 0) > since ? restarts - 1 : restarts));
        const rise = by > 0 ? [{ at: before === undefined ? (endedAt ?? now) : now, by }] : [];
        const rises = [...(before?.rises ?? []), ...rise].filter(({ at }) => at > since);
        next.set(key, { restarts, rises });
        total += sum(rises.map(({ by: rise }) => rise));
      }
      return total;
    });
    this.#known = next;
    return counts;
  }
}

/** More pods than these are not kept with a value. */
const mostParts = 500;

/** A value that is made of those of pods: one of them that is gone takes its part with it. */
const withPods = (
  { value, ...rest }: SignalValue,
  fold: PodFold,
  pods: readonly PodSummary[],
  amounts: readonly (number | string | undefined)[],
): SignalValue => {
  if (value === undefined || pods.length > mostParts) return { ...rest, ...defined({ value }) };
  const parts = pods.flatMap(({ namespace, name }, index) => {
    const amount = amounts[index];
    return typeof amount === 'number' ? [[JSON.stringify({ namespace, pod: name }), amount] as const] : [];
  });
  return { ...rest, value, fold, parts: Object.fromEntries(parts) };
};

/** The sum over pods. */
const sumOfPods = (pods: readonly PodSummary[], amounts: readonly number[]): readonly SignalValue[] => [
  withPods({ value: sum(amounts) }, 'sum', pods, amounts),
];

type PodFold = 'sum' | 'min' | 'max' | 'avg' | 'count';

/**
 * Evaluates memory (bytes) or CPU (cores) usage of pods, or the percentage of their limit or request: one series per
 * pod, or aggregated.
 */
const usageEvaluator = (read: KubernetesRead, { usage }: KubeParts): SignalEvaluator<PodSummary> => {
  const what = 'memory' in read ? 'memory' : 'cpu';
  const { of, fold } = 'memory' in read || 'cpu' in read ? read : {};
  const amountOf = (pod: PodSummary): SignalValue => {
    const used = usage.lookup(pod);
    if (used === undefined) return { why: 'metrics-server has no metrics of this pod yet' };
    const amount = what === 'memory' ? used.memoryBytes : used.cpuCores;
    if (of === undefined) return { value: amount };
    const limit = podResource(pod, what, of);
    return limit === undefined || limit === 0
      ? { why: `not every container of the pod has a ${what} ${of}, so there is no share to compute` }
      : { value: (100 * amount) / limit };
  };
  return (pods) => {
    const values = pods.map((pod) => ({
      ...amountOf(pod),
      labels: { namespace: pod.namespace, pod: pod.name },
    }));
    const silent = pods.filter((pod) => hasRunningContainer(pod) && amountOf(pod).value === undefined).length;
    if (fold === undefined) return values;
    const amounts = values.map(({ value }) => value);
    return [withPods(foldValues(values, fold, silent), fold, pods, amounts)];
  };
};

/** Terminated and not yet started containers use nothing. */
const hasRunningContainer = ({ containers }: PodSummary): boolean =>
  containers.some(({ status }) => status === 'Running');

const resourceFields = {
  memory: { limit: 'memoryLimit', request: 'memoryRequest' },
  cpu: { limit: 'cpuLimit', request: 'cpuRequest' },
} as const;

const podResource = (
  pod: PodSummary,
  what: 'memory' | 'cpu',
  of: 'limit' | 'request',
): number | undefined => {
  const name: keyof ContainerSummary = resourceFields[what][of];
  const values = pod.containers.filter((container) => !container.isInit).map((container) => container[name]);
  return values.every((value) => typeof value === 'number')
    ? values.reduce((sum: number, value) => sum + (value ?? 0), 0)
    : undefined;
};

/**
 * Aggregates the pods that have a value. Pods without a value do not hide the maximum of the others, but make a sum
 * unknown.
 */
const foldValues = (signalValues: readonly SignalValue[], fold: PodFold, silent: number): SignalValue => {
  const values = signalValues.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
  if (values.length === 0) return { why: signalValues[0]?.why ?? 'no pod reports this value yet' };
  if (fold === 'sum' && silent > 0)
    return { why: `there is no sum, because ${silent} of ${signalValues.length} pods have no value` };
  switch (fold) {
    case 'count':
      return { value: values.length };
    case 'sum':
      return { value: sum(values) };
    case 'avg':
      return { value: sum(values) / values.length };
    case 'min':
      return { value: Math.min(...values) };
    case 'max':
      return { value: Math.max(...values) };
  }
};

const ownerAbbreviations: Readonly<Record<string, string>> = {
  deployment: 'deploy',
  replicaset: 'rs',
  statefulset: 'sts',
  daemonset: 'ds',
};

/** Returns a matcher for a pod target: 'app=bus', 'pod/bus-0', 'deployment/bus'. */
const podMatcher = (of: string): ((pod: PodSummary) => boolean) => {
  const object = parseObjectRef(of);
  if (object === undefined) {
    const selector = parseLabelSelector(of) ?? [];
    return ({ labels }) => matchesLabels(selector, labels);
  }
  const { kind, name } = object;
  if (kind.singular === 'pod') return (pod) => pod.name === name;
  if (kind.singular === 'node') return (pod) => pod.node === name;
  const owner = `${ownerAbbreviations[kind.singular] ?? kind.singular} ${name}`;
  return (pod) => pod.owner === owner;
};

/** Signals computed from pods: ready, restarts, oom, memory, cpu. */
export const podSignals = (parts: KubeParts): ResourceSignals<PodSummary> =>
  resourceSignals(parts, (read): SignalEvaluator<PodSummary> | undefined => {
    const of = podTarget(read);
    if (of === undefined) return undefined;
    const isOne = podMatcher(of);
    const answer = podEvaluator(read, parts);
    return (pods, now) => {
      const chosen = pods.filter((pod) => matchesNamespace(read.namespace, pod.namespace) && isOne(pod));
      return chosen.length === 0
        ? [{ why: `no pod matches ${of}: check the selector` }]
        : answer(chosen, now);
    };
  });

/**
 * The pod target of a read; undefined when pods do not answer it: `ready: deployment/x` is answered by the deployment.
 */
const podTarget = (read: KubernetesRead): string | undefined => {
  if ('restarts' in read) return read.restarts;
  if ('oom' in read) return read.oom;
  if ('memory' in read) return read.memory;
  if ('cpu' in read) return read.cpu;
  if (!('ready' in read)) return undefined;
  const object = parseObjectRef(read.ready);
  return object === undefined || object.kind.singular === 'pod' ? read.ready : undefined;
};

const podEvaluator = (read: KubernetesRead, parts: KubeParts): SignalEvaluator<PodSummary> => {
  if ('ready' in read)
    return (pods) => {
      const active = pods.filter((pod) => pod.status !== 'Completed');
      const ready = active.filter((pod) => pod.isLive).length;
      return [{ value: read.of === undefined ? ready : (100 * ready) / Math.max(1, active.length) }];
    };
  if ('restarts' in read) {
    const { per } = read;
    if (per === undefined)
      return (pods) =>
        sumOfPods(
          pods,
          pods.map(({ restarts }) => restarts),
        );
    const window = new RestartWindow(parseDuration(per) ?? 0);
    return (pods, now) => sumOfPods(pods, window.count(pods, now));
  }
  if ('oom' in read) {
    const withinMs = parseDuration(read.within) ?? 0;
    return (pods, now) => {
      const killed = pods.map(
        ({ containers }) =>
          containers.filter(
            ({ endReason, endedAt }) => endReason === 'OOMKilled' && (endedAt ?? 0) > now - withinMs,
          ).length,
      );
      return sumOfPods(pods, killed);
    };
  }
  return usageEvaluator(read, parts);
};
