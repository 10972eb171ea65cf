import { z } from 'zod';
import type { KubeCall } from '../../../clients/kubernetes/reading.ts';
import type { OperationCall, OperationImpact, Plan, Target, TargetDrift } from '../../../domain/operation.ts';
import type { PlanOf } from '../../define-operation.ts';
import type { Right } from './admission.ts';

/** What a plan keeps of its reads: what is sent, where its targets are looked at again, and what takes it back. */
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
  rights: z.array(
    z.object({
      verb: z.string(),
      group: z.string(),
      resource: z.string(),
      subresource: z.string().exactOptional(),
      namespace: z.string().exactOptional(),
      name: z.string().exactOptional(),
    }),
  ),
  follow: z.array(z.object({ object: z.string(), path: z.string(), pods: z.string().exactOptional() })),
  /** A file of this machine that it writes or reads, and what told it from another. */
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

/** Throws when it is not what one of these operations has planned. */
export const parsePlanRecord = (plan: Plan): PlanRecord => zPlanRecord.parse(plan.earlier);

/** What an object was when it was read: undefined when it is not there. */
interface PriorObject {
  readonly raw: unknown;
}

/** One write: how it is sent, and what it hits. */
export interface PlannedWrite {
  /** Kept in the plan. Where `finish` makes its body, this one only says of what. */
  readonly call: KubeCall;
  /** The body for people, where it is not shown as it is sent. */
  readonly displayBody?: string;
  /** The call as it is rehearsed, where that is not the same with `dryRun=All`. */
  readonly dryRunCall?: KubeCall;
  readonly target: Target;
  /** 'deployment/billing' */
  readonly object: string;
  /** Where the target is looked at again. */
  readonly readPath: string;
  readonly rights: readonly Right[];
  /** Compared with what the rehearsal answers: a write that would change nothing is not made. Absent: not compared. */
  readonly before?: PriorObject;
  /** True: it rolls out, and `wait:` waits for that. */
  readonly rollsOut?: boolean;
}

/** What an operation means to send. */
export interface PreparedWrites {
  readonly writes: readonly PlannedWrite[];
  /** What it touches, in words. */
  readonly objects: readonly string[];
  readonly lost?: string;
  /** How much it reaches, where that is not all the pods of what rolls out. */
  readonly reach?: OperationImpact;
  readonly undo?: OperationCall;
  /** What `wait:` waits for instead of the deeds' own objects. */
  readonly follow?: readonly AwaitedObject[];
}

/** An object whose rollout, or whose end, is waited for. */
export interface AwaitedObject {
  readonly object: string;
  readonly path: string;
  /** The list of its pods: none of them may be left. */
  readonly pods?: string;
}

/** How an operation that writes is prepared, and what pins it. */
export interface WritePlanner<P extends WriteParams> {
  /** Reads afresh what is there and says what is to be sent. Throws PlanError, WireError. */
  prepare(params: P, signal: AbortSignal): Promise<PreparedWrites>;
  /** The value that a target is pinned by, in words; read again just before acting. `raw`: undefined when it is not there. */
  pinnedValue(raw: unknown, params: P): string;
  /** What else has changed since the plan, beside its targets. Throws WireError. */
  extraDrift?(plan: PlanOf<P>, signal: AbortSignal): Promise<TargetDrift | undefined>;
  /** The last touch to a call, just before it is sent. Throws WireError. */
  finalizeCall?(call: KubeCall, plan: PlanOf<P>, index: number, signal: AbortSignal): Promise<KubeCall>;
}

/** `wait`: how long its end is waited for. */
export type WriteParams = Readonly<Record<string, unknown>> & { readonly wait?: string };
