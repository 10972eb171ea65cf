import { parseDuration } from '../../../domain/duration.ts';
import { objectNamed } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import type { SlimPod } from '../pod/slim-pod.ts';
import type { KubernetesRead } from '../reads.ts';
import { matches, parseSelector } from '../selector.ts';
import { RestartWindow } from './restart-window.ts';
import { usageAnswer } from './usage-answer.ts';
import { type Answer, inNamespace, type Signals, signalsOf } from './wanted.ts';

const ownerWords: Readonly<Record<string, string>> = {
  deployment: 'deploy',
  replicaset: 'rs',
  statefulset: 'sts',
  daemonset: 'ds',
};

/** Which pods a text means: 'app=bus', 'pod/bus-0', 'deployment/bus'. */
const podsOf = (of: string): ((pod: SlimPod) => boolean) => {
  const object = objectNamed(of);
  if (object === undefined) {
    const selector = parseSelector(of) ?? [];
    return ({ labels }) => matches(selector, labels);
  }
  const { kind, name } = object;
  if (kind.word === 'pod') return (pod) => pod.name === name;
  if (kind.word === 'node') return (pod) => pod.node === name;
  const owner = `${ownerWords[kind.word] ?? kind.word} ${name}`;
  return (pod) => pod.owner === owner;
};

/** Signals that pods answer: ready, restarts, oom, memory, cpu. */
export const podSignals = (parts: KubeParts): Signals<SlimPod> =>
  signalsOf(parts, (read): Answer<SlimPod> | undefined => {
    const of = podsText(read);
    if (of === undefined) return undefined;
    const isOne = podsOf(of);
    const answer = answerOf(read, parts);
    return (pods, now) => {
      const chosen = pods.filter((pod) => inNamespace(read.namespace, pod.namespace) && isOne(pod));
      return chosen.length === 0 ? [{ why: `no pod matches ${of}` }] : answer(chosen, now);
    };
  });

/** Which pods a read is about; undefined when it is not about pods: `ready: deployment/x` is told by the deployment. */
const podsText = (read: KubernetesRead): string | undefined => {
  if ('restarts' in read) return read.restarts;
  if ('oom' in read) return read.oom;
  if ('memory' in read) return read.memory;
  if ('cpu' in read) return read.cpu;
  if (!('ready' in read)) return undefined;
  const object = objectNamed(read.ready);
  return object === undefined || object.kind.word === 'pod' ? read.ready : undefined;
};

const answerOf = (read: KubernetesRead, parts: KubeParts): Answer<SlimPod> => {
  if ('ready' in read)
    return (pods) => {
      const wanted = pods.filter((pod) => pod.status !== 'Completed');
      const ready = wanted.filter((pod) => pod.isLive).length;
      return [{ value: read.of === undefined ? ready : (100 * ready) / Math.max(1, wanted.length) }];
    };
  if ('restarts' in read) {
    const { per } = read;
    if (per === undefined) return (pods) => [{ value: pods.reduce((sum, pod) => sum + pod.restarts, 0) }];
    const window = new RestartWindow(parseDuration(per) ?? 0);
    return (pods, now) => [{ value: window.count(pods, now) }];
  }
  if ('oom' in read) {
    const withinMs = parseDuration(read.within) ?? 0;
    return (pods, now) => {
      const killed = pods
        .flatMap((pod) => pod.containers)
        .filter(({ endReason, endedAt }) => endReason === 'OOMKilled' && (endedAt ?? 0) > now - withinMs);
      return [{ value: killed.length }];
    };
  }
  return usageAnswer(read, parts);
};
