import type { Fault, Millis } from './fault.ts';
import type { Danger, OperationCall, Plan, Reach, Undo } from './operation.ts';
import type { ParamValues } from './param-value.ts';
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

/** What is looked at besides the answers before anything is sent. */
export type CheckKind = 'permission' | 'freeze' | 'quiet' | 'role' | 'rate' | 'lock' | 'blast';

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
export interface Blast extends Reach {
  /** Distinct targets of all its steps. */
  readonly objects: number;
}

/** An object as it stood on the screen when somebody asked to act on it: by its name, and what told it from others of that name. */
export interface Shown {
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
  readonly blast?: Blast;
  readonly checks?: readonly GateCheck[];
  /** Why a freeze or quiet hours are broken for this run, in the operator's words. */
  readonly override?: string;
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

/** What a diagnose step brought, kept with the run. */
export interface Diagnosed {
  readonly step: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly faults: readonly Fault[];
  /** False: it had not come to its end when the run was answered. */
  readonly done: boolean;
}

/** A login that has expired: whose, what was denied, and the argv that renews it, where one is known. */
export interface ExpiredLogin {
  readonly source: string;
  readonly why: string;
  readonly argv?: readonly string[];
}

/** The record of a run: shown while it happens, and written to the ledger as it is. */
export type RunEvent = { readonly run: string; readonly at: Millis } & (
  | { readonly event: 'planned'; readonly proposal: Proposal }
  /** What was seen before anybody said yes. */
  | { readonly event: 'diagnosed'; readonly found: Diagnosed }
  | {
      readonly event: 'gated';
      readonly passed: boolean;
      readonly why: string;
      /** What was looked at again in that moment. */
      readonly checks?: readonly GateCheck[];
    }
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
  /** Waits before the next of a loop. */
  | { readonly event: 'paused'; readonly step: string; readonly endsAt: Millis }
  /** Waits for the operator: a manual step's tick, or (`ask`) the word to go on at an abort point. */
  | { readonly event: 'ticking'; readonly step: string; readonly title: string; readonly ask?: true }
  | { readonly event: 'ticked'; readonly step: string; readonly done: boolean; readonly ask?: true }
  | { readonly event: 'verifying'; readonly proofs: readonly ProofState[] }
  /** A login has expired in the middle of it: what was denied, and the argv that renews it. It waits for the operator. */
  | ({ readonly event: 'login' } & ExpiredLogin)
  | { readonly event: 'renewed'; readonly source: string; readonly ok: boolean; readonly why: string }
  /** The operator's own words. May come after `ended`. */
  | { readonly event: 'noted'; readonly text: string }
  /** After it has recovered: its proofs stay watched until then. */
  | {
      readonly event: 'watching';
      readonly until: Millis;
      /** What of it cannot be seen, when that lasts; told again, without it, when it can. */
      readonly blind?: string;
    }
  /** A proof that held does not hold any more. */
  | { readonly event: 'relapsed'; readonly proofs: readonly ProofState[]; readonly why: string }
  /** The watch is over. `why`: it held all the time, or who stopped it. */
  | { readonly event: 'watched'; readonly held: boolean; readonly why: string }
  | {
      readonly event: 'ended';
      readonly ending: Ending;
      readonly why: string;
      /** What was already sent when it ended before its end. */
      readonly sent: readonly string[];
      readonly undo?: readonly Undo[];
    }
);

/** What came of it: `why` says what was run and how it ended, or who said no. */
export interface LoginAnswer {
  readonly ok: boolean;
  readonly why: string;
}

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
  /** Asks the operator to tick a manual step, or (`ask`) whether to go on; resolves to false when it is refused. */
  tick(
    step: { readonly id: string; readonly title: string; readonly ask?: true },
    signal: AbortSignal,
  ): Promise<boolean>;
  /** What the diagnose steps have brought until now: kept with the run. */
  found?(): readonly Diagnosed[];
  /** A login has expired: runs what renews it, or says that nobody did. Absent: nobody can. */
  login?(denied: ExpiredLogin, signal: AbortSignal): Promise<LoginAnswer>;
}
