import { defined } from '../../domain/base/defined.ts';
import { type FieldMask, maskTree } from '../../domain/mask/mask-tree.ts';
import type { DiagnosisResult, RunEvent } from '../../domain/runs/run.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { EntryCondition, Ledger } from '../../persistence/ledger/ledger.ts';
import { LedgerRefusal } from '../../persistence/ledger/ledger-error.ts';
import type { LedgerActor } from '../../persistence/ledger/ledger-record.ts';
import type { TargetLease } from '../../platform/files/target-locks.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { RunSeal } from './run-seal.ts';

/** Limits for the diagnosis recorded with a run: enough to understand the decision, but not a log file. */
const linesKept = 200;
const bytesKept = 32 * 1024;

/** The recorded findings of a step: whole lines from the first on, and the number of omitted ones. */
const bounded = (diagnosis: DiagnosisResult): DiagnosisResult => {
  let bytes = 0;
  const fitting = diagnosis.lines.findIndex((line, index) => {
    bytes += Buffer.byteLength(line) + 1;
    return index >= linesKept || bytes > bytesKept;
  });
  if (fitting === -1) return diagnosis;
  const left = diagnosis.lines.length - fitting;
  return {
    ...diagnosis,
    lines: [...diagnosis.lines.slice(0, fitting), `(${pluralize(left, 'more line')} not recorded)`],
  };
};

/** Records the diagnosis before the confirmation. False when it could not be written. */
export const recordDiagnosis = async (
  recorder: RunRecorder,
  diagnoses: readonly DiagnosisResult[],
): Promise<boolean> => {
  for (const diagnosis of diagnoses)
    if (!(await recorder.must({ event: 'diagnosed', found: bounded(diagnosis) }))) return false;
  return true;
};

/**
 * Masks every text in plain data, by its form and by the name of its field. Class instances and functions are not
 * preserved.
 */
export const maskDeep = <T>(value: T, mask: FieldMask): T => maskTree(value, mask);

/** An event without its run and time. */
type Happening = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'run' | 'at'> : never) : never;

/** Records a run, then shows it, in that order. */
export interface RunRecorder {
  /**
   * Before an action: the event is shown only once it is on disk. False when it could not be written; then nothing
   * may be sent. `fence`: the lease under which it is sent. `condition`: what must hold when it is written; its refusal is
   * not a failure of the ledger.
   */
  must(happening: Happening, fence?: TargetLease, condition?: EntryCondition): Promise<boolean>;
  /** After an action: the event is always shown. */
  note(happening: Happening): Promise<RunEvent>;
  /** The last write error of the ledger; undefined while writes succeed. */
  trouble(): string | undefined;
}

interface RunRecorderParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly who: LedgerActor;
  readonly mask: (text: string) => string;
  readonly system: string;
  readonly env: string;
  /** Proves that this process recorded the run. Absent: another one did. */
  readonly seal?: RunSeal;
}

/** Creates the recorder of one run. Secrets are masked before anything is written or shown. */
export const createRunRecorder = (
  run: string,
  parts: RunRecorderParts,
  show: (event: RunEvent) => void,
): RunRecorder => {
  const { ledger, clock, who, system, env, seal } = parts;
  let trouble: string | undefined;

  const stamped = (happening: Happening): RunEvent =>
    maskDeep({ ...happening, run, at: clock.now() }, parts.mask);

  const write = async (
    event: RunEvent,
    fence?: TargetLease,
    condition?: EntryCondition,
  ): Promise<boolean> => {
    try {
      const time = event.at + clock.wallOffset();
      const proof = seal?.proofOf({ system, env, entry: event });
      await ledger.append(
        { at: time, who, system, env, entry: event, ...defined({ proof }) },
        fence,
        condition,
      );
      return true;
    } catch (error) {
      if (error instanceof LedgerRefusal) return false;
      trouble ??= parts.mask(errorMessage(error));
      return false;
    }
  };

  /** The last event states that the ledger is incomplete. */
  const withTrouble = (event: RunEvent): RunEvent =>
    trouble === undefined || event.event !== 'ended' || event.why.includes(trouble)
      ? event
      : { ...event, why: `${event.why}. The audit record of this run is incomplete: ${trouble}` };

  return {
    must: async (happening, fence, condition) => {
      const event = stamped(happening);
      if (!(await write(event, fence, condition))) return false;
      show(event);
      return true;
    },
    note: async (happening) => {
      const event = withTrouble(stamped(happening));
      await write(event);
      const shown = withTrouble(event);
      show(shown);
      return shown;
    },
    trouble: () => trouble,
  };
};
