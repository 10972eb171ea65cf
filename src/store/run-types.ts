import type { Fault, Millis } from '../domain/fault.ts';
import type { ParamValues } from '../domain/param-value.ts';
import type { ExpiredLogin, Proposal } from '../domain/proposal.ts';
import type { Ending, RunEvent } from '../domain/run.ts';
import type { Runbook } from '../domain/runbook.ts';

/** A run as the ledger has it, of this or an earlier session, of this or another process. */
export interface PastRun {
  readonly run: string;
  readonly runbook: string;
  readonly title: string;
  readonly system: string;
  readonly env: string;
  readonly who: string;
  readonly host: string;
  readonly params: ParamValues;
  /** Wall-clock ms of its first record. */
  readonly at: Millis;
  /** Wall-clock ms of its last; of one that goes on, the newest. */
  readonly lastAt: Millis;
  /** Wall-clock ms of its ending: notes and what was watched come after it. */
  readonly endedAt?: Millis;
  /** Absent: it goes on elsewhere, or its process died: `unended` says which. */
  readonly ending?: Ending;
  /** 'unknown': its process is one of another machine. */
  readonly unended?: 'going' | 'died' | 'unknown';
  readonly why: string;
  readonly relapsed: boolean;
  /** The operator's words, oldest first. */
  readonly notes?: readonly string[];
  readonly undoes?: string;
}

/** The run on screen. One at a time. */
export interface RunView {
  readonly runbook: Runbook;
  /** Tells it from another of its runbook; absent: nobody has to. */
  readonly nth?: number;
  readonly stage: 'params' | 'diagnosing' | 'planning' | 'proposed' | 'window' | 'running' | 'ended';
  readonly params: ParamValues;
  /** Choices of parameters that still need a value. `problem`: they could not be read. */
  readonly asking?: {
    readonly name: string;
    readonly title: string;
    readonly choices?: readonly string[];
    /** What tells a choice from others, by its value. */
    readonly about?: Readonly<Record<string, string>>;
    /** Several of the choices are asked for, so many. */
    readonly several?: { readonly min: number; readonly max: number };
    readonly problem?: string;
  };
  /** What the diagnose steps brought, per step id. */
  readonly diagnosis: Readonly<
    Record<
      string,
      {
        readonly title: string;
        readonly lines: readonly string[];
        readonly faults: readonly Fault[];
        readonly done: boolean;
        /** When it was begun, and when it came to its end; absent: not known, as of a run of the ledger. */
        readonly since?: Millis;
        readonly endedAt?: Millis;
      }
    >
  >;
  readonly proposal?: Proposal;
  readonly events: readonly RunEvent[];
  /** A manual step that waits for its tick, or (`ask`) an abort point that waits for the word to go on. */
  readonly ticking?: { readonly id: string; readonly title: string; readonly ask?: true };
  /** A login has expired; `argv` renews it. */
  readonly login?: ExpiredLogin;
  /** Its proofs stay watched until then; it has relapsed. */
  readonly watchedUntil?: Millis;
  readonly relapsed?: boolean;
  /** True: it is read from the ledger, and nothing of it goes on here. */
  readonly past?: boolean;
  /** Its process died before it could be ended. */
  readonly died?: boolean;
  /** True when the card is closed but the run goes on. */
  readonly background: boolean;
}
