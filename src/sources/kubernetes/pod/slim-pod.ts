import type { Millis } from '../../../domain/fault.ts';
import type { Labels } from '../strings.ts';

/** What is kept of a container: enough for rows, detail and signals. */
export interface SlimContainer {
  readonly name: string;
  /** 'Running', or the reason why it waits or ended. */
  readonly status: string;
  readonly isReady: boolean;
  readonly isInit: boolean;
  readonly restarts: number;
  readonly startedAt?: Millis;
  readonly detail?: string;
  /** When and why it ended the last time. */
  readonly endedAt?: Millis;
  readonly endReason?: string;
  readonly cpuLimit?: number;
  readonly memoryLimit?: number;
  readonly cpuRequest?: number;
  readonly memoryRequest?: number;
}

/** What is kept of a pod. 10,000 of them have to fit in 15 MB, so that nothing of the manifest is held. */
export interface SlimPod {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  /** 'deploy billing'; '' when nobody controls it. */
  readonly owner: string;
  readonly labels: Labels;
  /** As kubectl's STATUS column says it. */
  readonly status: string;
  readonly ready: number;
  readonly wanted: number;
  readonly restarts: number;
  /** True: the pod as a whole is ready, and stays. */
  readonly isLive: boolean;
  /** True: it has not been ready since its containers began. */
  readonly isStarting?: true;
  readonly startedAt?: Millis;
  /** When it was created; kept while no kubelet has begun it. */
  readonly createdAt?: Millis;
  readonly detail?: string;
  readonly containers: readonly SlimContainer[];
  /** Names of containers that were added for debugging; absent: none were. */
  readonly ephemeral?: readonly string[];
}
