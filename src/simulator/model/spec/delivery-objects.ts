import type { KubeObject, ObjectCondition } from './cluster-objects.ts';

/** An Application of Argo CD. Source: argoproj.io/v1alpha1. */
export interface ApplicationObject extends KubeObject {
  readonly spec: {
    readonly source: { readonly repoURL: string; readonly path: string; readonly targetRevision: string };
    readonly destination: { readonly server: string; readonly namespace: string };
    readonly project: string;
  };
  /** Requested operation; the controller removes it when it has ended. */
  readonly operation?: { readonly sync?: { readonly revision?: string } };
  readonly status: {
    readonly sync: { readonly status: 'Synced' | 'OutOfSync'; readonly revision: string };
    readonly health: { readonly status: string };
    readonly history: readonly {
      readonly id: number;
      readonly revision: string;
      readonly deployStartedAt: string;
      readonly deployedAt: string;
    }[];
    readonly operationState?: {
      readonly operation: unknown;
      readonly phase: 'Running' | 'Succeeded' | 'Failed';
      readonly message: string;
      readonly startedAt: string;
      readonly finishedAt?: string;
    };
    readonly resources: readonly {
      readonly group: string;
      readonly version: string;
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
      readonly status: 'Synced' | 'OutOfSync';
    }[];
  };
}

/** A Kustomization or a HelmRelease of Flux. Source: kustomize.toolkit.fluxcd.io/v1, helm.toolkit.fluxcd.io/v2. */
export interface FluxObject extends KubeObject {
  readonly spec: Readonly<Record<string, unknown>> & { readonly suspend?: boolean };
  readonly status: Readonly<Record<string, unknown>> & {
    readonly observedGeneration: number;
    readonly conditions: readonly ObjectCondition[];
    readonly lastHandledReconcileAt?: string;
  };
}
