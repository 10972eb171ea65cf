import type { Millis } from './fault.ts';
import type { Danger } from './operation.ts';

export interface Guard {
  readonly readOnly: boolean;
  readonly armMs: Millis;
  readonly cancelWindowMs: Millis;
  /** From this danger on, names are typed. */
  readonly typed: Danger;
  /** Times in which nothing but reading is done, unless a reason is given. Absent: none. */
  readonly freezes?: readonly ChangeFreeze[];
  /** Hours of each week in which the same holds. */
  readonly quiet?: readonly QuietHours[];
  /** At most so many acts in so long a time, over all processes of the state dir. */
  readonly rate?: { readonly acts: number; readonly perMs: Millis };
  /** What may be hit by one run. More than `objects`, or than `share` percent of a whole: the name is typed; more than `most`: never. */
  readonly blast?: { readonly objects?: number; readonly share?: number; readonly most?: number };
}

/** A time in which nothing is changed. */
export interface ChangeFreeze {
  /** Wall-clock ms. */
  readonly from: Millis;
  readonly to: Millis;
  readonly why: string;
  /** Runbooks that may run all the same. */
  readonly except: readonly string[];
  /** False: no reason breaks it. */
  readonly mayBreak: boolean;
}

/** Hours that come again each week. `to` at or before `from`: of the next day. */
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

/** One rung of the authority ladder: who may do what, as a guard-rail. */
export interface AuthorityLevel {
  readonly id: string;
  readonly title: string;
  /** Account names of the operating system; '*' is everybody. */
  readonly who: readonly string[];
  /** The most dangerous that it may do. */
  readonly may: Danger;
  /** Ids of runbooks that it may run whatever their danger. */
  readonly also: readonly string[];
}

/** Where a copy of each record of the ledger goes. */
export type AuditCopy =
  | { readonly is: 'syslog'; readonly host: string; readonly port: number; readonly over: 'udp' | 'tcp' }
  | { readonly is: 'http'; readonly url: string; readonly bearer?: string };
