import type { Millis } from './fault.ts';
import type { Danger, OperationCall, OperationImpact, Plan } from './operation.ts';
import type { Tier } from './profile.ts';
import type { ParamValues } from './runbook.ts';

/** A login that has expired: whose, what was denied, and the argv that renews it, where one is known. */
export interface ExpiredLogin {
  readonly source: string;
  readonly why: string;
  readonly argv?: readonly string[];
}

/** What a step asks of the operator, by tier, danger, profile and step. */
export interface Gate {
  /** The environment must be armed (production, or `guard.readOnly`). */
  readonly arm: boolean;
  readonly confirm: boolean;
  readonly preview: boolean;
  /** The target's name must be typed. */
  readonly typed: boolean;
  /** Ms between the confirmation and the first call, in which anything stops it. */
  readonly windowMs: Millis;
}

/** What is looked at besides the answers before anything is sent. */
type CheckKind = 'permission' | 'freeze' | 'quiet' | 'role' | 'rate' | 'lock' | 'blast';

/** One look at what could forbid a run, shown on its card and written down with it. */
export interface GateCheck {
  readonly what: CheckKind;
  /** False: it forbids the run (or asks for more: then `why` says what). 'unknown': it could not be found out. */
  readonly ok: boolean | 'unknown';
  /** It forbids nothing: the name is typed. */
  readonly asks?: true;
  readonly why: string;
  readonly remedy?: string;
}

/** How far a run reaches: shown before anybody says yes. Absent numbers are unknown, never 0. */
export interface BlastRadius extends OperationImpact {
  /** Distinct targets of all its steps. */
  readonly objects: number;
}

/** An object as it stood on the screen when somebody asked to act on it: by its name, and what told it from others of that name. */
export interface ShownTarget {
  readonly name: string;
  readonly uid: string;
}

/** One act step, planned: its pinned plan (none for a manual step) and what it asks. */
export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly manual: boolean;
  readonly danger: Danger;
  readonly gate: Gate;
  readonly plan?: Plan;
  /** What undoes it, when the plan captured the earlier value: more than one call where several things stood in different ways. */
  readonly undo?: readonly OperationCall[];
  /** One of a loop: which value, the first is 1. */
  readonly each?: { readonly value: string; readonly nth: number; readonly of: number };
  /** Ms to wait before it, of a loop. */
  readonly pauseMs?: Millis;
  readonly timeoutMs?: Millis;
  readonly ask?: boolean;
  readonly needs?: string;
}

/** Everything that a card shows before anyone says yes. Nothing outside has been changed by making it. */
export interface Proposal {
  readonly run: string;
  readonly runbook: string;
  readonly title: string;
  readonly system: string;
  readonly env: string;
  readonly tier: Tier;
  readonly params: ParamValues;
  readonly steps: readonly PlannedStep[];
  /** The strictest of the steps' gates. */
  readonly gate: Gate;
  readonly danger: Danger;
  /** Distinct names to confirm or type, in the order of the steps. */
  readonly names: readonly string[];
  readonly plannedAt: Millis;
  /** A gate that already says no, or a plan that could not be made: the ending it would have, and why. */
  readonly refusal?: {
    readonly ending: 'forbidden' | 'not-applicable' | 'failed';
    readonly why: string;
    /** It is refused because a login has expired: planned again when that is renewed, it may be another. */
    readonly login?: ExpiredLogin;
  };
  readonly blast?: BlastRadius;
  readonly checks?: readonly GateCheck[];
  /** Why a freeze or quiet hours are broken for this run, in the operator's words. */
  readonly override?: string;
  /** When this run undoes another: that run's id. */
  readonly undoes?: string;
}
