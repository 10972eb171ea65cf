import type { Millis } from '../../../domain/fault.ts';
import type { ServiceInstance } from '../instance.ts';
import { ContainerLog } from '../logs/container-log.ts';
import type { Pod } from './objects.ts';

/** What a pod's container is doing. `back-off`: it waits to be started again. */
type Step =
  | 'pending'
  | 'creating'
  | 'no-image'
  | 'starting'
  | 'running'
  | 'back-off'
  | 'ended'
  | 'terminating';

/** How a run of a container ended. */
export interface ContainerExit {
  readonly exitCode: number;
  readonly reason: 'Error' | 'OOMKilled' | 'Completed';
  readonly startedAt: Millis;
  readonly finishedAt: Millis;
  readonly containerId: string;
}

/** Whose work the pod does. */
export interface PodRole {
  readonly service?: string;
  readonly dependency?: string;
}

/** Kubelet's own knowledge of one pod: where its container is in its life. Times are model times. */
export class PodRuntime {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly role: PodRole;
  readonly createdAt: Millis;
  step: Step = 'pending';
  /** When something happens next. */
  due: Millis;
  scheduledAt: Millis | undefined;
  startedAt: Millis | undefined;
  /** When its readiness last changed. */
  turnedAt: Millis | undefined;
  /** Why nothing starts, in kubelet's words. */
  waiting: { readonly reason: string; readonly message: string } | undefined;
  /** Why no node takes it. */
  unschedulable: string | undefined;
  restarts = 0;
  lastExit: ContainerExit | undefined;
  backOffMs: Millis = 10_000;
  /** The process whose place it has taken; absent: it serves nothing (yet). */
  instance: ServiceInstance | undefined;
  /** Bytes that leak in a second, and what a container has of them when it starts. */
  leak: { readonly perSecond: number; readonly atStart: number } | undefined;
  /** Bytes leaked when the present container came under the leak, and when that was. */
  leaked = { bytes: 0, at: 0 };
  /** What was written under /tmp of its container by hand: path → size and time. */
  readonly dumps = new Map<string, { readonly bytes: number; readonly at: Millis }>();
  /** Files that came from a ConfigMap when the container started: path → text. */
  mounted: ReadonlyMap<string, string> = new Map();
  /** The password that its container was given for the database when it started. */
  databasePassword: string | undefined;
  /** Files that were deleted in it by hand. */
  readonly deleted = new Set<string>();
  log = new ContainerLog();
  previousLog: ContainerLog | undefined;
  /** Its readiness as the API last showed it. */
  shownReady = false;

  constructor({ metadata }: Pod, role: PodRole, now: Millis) {
    this.uid = metadata.uid;
    this.namespace = metadata.namespace ?? '';
    this.name = metadata.name;
    this.role = role;
    this.createdAt = now;
    this.due = now;
  }

  /** The probe succeeds: started long enough ago, and the process that it stands for answers. */
  get isReady(): boolean {
    return this.step === 'running' && (this.instance?.running ?? true);
  }

  get isTerminating(): boolean {
    return this.step === 'terminating';
  }
}
