import { z } from 'zod';
import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import type {
  DeclaredEffect,
  Interruption,
  OperationCall,
  OperationImpact,
  Plan,
  Target,
  TargetDrift,
} from '../../../../domain/runbooks/operation.ts';
import type { Right } from '../../../kit/contract/access-review.ts';
import type { PlanOf } from '../../../kit/operations/define-operation.ts';

/** The permissions that a planned change needs, as its record keeps them. */
export const zRights = z.array(
  z.object({
    verb: z.string(),
    group: z.string(),
    resource: z.string(),
    subresource: z.string().exactOptional(),
    namespace: z.string().exactOptional(),
    name: z.string().exactOptional(),
  }),
);

/** The recorded data of a plan: the calls, the paths to check its targets again, and its undo. */
const zPlanRecord = z.object({
  calls: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      contentType: z.string().exactOptional(),
      body: z.string().exactOptional(),
    }),
  ),
  looks: z.array(z.string()),
  rights: zRights,
  follow: z.array(
    z.object({
      object: z.string(),
      path: z.string(),
      pods: z.string().exactOptional(),
      since: z.string().exactOptional(),
    }),
  ),
  /** The local file that it writes or reads, and its fingerprint. */
  file: z.object({ path: z.string(), print: z.string() }).exactOptional(),
  undo: z
    .object({
      use: z.string(),
      title: z.string(),
      with: z.record(z.string(), z.unknown()),
      pins: z.enum(['value', 'gone', 'nothing']).exactOptional(),
    })
    .exactOptional(),
});

export type PlanRecord = z.infer<typeof zPlanRecord>;

/** Parses the record of a plan. Throws when it was not made by one of these operations. */
export const parsePlanRecord = (plan: Plan): PlanRecord => zPlanRecord.parse(plan.earlier);

/** The earlier state of an object; undefined when it did not exist. */
interface PriorObject {
  readonly raw: unknown;
}

/** One write: its call and its target. */
export interface PlannedWrite {
  /** Kept in the plan. Where `finalizeCall` builds the body, this one only refers to its content. */
  readonly call: KubeCall;
  /** Body for display, where it differs from the body that is sent. */
  readonly displayBody?: string;
  /** The call of the dry run, where it is more than the same call with `dryRun=All`. */
  readonly dryRunCall?: KubeCall;
  readonly target: Target;
  /** 'deployment/billing' */
  readonly object: string;
  /** Path to check the target again. */
  readonly readPath: string;
  readonly rights: readonly Right[];
  /** Compared with the result of the dry run: a write without changes is skipped. Absent: not compared. */
  readonly before?: PriorObject;
  /** True: it triggers a rollout, and `wait:` waits for that. */
  readonly rollsOut?: boolean;
}

/** A write of which only its rollout is of interest. */
export type PlannedRollout = Pick<PlannedWrite, 'object' | 'before' | 'rollsOut'>;

/** The writes that an operation is going to send. */
export interface PreparedWrites {
  readonly writes: readonly PlannedWrite[];
  /** Affected objects, in words. */
  readonly objects: readonly string[];
  /** Values before and after, in words. */
  readonly changes?: readonly string[];
  readonly lost?: string;
  /** Impact, where it is not all the pods of the rollout. */
  readonly reach?: OperationImpact;
  /** The service that it interrupts, where that does not follow from a rollout. */
  readonly interrupts?: Interruption;
  /** The rows that it ends or replaces, where that does not follow from a rollout. */
  readonly effects?: readonly DeclaredEffect[];
  readonly undo?: OperationCall;
  /** Objects that `wait:` waits for instead of the written ones. */
  readonly follow?: readonly AwaitedObject[];
}

/** An object whose rollout or completion is awaited. */
export interface AwaitedObject {
  readonly object: string;
  readonly path: string;
  /** Path of its pods: none of them may be left. */
  readonly pods?: string;
  /** Tells the requested sync or reconciliation from the one before: see `deliveryProgress`. */
  readonly since?: string;
}

/** The planner of a writing operation. */
export interface WritePlanner<P extends WriteParams> {
  /** Reads the current state and prepares the writes. Throws PlanError, WireError. */
  prepare(params: P, signal: AbortSignal): Promise<PreparedWrites>;
  /**
   * Describes the value that pins a target; evaluated again just before the action. `raw`: undefined when the object
   * does not exist.
   */
  pinnedValue(raw: unknown, params: P): string;
  /** Returns any other change since the plan, beside its targets. Throws WireError. */
  extraDrift?(plan: PlanOf<P>, signal: AbortSignal): Promise<TargetDrift | undefined>;
  /** Completes a call just before it is sent. Throws WireError. */
  finalizeCall?(call: KubeCall, plan: PlanOf<P>, index: number, signal: AbortSignal): Promise<KubeCall>;
}

/** `wait`: maximum time to wait for completion. */
export type WriteParams = Readonly<Record<string, unknown>> & { readonly wait?: string };
