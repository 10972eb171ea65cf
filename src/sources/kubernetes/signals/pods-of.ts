import { objectNamed } from '../kinds.ts';
import type { SlimPod } from '../pod/slim-pod.ts';
import { matches, parseSelector } from '../selector.ts';

const ownerWords: Readonly<Record<string, string>> = {
  deployment: 'deploy',
  replicaset: 'rs',
  statefulset: 'sts',
  daemonset: 'ds',
};

/** Which pods a text means: 'app=bus', 'pod/bus-0', 'deployment/bus'. */
export const podsOf = (of: string): ((pod: SlimPod) => boolean) => {
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
