import type { Tail } from '../../../logs/reading/tail.ts';
import { WireError } from '../../../platform/failures.ts';
import { objectNamed } from '../kinds.ts';
import { type KubeParts, namespacesRead } from '../parts.ts';
import type { SlimPod } from '../pod/slim-pod.ts';
import { podsOfTarget } from '../target-pods.ts';
import { containerTail } from './container-tail.ts';

/**
 * A stream for every container of the pods that `of` selects, in each namespace of the source: also for init containers
 * that are not done (of a pod that is named, for all), and those that somebody has added for debugging. Throws WireError,
 * `missing` when there is no such pod.
 */
export const tailsOf = async (
  parts: KubeParts,
  of: string | undefined,
  signal: AbortSignal,
): Promise<readonly Tail[]> => {
  const namespaces = await namespacesRead(parts, signal);
  const several = namespaces.length > 1 || namespaces[0] === '*';
  const target = of ?? parts.config.selector ?? '';
  const isOne = objectNamed(target)?.kind.word === 'pod';
  const pods = (
    await Promise.all(namespaces.map((namespace) => podsOfTarget(parts.client, namespace, target, signal)))
  ).flat();
  if (pods.length === 0)
    throw new WireError(
      'missing',
      `${target === '' ? 'there is no pod' : `no pod belongs to ${target}`} in ${namespaces.join(', ')}`,
    );
  return pods.flatMap((pod) =>
    loggingContainers(pod, isOne).map((name) =>
      containerTail(parts, pod, name, `${several ? `${pod.namespace}/` : ''}${pod.name}/${name}`),
    ),
  );
};

const loggingContainers = ({ containers, ephemeral = [] }: SlimPod, isAll: boolean): readonly string[] => [
  ...containers
    .filter(({ isInit, status }) => isAll || !isInit || status !== 'Completed')
    .map(({ name }) => name),
  ...ephemeral,
];
