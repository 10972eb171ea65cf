import type { Millis } from '../../../domain/base/fault.ts';
import type { DeploymentStrategy } from './cluster-objects.ts';
import type { DeliverySpec } from './delivery.ts';
import type { LogEntry } from './log-entry.ts';

type Texts = Readonly<Record<string, string>>;

/** A setting that prevents a process from starting: it logs an error and exits with 1. */
export interface StartFault {
  readonly env: string;
  /** Values with which it starts; an absent variable is ''. */
  readonly good: RegExp;
  /** Its log: entries, and plain lines. */
  says(value: string): readonly (Omit<LogEntry, 'at'> | string)[];
}

/** Deployment of a service. The container has its name and the label `app=SERVICE`. */
export interface DeployedSpec {
  readonly runtime: 'java' | 'go';
  readonly requests: Texts;
  readonly limits: Texts;
  readonly env: Texts;
  /** Variable → [secret, key]. */
  readonly secretEnv?: Readonly<Record<string, readonly [secret: string, key: string]>>;
  /** A ConfigMap whose keys are mounted as single files (subPath), so they do not change while the pod runs. */
  readonly configFiles?: { readonly configMap: string; readonly dir: string };
  /** Time from the container's start to its first successful probe, in ms; default 1500. */
  readonly startMs?: Millis;
  readonly startFaults?: readonly StartFault[];
}

/** A StatefulSet. If it has the name of a dependency, that dependency is up while one of its pods is ready. */
export interface StatefulSpec {
  readonly name: string;
  /** `{env}` is the environment's name; absent: the services' namespace. */
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
  /** `{env}` is the environment's name; absent: the services' namespace. */
  readonly namespace?: string;
  readonly schedule: string;
  readonly image: string;
  /** Duration of its last, successful run; absent if it has never run. */
  readonly tookMs?: Millis;
  /** Log of a run. */
  readonly lines: readonly string[];
}

interface ScalerSpec {
  readonly service: string;
  readonly least: number;
  readonly most: number;
  readonly cpuPercent: number;
}

/** The Kubernetes part of an environment, as defined in a system's data. */
export interface ClusterSpec {
  /** Name of the cluster. */
  readonly name: string;
  readonly registry: string;
  /** Namespace of the services; `{env}` is the environment's name. */
  readonly namespace: string;
  readonly nodes: { readonly count: number; readonly cpu: string; readonly memory: string };
  /** Services without an entry do not run in the cluster. */
  readonly services: Readonly<Record<string, DeployedSpec>>;
  readonly statefulSets?: readonly StatefulSpec[];
  /** DaemonSets: name → namespace and image. */
  readonly daemonSets?: Readonly<Record<string, { readonly namespace: string; readonly image: string }>>;
  readonly cronJobs?: readonly CronSpec[];
  readonly scalers?: readonly ScalerSpec[];
  readonly configMaps?: Readonly<Record<string, Texts>>;
  /** Name → key → plain-text value. */
  readonly secrets?: Readonly<Record<string, Texts>>;
  /** TLS Secrets by name, with the host names of their certificates. */
  readonly tlsSecrets?: Readonly<Record<string, readonly string[]>>;
  /** Argo CD, Flux and Helm. Absent: none of them. */
  readonly delivery?: DeliverySpec;
  /** Environments whose cluster has no metrics-server. */
  readonly withoutMetrics?: readonly string[];
}

/** An applied change of a Deployment. */
interface AppliedSpec {
  readonly env: Texts;
  /** Not part of the template, so a rollback does not revert it. */
  readonly strategy?: DeploymentStrategy;
}

/** Effects of an incident on the cluster. */
export interface ClusterIncidentSpec {
  /** Service → fraction of the heap in use after every collection, at the initial number of pods. */
  readonly heapRetained?: Readonly<Record<string, number>>;
  /** Service → fraction of the heap in use, most of it garbage that only an explicit collection frees. */
  readonly heapGarbage?: Readonly<Record<string, number>>;
  /**
   * Service → time from a container's start to its memory limit, for existing pods. The cause of the leak is in the pod's
   * emptyDir, which survives the container and is deleted with the pod.
   */
  readonly leaks?: Readonly<Record<string, Millis>>;
  /** Service → an applied change. */
  readonly applied?: Readonly<Record<string, AppliedSpec>>;
}
