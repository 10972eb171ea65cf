import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { OperationCall } from '../../domain/runbooks/operation.ts';
import type { OperatorAnswers } from '../../domain/runs/run.ts';
import type { ChangeIo } from '../../doors/io.ts';
import type { ResetFile } from '../../persistence/files/reset-file.ts';
import type { TargetLease } from '../../platform/files/target-locks.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import type { VerificationBaseline } from '../evidence/verification-check.ts';
import type { ReadSessionParts } from '../reads/read-session.ts';
import type { OwnRun } from '../records/own-runs.ts';
import type { RunRecorder } from '../records/recorder.ts';
import { createSentLog, type SentLog } from '../sent/sent-log.ts';
import {
  createSessionRecorder,
  type RecordingParts,
  type SessionRecorder,
} from '../sent/session-recording.ts';
import { type ArmingControl, armingRefusal } from './arming.ts';
import type { CheckParts } from './check-parts.ts';
import type { PendingRun, PendingStep } from './pending-run.ts';
import type { RunEnd } from './run-end.ts';

export interface RunParts {
  readonly engine: EnvironmentReader;
  /** True: a simulator serves the environment. Its runs and those of the real environment of this name are kept apart. */
  readonly drill?: true;
  readonly change: ChangeIo;
  /** The ChangeIo for a source reached through a tunnel. Default: `change`. */
  readonly changeOf?: (source: string) => ChangeIo | undefined;
  readonly arming: ArmingControl;
  readonly clock: Clock;
  readonly checking: CheckParts;
  readonly mask: (text: string) => string;
  /** The pending resets of temporary changes. */
  readonly resets: ResetFile;
  /** The memory of the run. */
  readonly own: OwnRun;
  /** Creates the file of a recording. Absent: shells and consoles are not recorded. */
  readonly openRecording?: RecordingParts['open'];
  /** True: a verified run ends only when the incident around it is over, or has been waited for. No process watches it later. */
  readonly settlesIncident?: true;
  /** Reads for verification. Default: directly from the sources. */
  readonly openIo?: ReadSessionParts['openIo'];
}

/** One run in progress: its inputs, and what it has done so far. */
export interface ActiveRun extends RunParts {
  readonly pending: PendingRun;
  readonly answers: OperatorAnswers;
  readonly recorder: RunRecorder;
  readonly signal: AbortSignal;
  readonly sent: SentLog;
  /** Records the shells and consoles of the run. */
  readonly sessions: SessionRecorder;
  /** The calls that undo what was done so far, last first. */
  readonly undo: OperationCall[];
  /** The time at which the last action completed, or the last manual step was ticked. */
  actedAt: Millis;
  /** A call may have been sent, or a manual step was ticked. */
  hasActed: boolean;
  /** The steps of which something was sent, and whether every response was a success. */
  readonly sentSteps: { readonly step: PendingStep; readonly ok: boolean }[];
  /** The last reading of the verification. Absent: there was none. */
  after: VerificationBaseline | undefined;
  /** A changing call needs a cancel window first: a person was asked since the last one, or none was sent yet. */
  isWindowDue: boolean;
  /** A login was renewed after the baseline was read. */
  hasRenewed: boolean;
  /** The lease on its targets, held from admission to the end. */
  taken: TargetLease | undefined;
}

export const createActiveRun = (
  pending: PendingRun,
  answers: OperatorAnswers,
  parts: RunParts,
  recorder: RunRecorder,
  signal: AbortSignal,
): ActiveRun => {
  const {
    engine,
    change,
    changeOf,
    arming,
    clock,
    checking,
    mask,
    resets,
    own,
    openIo,
    settlesIncident,
    openRecording: open,
  } = parts;
  const actedAt = clock.now();
  const sent = createSentLog();
  const recording = open === undefined ? undefined : { open, mask };
  return {
    pending,
    answers,
    engine,
    change,
    ...defined({ changeOf, openIo, settlesIncident }),
    arming,
    clock,
    checking,
    mask,
    resets,
    own,
    recorder,
    signal,
    sent,
    sessions: createSessionRecorder(recording, pending.proposal.run),
    undo: [],
    actedAt,
    hasActed: false,
    sentSteps: [],
    after: undefined,
    isWindowDue: true,
    hasRenewed: false,
    taken: undefined,
  };
};

export const canceledEnd = (when: string): RunEnd => ({ ending: 'cancelled', why: `canceled ${when}` });

/** Ends the run because the ledger cannot be written: nothing runs unrecorded. */
export const ledgerFailureEnd = ({ recorder }: ActiveRun): RunEnd => {
  const trouble = (recorder.trouble() ?? '').replace(/^the ledger (\S+) cannot be \w+: /, '$1: ');
  return {
    ending: 'failed',
    why: `stopped: the ledger cannot be written: ${trouble}. Correct this, or choose another directory with --state-dir`,
  };
};

/**
 * Turns a failed check into an ending. After something was sent the run has failed; before that it is forbidden.
 */
export const refusedEnd = ({ sent }: ActiveRun, why: string): RunEnd => ({
  ending: sent.lines().length > 0 ? 'failed' : 'forbidden',
  why,
});

/** Ends the run when it needs arming and the environment is not (or no longer) armed. */
export const endUnlessArmed = (run: ActiveRun): RunEnd | undefined => {
  const why = armingRefusal(run.pending.proposal, run.arming.state(run.clock.now()));
  return why === undefined ? undefined : refusedEnd(run, why);
};
