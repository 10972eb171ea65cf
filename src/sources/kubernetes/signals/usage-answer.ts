import type { KubeParts } from '../parts.ts';
import type { SlimContainer, SlimPod } from '../pod/slim-pod.ts';
import type { KubernetesRead } from '../reads.ts';
import type { Answer, Found } from './wanted.ts';

type Fold = 'sum' | 'min' | 'max' | 'avg' | 'count';

/** What pods use of memory (bytes) or CPU (cores), or of their limit or request in percent: a series per pod, or folded. */
export const usageAnswer = (read: KubernetesRead, { usage }: KubeParts): Answer<SlimPod> => {
  const what = 'memory' in read ? 'memory' : 'cpu';
  const { of, fold } = 'memory' in read || 'cpu' in read ? read : {};
  const amountOf = (pod: SlimPod): Found => {
    const used = usage.of(pod);
    if (used === undefined) return { why: 'the metrics server tells nothing of it' };
    const amount = what === 'memory' ? used.memoryBytes : used.cpuCores;
    if (of === undefined) return { value: amount };
    const limit = boundOf(pod, what, of);
    return limit === undefined || limit === 0
      ? { why: `not all of its containers have a ${what} ${of}` }
      : { value: (100 * amount) / limit };
  };
  return (pods) => {
    const found = pods.map((pod) => ({
      ...amountOf(pod),
      labels: { namespace: pod.namespace, pod: pod.name },
    }));
    const silent = pods.filter((pod) => isRunning(pod) && amountOf(pod).value === undefined).length;
    return fold === undefined ? found : [folded(found, fold, silent)];
  };
};

/** What has ended, or not begun, uses nothing. */
const isRunning = ({ containers }: SlimPod): boolean => containers.some(({ status }) => status === 'Running');

const bounds = {
  memory: { limit: 'memoryLimit', request: 'memoryRequest' },
  cpu: { limit: 'cpuLimit', request: 'cpuRequest' },
} as const;

const boundOf = (pod: SlimPod, what: 'memory' | 'cpu', of: 'limit' | 'request'): number | undefined => {
  const name: keyof SlimContainer = bounds[what][of];
  const values = pod.containers.filter((one) => !one.isInit).map((one) => one[name]);
  return values.every((value) => typeof value === 'number')
    ? values.reduce((sum: number, value) => sum + (value ?? 0), 0)
    : undefined;
};

/** Of the pods that have a number: that some have none is no reason to hide the others' worst, but leaves no sum. */
const folded = (found: readonly Found[], fold: Fold, silent: number): Found => {
  const values = found.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
  if (values.length === 0) return { why: found[0]?.why ?? 'no pod tells a number' };
  if (fold === 'sum' && silent > 0)
    return { why: `it is not known of ${silent} of ${found.length} pods: there is no sum` };
  const sum = values.reduce((total, value) => total + value, 0);
  switch (fold) {
    case 'count':
      return { value: values.length };
    case 'sum':
      return { value: sum };
    case 'avg':
      return { value: sum / values.length };
    case 'min':
      return { value: Math.min(...values) };
    case 'max':
      return { value: Math.max(...values) };
  }
};
