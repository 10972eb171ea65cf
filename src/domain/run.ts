import type { Fault, Millis } from './fault.ts';
import type { StepUndo } from './operation.ts';
import type { ExpiredLogin, GateCheck, Proposal } from './proposal.ts';

/** How a run ends. Success of a call means *acted*; only proofs decide *recovered*. */
export type RunEnding =
  | 'recovered'
  | 'executed-not-recovered'
  | 'failed'
  | 'cancelled'
  | 'declined'
  | 'forbidden'
  | 'not-applicable'
  | 'dry-run';

export interface ProofState {
  readonly id: string;
  readonly title: string;
  readonly value: 'true' | 'false' | 'unknown';
  readonly why: string;
  /** Since when it has been true without a break. */
  readonly holdsSince?: Millis;
}

/** What a diagnose step brought, kept with the run. */
export interface DiagnosisResult {
  readonly step: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly faults: readonly Fault[];
  /** False: it had not come to its end when the run was answered. */
  readonly done: boolean;
}

/** The record of a run: shown while it happens, and written to the ledger as it is. */
export type RunEvent = { readonly run: string; readonly at: Millis } & (
  | { readonly event: 'planned'; readonly proposal: Proposal }
  /** What was seen before anybody said yes. */
  | { readonly event: 'diagnosed'; readonly found: DiagnosisResult }
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
  /** How the proofs stood just before the first act was sent. */
  | { readonly event: 'before'; readonly proofs: readonly ProofState[] }
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
      readonly ending: RunEnding;
      readonly why: string;
      /** What was already sent when it ended before its end. */
      readonly sent: readonly string[];
      readonly undo?: readonly StepUndo[];
    }
);

/** What came of it: `why` says what was run and how it ended, or who said no. */
export interface LoginResult {
  readonly ok: boolean;
  readonly why: string;
}

/** What the operator (or the command line) answers. */
export interface OperatorAnswers {
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
  found?(): readonly DiagnosisResult[];
  /** A login has expired: runs what renews it, or says that nobody did. Absent: nobody can. */
  login?(denied: ExpiredLogin, signal: AbortSignal): Promise<LoginResult>;
}
