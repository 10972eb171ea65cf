import type { Millis } from '../base/fault.ts';
import type { Danger } from './operation.ts';

export interface Guard {
  readonly readOnly: boolean;
  readonly armMs: Millis;
  readonly cancelWindowMs: Millis;
  /** From this danger on, the operator must type the names. */
  readonly typed: Danger;
  /** Periods that are read-only unless overridden with a reason. Absent: none. */
  readonly freezes?: readonly ChangeFreeze[];
  /** Weekly hours with the same restriction. */
  readonly quiet?: readonly QuietHours[];
  /** Maximum number of actions per period, across all processes of the state directory. */
  readonly rate?: { readonly acts: number; readonly perMs: Millis };
  /**
   * Limits on the objects affected by one run. Above `objects`, or `share` percent of a whole, the name must be typed;
   * above `most` the run is forbidden.
   */
  readonly blast?: { readonly objects?: number; readonly share?: number; readonly limit?: number };
  /** The verbs of the generic actions that are permitted; [] for none. Absent: none in production, elsewhere all. */
  readonly actions?: readonly string[];
  /** Runs that need the approval of a second person. Absent: only those of runbooks with `approval: true`. */
  readonly approval?: ApprovalRule;
}

/** When another person must approve a run, and what counts. */
export interface ApprovalRule {
  /** From this danger on. Absent: only runbooks with `approval: true`. */
  readonly danger?: Danger;
  /** Time for which a request, and the approval of it, are valid. */
  readonly forMs: Millis;
  /** True: break-glass needs no approval, because none can be recorded. */
  readonly mayBreak: boolean;
  /** The user of the state database by account. Absent: it is recorded, and not compared. */
  readonly users?: Readonly<Record<string, string>>;
}

/** A period without changes. */
export interface ChangeFreeze {
  /** Wall-clock ms. */
  readonly from: Millis;
  readonly to: Millis;
  readonly why: string;
  /** Runbooks that are exempt. */
  readonly except: readonly string[];
  /** False: it cannot be overridden. */
  readonly mayBreak: boolean;
}

/** Weekly recurring hours. `to` at or before `from` means the next day. */
export interface QuietHours {
  /** 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight in `zone`. */
  readonly from: number;
  readonly to: number;
  /** An IANA time zone. */
  readonly zone: string;
  readonly why: string;
  readonly except: readonly string[];
  readonly mayBreak: boolean;
}

/** One authority level: who may do what, as a guard rail. */
export interface AuthorityLevel {
  readonly id: string;
  readonly title: string;
  /** Account names of the operating system; '*' matches everyone. */
  readonly who: readonly string[];
  /** The highest danger that this level allows. */
  readonly may: Danger;
  /** IDs of runbooks that it may run whatever their danger. */
  readonly also: readonly string[];
}

/** Target for copies of the ledger's records. */
export type AuditCopy =
  | { readonly is: 'syslog'; readonly host: string; readonly port: number; readonly over: 'udp' | 'tcp' }
  | { readonly is: 'http'; readonly url: string; readonly bearer?: string };
