import type { Fault, Millis } from '../base/fault.ts';
import type { MissingObservation } from '../facts/missing-observation.ts';
import type { IncidentStatus } from '../incidents/incident-status.ts';
import type { StepUndo } from '../runbooks/operation.ts';
import type { ExpiredLogin, GateCheck, MissingRequirement, Proposal } from './proposal.ts';

/** The recording of a terminal session: its file, or why there is none. */
export interface SessionRecording {
  /** Absolute path of an asciicast file. */
  readonly file?: string;
  readonly problem?: string;
}

/** The recording as text: '/home/ana/…/run-1.cast', 'none: no space left'. */
export const recordingText = ({ file, problem }: SessionRecording): string =>
  file ?? `none: ${problem ?? 'unknown'}`;

/** The endings, by which `opsdeck audit` filters runs. */
export const runEndings = [
  'recovered',
  'dry-run',
  'executed-not-recovered',
  'failed',
  'forbidden',
  'declined',
  'not-applicable',
  'cancelled',
] as const;

/** The ending of a run. Successful requests only mean *executed*; the verification decides *recovered*. */
export type RunEnding = (typeof runEndings)[number];

/** Reason of an executed run whose checks hold, none of which shows that the symptom is gone. */
export const symptomNotProved = 'symptom-not-proved';

/** A machine-readable reason of an ending. */
export type EndingReason = typeof symptomNotProved;

/** Label of a stopped run of which something was sent. */
export const stoppedAfterSending = 'stopped after sending';

/** True: the run was stopped after one of its changing steps had sent something. */
export const isStoppedAfterSending = (
  ended: Pick<Extract<RunEvent, { event: 'ended' }>, 'ending' | 'why'> | undefined,
): boolean => ended?.ending === 'cancelled' && ended.why.startsWith(stoppedAfterSending);

/** The reason of a run whose runbook requires no verification. */
export const nothingVerified = 'the runbook requires no verification';

/** True if everything was carried out and nothing was verified, because the runbook requires no verification. */
export const isUnverified = ({
  ending,
  why,
}: {
  readonly ending: RunEnding;
  readonly why: string;
}): boolean => ending === 'recovered' && why.startsWith(nothingVerified);

/** '2 replicas → 3 replicas', with '–' for an unknown value; an unchanged value is called so. */
export const changeText = ({ object, value, before, after }: ObservedChange): string => {
  const name = value === '' ? object : `${object} ${value}`;
  const isSame = before !== null && before === after;
  return `${name}${isSame ? ' unchanged' : ''}: ${before ?? '–'} → ${after ?? '–'}`;
};

export interface CheckState {
  readonly id: string;
  readonly title: string;
  readonly value: 'true' | 'false' | 'unknown';
  readonly why: string;
  /** Since when it has been continuously true. */
  readonly holdsSince?: Millis;
  /** The observation without which it is unknown. */
  readonly missing?: MissingObservation;
}

/**
 * A value before the first action and after the last one, as text. Null: unknown, never an assumption. Equal texts: the
 * run did not change it.
 */
export interface ObservedChange {
  /** 'deployment billing', 'breakers billing-0 · psp', the title of a signal or a check. */
  readonly object: string;
  /** Its field: 'state', 'lag', 'rows'. Empty where the texts name it themselves: '3 replicas'. */
  readonly value: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Output of a diagnose step, kept with the run. */
export interface DiagnosisResult {
  readonly step: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly faults: readonly Fault[];
  /** False: it had not finished when the operator answered. */
  readonly done: boolean;
}

/** The events of a run: shown live, and written to the ledger unchanged. */
export type RunEvent = { readonly run: string; readonly at: Millis } & (
  | { readonly event: 'planned'; readonly proposal: Proposal }
  /** Diagnosis before the confirmation. */
  | { readonly event: 'diagnosed'; readonly found: DiagnosisResult }
  | {
      readonly event: 'gated';
      readonly passed: boolean;
      readonly why: string;
      /** Checks repeated at that moment. */
      readonly checks?: readonly GateCheck[];
    }
  | { readonly event: 'confirmed'; readonly names: readonly string[]; readonly armed?: string }
  /**
   * Waits for the approval of another person. `plan`: hash of the plan and the reason; `forMs`: how long an approval
   * counts; `armed`: the reason for arming; `cockpit`: id of the requester's cockpit among those of the team, absent for a
   * command.
   */
  | {
      readonly event: 'approval-requested';
      readonly plan: string;
      readonly forMs: Millis;
      readonly armed?: string;
      readonly cockpit?: string;
    }
  /** Another person approves the plan; the recorded user is that person. */
  | { readonly event: 'approved'; readonly plan: string }
  | { readonly event: 'approval-refused'; readonly plan: string; readonly why: string }
  /** An approval is taken back before anything is sent. */
  | { readonly event: 'approval-withdrawn'; readonly plan: string; readonly why: string }
  /** `steps`: those that are sent after it, without another window. Absent in older ledgers. */
  | { readonly event: 'window'; readonly endsAt: Millis; readonly steps?: readonly string[] }
  | { readonly event: 'acting'; readonly step: string; readonly title: string }
  | { readonly event: 'output'; readonly step: string; readonly text: string }
  | {
      readonly event: 'acted';
      readonly step: string;
      readonly ok: boolean;
      readonly result: string;
      /** The result without long requests. Absent: the result is brief, or the ledger is older. */
      readonly brief?: string;
      /** IDs from its responses, by key. */
      readonly made?: Readonly<Record<string, string>>;
    }
  /** Pauses before the next iteration of a loop. */
  | { readonly event: 'paused'; readonly step: string; readonly endsAt: Millis }
  /** Waits for the operator: a manual step, or (`ask`) the decision to continue at an abort point. */
  | { readonly event: 'ticking'; readonly step: string; readonly title: string; readonly ask?: true }
  | { readonly event: 'ticked'; readonly step: string; readonly done: boolean; readonly ask?: true }
  /** The verification just before the first action. */
  | { readonly event: 'before'; readonly proofs: readonly CheckState[] }
  | { readonly event: 'verifying'; readonly proofs: readonly CheckState[] }
  /**
   * A login expired during the run: the denied request, and the argv that renews it. The run waits for the operator.
   */
  | ({ readonly event: 'login' } & ExpiredLogin)
  | { readonly event: 'renewed'; readonly source: string; readonly ok: boolean; readonly why: string }
  /** A note by the operator. May follow `ended`. */
  | { readonly event: 'noted'; readonly text: string }
  /** After a recovery: its checks are watched until then. */
  | {
      readonly event: 'watching';
      readonly until: Millis;
      /** Checks that are unreadable for a longer time; reported again without it once they are readable. */
      readonly blind?: string;
    }
  /** A check that held no longer does. */
  | { readonly event: 'relapsed'; readonly proofs: readonly CheckState[]; readonly why: string }
  /** The end of the watch. `why`: it held throughout, or what stopped it. */
  | { readonly event: 'watched'; readonly held: boolean; readonly why: string }
  /** A port-forward that the run opened has ended; usually after `ended`. */
  | { readonly event: 'forward-closed'; readonly forward: string; readonly why: string }
  /** A step is about to make a temporary change, which is taken back after this time. `title`: its undo. */
  | {
      readonly event: 'reset-scheduled';
      readonly step: string;
      readonly title: string;
      readonly afterMs: Millis;
    }
  /** After the end: the incident around the run has changed. */
  | { readonly event: 'incident'; readonly incident: IncidentStatus }
  | {
      readonly event: 'ended';
      readonly ending: RunEnding;
      readonly why: string;
      /** Distinguishes endings of the same word. Absent: none of these, or the ledger is older. */
      readonly reason?: EndingReason;
      /** Every requirement that a refused run does not meet. Absent: it was not refused for one, or the ledger is older. */
      readonly missing?: readonly MissingRequirement[];
      /** Its key in the table of outcomes, with the incident as it was then. Absent: the ledger is older. */
      readonly outcome?: string;
      /** Requests that were already sent when it ended early. */
      readonly sent: readonly string[];
      readonly undo?: readonly StepUndo[];
      /** Its targets and the values that its verification compared, before and after. Absent: nothing was executed. */
      readonly changes?: readonly ObservedChange[];
      /** Recordings of its shells and consoles, in order. Absent: there were none. */
      readonly recordings?: readonly SessionRecording[];
      /** The incident around the run at its end. Absent: nothing was executed, or there was no finding at the start. */
      readonly incident?: IncidentStatus;
    }
);

/** Result of a login renewal: `why` names the command and how it ended, or who declined. */
export interface LoginResult {
  readonly ok: boolean;
  readonly why: string;
}

/** The answers of the operator, or of the command line. */
export interface OperatorAnswers {
  /** Confirmed names: from --confirm, typed, or all of them with `enter` in the preview. */
  readonly names: readonly string[];
  /** True when the names were pasted: refused where a name must be typed. */
  readonly pasted: boolean;
  /** Source of the names: a command-line flag, a key in the preview, or typing. */
  readonly by: 'flag' | 'key' | 'typed';
  /**
   * Manual steps marked as done in advance (`--done`). When set, it must contain every manual step, and nothing is
   * asked.
   */
  readonly ticks?: readonly string[];
  /**
   * Asks the operator to mark a manual step as done, or (`ask`) whether to continue; resolves to false when declined.
   */
  tick(
    step: { readonly id: string; readonly title: string; readonly ask?: true },
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Returns the output of the diagnose steps so far; kept with the run. */
  found?(): readonly DiagnosisResult[];
  /** Renews an expired login, or reports that it was not renewed. Absent: logins cannot be renewed. */
  login?(denied: ExpiredLogin, signal: AbortSignal): Promise<LoginResult>;
}
