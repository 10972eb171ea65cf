import type { Millis } from '../../../domain/base/fault.ts';

/** An object that delivers services to the cluster. */
export interface DeliveredSpec {
  readonly name: string;
  /** Commit or chart version that it has delivered. */
  readonly revision: string;
  /** Commit that it found in the repository; absent: the delivered one. */
  readonly wanted?: string;
  /** The Deployments that it manages. */
  readonly services: readonly string[];
  /** The message with which every delivery fails. */
  readonly problem?: string;
  readonly suspended?: true;
}

/** A Helm release with its revisions, oldest first. */
export interface HelmReleaseSpec {
  readonly name: string;
  /** The Deployments of its chart. */
  readonly services?: readonly string[];
  readonly revisions: readonly {
    readonly status: string;
    readonly agoMs: Millis;
    /** Version of the chart. */
    readonly chart?: string;
    /** The values that were given to `helm`. */
    readonly values?: Readonly<Record<string, unknown>>;
    /** Image tag of its Deployments. */
    readonly tag?: string;
    /** The words of Helm on the operation; absent: those of a success. */
    readonly description?: string;
  }[];
}

/** Programs that deliver to the cluster. A cluster without an entry does not serve that kind of object. */
export interface DeliverySpec {
  /** Namespace of the applications and of the objects of Flux; `{env}` is the environment's name. */
  readonly namespace: string;
  /** Argo CD applications. */
  readonly applications?: readonly DeliveredSpec[];
  /** Objects of Flux. */
  readonly kustomizations?: readonly DeliveredSpec[];
  readonly helmReleases?: readonly DeliveredSpec[];
  /** Releases in the namespace of the services, as Helm stores them. */
  readonly releases?: readonly HelmReleaseSpec[];
}
