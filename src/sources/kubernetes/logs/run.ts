import { WireError } from '../../../platform/failures.ts';
import { field, list, number, text } from '../../wire-value.ts';
import type { KubeClient } from '../client.ts';
import { kinds, objectPath } from '../kinds.ts';
import { metaOf } from '../meta.ts';
import { stateOf, type Terminated } from '../pod/container.ts';
import { ForbiddenError } from '../problem.ts';

/** How it stands with a container whose log is to be read. */
export interface Run {
  /** How often it was started again: which of its runs is the present one. */
  readonly nth: number;
  /** 'exit 137, OOMKilled': how the run before ended, while that is known. */
  readonly lastEnd?: string;
  /** Why nothing runs, and nothing has: 'ContainerCreating', 'ImagePullBackOff: Back-off pulling …'. */
  readonly waits?: string;
  readonly startedAt?: number;
}

const statuses = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

/** The present run of a container, from its pod. Throws WireError `missing` when the pod of that uid is not there any more. */
const runIn = (pod: unknown, uid: string, container: string): Run => {
  if (metaOf(pod).uid !== uid) throw new WireError('missing', 'the pod has gone: another bears its name');
  const status = field(pod, 'status');
  const raw = statuses
    .flatMap((kind) => list(field(status, kind)))
    .find((one) => text(field(one, 'name')) === container);
  const { restarts, waiting, terminated, last, startedAt } = stateOf(raw);
  const started = Date.parse(text(startedAt) ?? '');
  const waits = last !== undefined || terminated !== undefined ? undefined : waitWords(raw, waiting);
  return {
    nth: number(field(raw, 'restartCount')) ?? restarts,
    ...(last === undefined ? {} : { lastEnd: endWords(last) }),
    ...(waits === undefined ? {} : { waits }),
    ...(Number.isNaN(started) ? {} : { startedAt: started }),
  };
};

/** 'exit 137, OOMKilled' */
const endWords = ({ exitCode, reason }: Terminated): string =>
  reason === '' || reason === 'Error' || reason === 'Completed'
    ? `exit ${exitCode}`
    : `exit ${exitCode}, ${reason}`;

/** 'ContainerCreating'; what has not even a state waits for a node. */
const waitWords = (
  raw: unknown,
  waiting: { readonly reason: string; readonly message: string } | undefined,
): string | undefined => {
  if (raw === undefined) return 'Pending';
  if (waiting === undefined) return undefined;
  return [waiting.reason || 'Waiting', waiting.message].filter((part) => part !== '').join(': ');
};

/** Reads the pod afresh. Undefined when that is not allowed: a log can be read without. Throws WireError. */
export const lookAtRun = async (
  client: KubeClient,
  pod: { readonly namespace: string; readonly name: string; readonly uid: string },
  container: string,
  signal: AbortSignal,
): Promise<Run | undefined> => {
  try {
    return runIn(
      await client.get(objectPath(kinds.pod, pod.namespace, pod.name), signal),
      pod.uid,
      container,
    );
  } catch (error) {
    if (error instanceof ForbiddenError) return undefined;
    throw error;
  }
};
