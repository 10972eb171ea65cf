import type { Millis } from '../base/fault.ts';
import type { RunEvent } from './run.ts';

/**
 * A temporary change that opsdeck takes back at a set time. The calls are in the ledger, with the run that made the
 * change; this is their index.
 */
export interface PendingReset {
  /** The run that made the change, and the ID of its step. */
  readonly run: string;
  readonly step: string;
  readonly system: string;
  readonly env: string;
  /** True: that run acted on a simulator. */
  readonly drill?: true;
  /** 'Restore logger com.shop to INFO' */
  readonly title: string;
  /** Its targets, as "source uid". */
  readonly targets: readonly string[];
  /** Wall-clock time of the reset, in ms. */
  readonly dueAt: Millis;
  /** Runs that tried it and did not restore the state. */
  readonly attempts: number;
  /** Why it was not carried out at its time. */
  readonly problem?: string;
}

/**
 * How a pending reset may be carried out.
 * - `own`: this process made the change, and takes it back without a person
 * - `asks`: another process made it, such as one before a restart; a person carries it out, with the ordinary gates
 * - `foreign`: nothing shows that this user's opsdeck recorded the change; it is never carried out
 */
export interface ResetStanding {
  readonly is: 'own' | 'asks' | 'foreign';
  readonly why: string;
}

/** A pending reset as it is shown. */
export interface ShownReset extends PendingReset {
  readonly standing: ResetStanding;
}

/** Runs that may try a reset. After that it waits for a person. */
const maxResetAttempts = 3;

/** True: opsdeck does not try it again. */
export const isGivenUp = ({ attempts }: Pick<PendingReset, 'attempts'>): boolean =>
  attempts >= maxResetAttempts;

/** True: the same step of the same run. */
export const isSameReset = (
  a: Pick<PendingReset, 'run' | 'step'>,
  b: Pick<PendingReset, 'run' | 'step'>,
): boolean => a.run === b.run && a.step === b.step;

/** The outcome of one attempt. 'kept': it remains pending; 'over': it is done, or no longer applies. */
export interface ResetOutcome {
  readonly is: 'kept' | 'over';
  /** The end of its run; absent: no run was needed, or the same refusal is already in the ledger. */
  readonly ended?: Extract<RunEvent, { event: 'ended' }>;
  readonly why: string;
}
