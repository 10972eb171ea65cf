import type { Millis } from './fault.ts';
import type { Danger, OperationCall, Plan } from './operation.ts';
import type { Tier } from './profile.ts';

/** How a run ends. Success of a call means *acted*; only proofs decide *recovered*. */
export type Ending =
  | 'recovered'
  | 'executed-not-recovered'
  | 'failed'
  | 'cancelled'
  | 'declined'
  | 'forbidden'
  | 'not-applicable'
  | 'dry-run';

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

/** One act step, planned: its pinned plan (none for a manual step) and what it asks. */
export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly manual: boolean;
  readonly danger: Danger;
  readonly gate: Gate;
  readonly plan?: Plan;
  /** What undoes it, when the plan captured the earlier value. */
  readonly undo?: OperationCall;
}

/** Everything that a card shows before anyone says yes. Nothing outside has been changed by making it. */
export interface Proposal {
  readonly run: string;
  readonly runbook: string;
  readonly title: string;
  readonly system: string;
  readonly env: string;
  readonly tier: Tier;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly steps: readonly PlannedStep[];
  /** The strictest of the steps' gates. */
  readonly gate: Gate;
  readonly danger: Danger;
  /** Distinct names to confirm or type, in the order of the steps. */
  readonly names: readonly string[];
  readonly plannedAt: Millis;
  /** A gate that already says no, or a plan that could not be made: the ending it would have, and why. */
  readonly refusal?: { readonly ending: 'forbidden' | 'not-applicable' | 'failed'; readonly why: string };
  /** When this run undoes another: that run's id. */
  readonly undoes?: string;
}

export interface ProofState {
  readonly id: string;
  readonly title: string;
  readonly value: 'true' | 'false' | 'unknown';
  readonly why: string;
  /** Since when it has been true without a break. */
  readonly holdsSince?: Millis;
}

/** The record of a run: shown while it happens, and written to the ledger as it is. */
export type RunEvent = { readonly run: string; readonly at: Millis } & (
  | { readonly event: 'planned'; readonly proposal: Proposal }
  | { readonly event: 'gated'; readonly passed: boolean; readonly why: string }
  | { readonly event: 'confirmed'; readonly names: readonly string[]; readonly armed?: string }
  | { readonly event: 'window'; readonly endsAt: Millis }
  | { readonly event: 'acting'; readonly step: string; readonly title: string }
  | { readonly event: 'output'; readonly step: string; readonly text: string }
  | {
      readonly event: 'acted';
      readonly step: string;
      readonly ok: boolean;
      readonly result: string;
      /** What its answers named, by key. */
      readonly made?: Readonly<Record<string, string>>;
    }
  | { readonly event: 'ticking'; readonly step: string; readonly title: string }
  | { readonly event: 'ticked'; readonly step: string; readonly done: boolean }
  | { readonly event: 'verifying'; readonly proofs: readonly ProofState[] }
  | {
      readonly event: 'ended';
      readonly ending: Ending;
      readonly why: string;
      /** What was already sent when it ended before its end. */
      readonly sent: readonly string[];
      readonly undo?: readonly OperationCall[];
    }
);

/** What the operator (or the command line) answers. */
export interface Answers {
  /** Names given: by --confirm, or typed; `enter` on a confirm card gives all of them. */
  readonly names: readonly string[];
  /** True when the names came by a paste: refused wherever a name must be typed. */
  readonly pasted: boolean;
  /** How the names came: a headless flag, a key on the card, or letters typed. */
  readonly by: 'flag' | 'key' | 'typed';
  /** Manual steps ticked beforehand (`--done`). When given, every manual step must be in it, and nobody is asked. */
  readonly ticks?: readonly string[];
  /** Asks the operator to tick a manual step; resolves to false when it is refused. */
  tick(step: { readonly id: string; readonly title: string }, signal: AbortSignal): Promise<boolean>;
}
