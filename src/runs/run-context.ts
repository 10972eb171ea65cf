import type { Millis } from '../domain/fault.ts';
import type { OperationCall } from '../domain/operation.ts';
import type { Answers } from '../domain/run.ts';
import type { ChangeIo } from '../doors/io.ts';
import type { Engine } from '../engine/engine.ts';
import type { Clock } from '../platform/clock.ts';
import type { TakenLocks } from '../platform/files/target-locks.ts';
import type { ArmingControl } from './admission.ts';
import { armingRefusal } from './admission.ts';
import type { CheckParts } from './checks/check-parts.ts';
import type { End } from './end.ts';
import type { Held } from './held.ts';
import type { ReadingParts } from './reads/reading.ts';
import type { Recorder } from './recorder.ts';
import { createSent, type Sent } from './sending/sent.ts';

export interface RunParts {
  readonly engine: Engine;
  readonly change: ChangeIo;
  /** The door for a source that is reached through another. Absent: all go through `change`. */
  readonly changeOf?: (source: string) => ChangeIo | undefined;
  readonly arming: ArmingControl;
  readonly clock: Clock;
  readonly checking: CheckParts;
  readonly mask: (text: string) => string;
  /** How proofs are read. Absent: straight from the wire. */
  readonly openIo?: ReadingParts['openIo'];
}

/** One run while it goes on: what it was given, and what it has done so far. */
export interface Run extends RunParts {
  readonly held: Held;
  readonly answers: Answers;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
  readonly sent: Sent;
  /** What puts back what was done so far, last first. */
  readonly undo: OperationCall[];
  /** When the last act was answered, or the last manual step ticked. */
  actedAt: Millis;
  /** A call may have been sent, or a manual step was ticked. */
  hasActed: boolean;
  /** A login was renewed since the verification was read before the act. */
  hasRenewed: boolean;
  /** Its targets, held from its admission to its end. */
  taken: TakenLocks | undefined;
}

export const createRun = (
  held: Held,
  answers: Answers,
  parts: RunParts,
  recorder: Recorder,
  signal: AbortSignal,
): Run => {
  const { engine, change, changeOf, arming, clock, checking, mask, openIo } = parts;
  const actedAt = clock.now();
  const sent = createSent();
  return {
    held,
    answers,
    engine,
    change,
    ...(changeOf === undefined ? {} : { changeOf }),
    ...(openIo === undefined ? {} : { openIo }),
    arming,
    clock,
    checking,
    mask,
    recorder,
    signal,
    sent,
    undo: [],
    actedAt,
    hasActed: false,
    hasRenewed: false,
    taken: undefined,
  };
};

export const cancelled = (when: string): End => ({ ending: 'cancelled', why: `cancelled ${when}` });

/** The ledger took no more: nothing that is not written down is run. */
export const unwritten = ({ recorder }: Run): End => ({
  ending: 'failed',
  why: `nothing more is run, because it cannot be written down: ${recorder.trouble() ?? ''}`,
});

/** A check that says no. After something was sent it has not kept the run from acting: that is a failure. */
export const refused = ({ sent }: Run, why: string): End => ({
  ending: sent.lines().length > 0 ? 'failed' : 'forbidden',
  why,
});

/** Ends the run when it needs arming and the environment is not (or no longer) armed. */
export const unlessArmed = (run: Run): End | undefined => {
  const why = armingRefusal(run.held.proposal, run.arming.state(run.clock.now()));
  return why === undefined ? undefined : refused(run, why);
};
