import type { Millis } from '../../../domain/fault.ts';
import type { LogEntry } from '../logs/log-entry.ts';
import type { DeploymentStrategy } from './objects.ts';

type Texts = Readonly<Record<string, string>>;

/** A setting that keeps a process from starting: it says why and ends with 1. */
export interface StartFault {
  readonly env: string;
  /** Values with which it starts; an absent variable is ''. */
  readonly good: RegExp;
  /** What it writes: entries of its log, and lines as they stand. */
  says(value: string): readonly (Omit<LogEntry, 'at'> | string)[];
}

/** How a service of the system is deployed: the container is called after it, and labelled `app=SERVICE`. */
export interface DeployedSpec {
  readonly runtime: 'java' | 'go';
  readonly requests: Texts;
  readonly limits: Texts;
  readonly env: Texts;
  /** Variable → [secret, key]. */
  readonly secretEnv?: Readonly<Record<string, readonly [secret: string, key: string]>>;
  /** A ConfigMap whose keys lie there as files; mounted one by one (subPath), so that they stay as they were when the pod started. */
  readonly configFiles?: { readonly configMap: string; readonly dir: string };
  /** From the container's start to its first successful probe; default 1500. */
  readonly startMs?: Millis;
  readonly startFaults?: readonly StartFault[];
}

/** A StatefulSet; one that is named as the dependency it stands for is up when a pod of it is ready. */
export interface StatefulSpec {
  readonly name: string;
  /** `{env}` is the environment's name; absent: the services' own namespace. */
  readonly namespace?: string;
  readonly replicas: number;
  readonly image: string;
  readonly port: number;
  readonly dependency?: string;
  readonly requests: Texts;
  readonly limits: Texts;
}

export interface CronSpec {
  readonly name: string;
  /** `{env}` is the environment's name; absent: the services' own namespace. */
  readonly namespace?: string;
  readonly schedule: string;
  readonly image: string;
  /** How long its last run took, which went well; absent: it has not run yet. */
  readonly tookMs?: Millis;
  /** What a run of it writes. */
  readonly lines: readonly string[];
}

interface ScalerSpec {
  readonly service: string;
  readonly least: number;
  readonly most: number;
  readonly cpuPercent: number;
}

/** What Kubernetes knows of an environment, as a system's data says it. */
export interface ClusterSpec {
  /** What it is called. */
  readonly name: string;
  readonly registry: string;
  /** Where the services are; `{env}` is the environment's name. */
  readonly namespace: string;
  readonly nodes: { readonly count: number; readonly cpu: string; readonly memory: string };
  /** A service without an entry does not run here. */
  readonly services: Readonly<Record<string, DeployedSpec>>;
  readonly statefulSets?: readonly StatefulSpec[];
  /** DaemonSets: name → namespace and image. */
  readonly daemonSets?: Readonly<Record<string, { readonly namespace: string; readonly image: string }>>;
  readonly cronJobs?: readonly CronSpec[];
  readonly scalers?: readonly ScalerSpec[];
  readonly configMaps?: Readonly<Record<string, Texts>>;
  /** Name → key → value, in plain words. */
  readonly secrets?: Readonly<Record<string, Texts>>;
  /** Secrets with a certificate of their own, by name: for these host names. */
  readonly tlsSecrets?: Readonly<Record<string, readonly string[]>>;
  /** Environments whose cluster has no metrics server. */
  readonly withoutMetrics?: readonly string[];
}

/** A change of a deployment that somebody applied. */
interface AppliedSpec {
  readonly env: Texts;
  /** Stays when the template is rolled back: it is not part of it. */
  readonly strategy?: DeploymentStrategy;
}

/** What an incident does to it. */
export interface ClusterIncidentSpec {
  /** Service → a part of its heap that stays in use after every collection, at the initial number of pods. */
  readonly heapRetained?: Readonly<Record<string, number>>;
  /**
   * Service → how long a container of its present pods takes from start to its memory limit. What feeds the leak lies
   * in the pod's emptyDir: it outlives the container, and ends with the pod.
   */
  readonly leaks?: Readonly<Record<string, Millis>>;
  /** Service → a change that was applied. */
  readonly applied?: Readonly<Record<string, AppliedSpec>>;
}
