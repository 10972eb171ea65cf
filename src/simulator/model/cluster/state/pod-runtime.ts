import type { Millis } from '../../../../domain/base/fault.ts';
import type { ServiceInstance } from '../../instances/instance.ts';
import { ContainerLog } from '../../logs/container-log.ts';
import type { Pod } from '../../spec/cluster-objects.ts';

/** State of a pod's container. `back-off`: waiting for its restart. */
type Step =
  | 'pending'
  | 'creating'
  | 'no-image'
  | 'starting'
  | 'running'
  | 'back-off'
  | 'ended'
  | 'terminating';

/** End of a container run. */
export interface ContainerExit {
  readonly exitCode: number;
  readonly reason: 'Error' | 'OOMKilled' | 'Completed';
  readonly startedAt: Millis;
  readonly finishedAt: Millis;
  readonly containerId: string;
}

/** The kubelet's state of an ephemeral container, which runs once. Times are model times. */
export interface EphemeralRun {
  readonly name: string;
  step: 'creating' | 'no-image' | 'running' | 'ended';
  /** Time of the next transition. */
  due: Millis;
  waiting: { readonly reason: string; readonly message?: string } | undefined;
  startedAt: Millis | undefined;
  exit: Pick<ContainerExit, 'exitCode' | 'finishedAt'> | undefined;
}

/** The service or dependency that the pod runs. */
export interface PodRole {
  readonly service?: string;
  readonly dependency?: string;
}

/** The kubelet's state of one pod: the lifecycle of its container. Times are model times. */
export class PodRuntime {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly role: PodRole;
  readonly createdAt: Millis;
  step: Step = 'pending';
  /** Time of the next transition. */
  due: Millis;
  scheduledAt: Millis | undefined;
  startedAt: Millis | undefined;
  /** Time of the last change of readiness. */
  turnedAt: Millis | undefined;
  /** The kubelet's reason for not starting a container. */
  waiting: { readonly reason: string; readonly message: string } | undefined;
  /** The scheduler's reason for not placing the pod. */
  unschedulable: string | undefined;
  restarts = 0;
  lastExit: ContainerExit | undefined;
  backOffMs: Millis = 10_000;
  /** The process that the pod runs; absent if it serves no traffic (yet). */
  instance: ServiceInstance | undefined;
  /** Leak rate in bytes per second, and the leaked bytes of a container at its start. */
  leak: { readonly perSecond: number; readonly atStart: number } | undefined;
  /** Bytes leaked when the leak reached the current container, and that time. */
  leaked = { bytes: 0, at: 0 };
  /** Files written manually below /tmp of the container: path → size and time. */
  readonly dumps = new Map<string, { readonly bytes: number; readonly at: Millis }>();
  /** Files mounted from a ConfigMap when the container started: path → text. */
  mounted: ReadonlyMap<string, string> = new Map();
  /** The database password of the container at its start. */
  databasePassword: string | undefined;
  /** Files deleted manually in the container. */
  readonly deleted = new Set<string>();
  /** Ephemeral containers by name. */
  readonly ephemeral = new Map<string, EphemeralRun>();
  log = new ContainerLog();
  previousLog: ContainerLog | undefined;
  /** Readiness as last written to the API. */
  shownReady = false;

  constructor({ metadata }: Pod, role: PodRole, now: Millis) {
    this.uid = metadata.uid;
    this.namespace = metadata.namespace ?? '';
    this.name = metadata.name;
    this.role = role;
    this.createdAt = now;
    this.due = now;
  }

  /** True when the readiness probe succeeds: started long enough ago, and its process responds. */
  get isReady(): boolean {
    return this.step === 'running' && (this.instance?.running ?? true);
  }

  get isTerminating(): boolean {
    return this.step === 'terminating';
  }
}
