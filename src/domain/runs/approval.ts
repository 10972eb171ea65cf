import type { Millis } from '../base/fault.ts';
import type { Proposal } from './proposal.ts';
import type { RunEvent } from './run.ts';

/** A record of a run in the shared ledger, with the database user that wrote it. */
export interface ApprovalRecord {
  readonly seq: number;
  /** As the operating system of its machine reports it. */
  readonly user: string;
  readonly host: string;
  /** The session user of the database, as the database recorded it. */
  readonly role: string;
  readonly system: string;
  readonly env: string;
  /** True: it was recorded while the state database was unavailable, and merged later. */
  readonly merged: boolean;
  /** True: it has the proof of the process of its run. */
  readonly isSealed?: true;
  readonly entry: RunEvent;
}

/** A run that waits for the approval of another person, as recorded. */
export interface WaitingApproval {
  readonly run: string;
  readonly proposal: Proposal;
  /** Hash of the plan with its reason. */
  readonly plan: string;
  readonly user: string;
  readonly host: string;
  /** True: this user requested it, so another person must approve it. */
  readonly isOwn: boolean;
  /** The requester's reason for arming. */
  readonly armed?: string;
  /** Wall-clock ms. */
  readonly requestedAt: Millis;
  readonly until: Millis;
  /** True: it is approved, and not yet sent. */
  readonly isApproved: boolean;
  /** The text to type, for each name. */
  readonly tokens: readonly string[];
  /** The id of the requester's cockpit among those of the team; absent: a command requested it. */
  readonly cockpit?: string;
  /** Set while that cockpit is not one of the team: it was closed, died, or does not reach the state database. */
  readonly requesterGone?: RequesterGone;
}

/** `since`: its last report, in wall-clock ms; absent: this process has never seen it. */
export interface RequesterGone {
  readonly since?: Millis;
}

/** The requests that this user can answer, oldest first. */
export const requestsToAnswer = (waiting: readonly WaitingApproval[]): readonly WaitingApproval[] =>
  waiting.filter(({ isOwn, isApproved }) => !isOwn && !isApproved);
