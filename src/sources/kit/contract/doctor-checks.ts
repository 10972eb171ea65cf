import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import { type Clock, withTimeout } from '../../../platform/runtime/clock.ts';
import type { Finding } from './source.ts';

/** The result of a check. The runner adds the source. A text is a finding that is ok. */
export type CheckResult = string | Omit<Finding, 'source'>;

type Failure = Pick<Fault, 'message' | 'remedy'> & Partial<Pick<Fault, 'kind'>>;

/** One check of `doctor`. */
export interface DoctorCheck<Call = string> {
  /** The call that a failure names: a path, a command. */
  readonly call: Call;
  /** Throws when the check cannot be carried out: that is a finding too. */
  run(signal: AbortSignal): Promise<CheckResult | readonly CheckResult[]>;
  /** The result of a check that has thrown. Absent: the message and the remedy of the fault. */
  failed?(failure: Failure): CheckResult;
  /** True: the checks after it run only when all its results are ok. */
  readonly isGate?: true;
}

/** A source under examination, and the sentence for its errors. */
interface CheckedSource<Call> {
  readonly source: string;
  fault(call: Call, error: unknown): Failure;
}

/** A result that is not ok. */
export const lacking = (what: string, remedy?: string): CheckResult => ({
  ok: false,
  what,
  ...defined({ remedy }),
});

/** The result of a check that failed with a fault. */
export const failedResult = ({ message, remedy }: Failure): CheckResult => lacking(message, remedy);

const findingOf = (source: string, result: CheckResult): Finding =>
  typeof result === 'string' ? { source, ok: true, what: result } : { source, ...result };

/** The finding of a check that failed with a fault of a source. */
export const failedFinding = (fault: Failure & Pick<Fault, 'source'>): Finding =>
  findingOf(fault.source, failedResult(fault));

/** The time that a check may take. */
interface CheckLimit {
  readonly clock: Clock;
  readonly timeoutMs: number;
}

const limits = new WeakMap<AbortSignal, CheckLimit>();

/**
 * Returns a signal under which each check may take as long as a reading of its source: what is too slow for the cockpit is too slow
 * for `doctor`.
 */
export const withCheckLimit = (signal: AbortSignal, limit: CheckLimit): AbortSignal => {
  const limited = AbortSignal.any([signal]);
  limits.set(limited, limit);
  return limited;
};

/** Runs a check. Rejects when its time is over: a check may use another signal than the one that it is given. */
const runWithin = async <Call>({ run }: DoctorCheck<Call>, signal: AbortSignal): ReturnType<typeof run> => {
  const limit = limits.get(signal);
  if (limit === undefined) return run(signal);
  const over = Promise.withResolvers<never>();
  return withTimeout(limit.clock, limit.timeoutMs, signal, (within) => {
    within.addEventListener('abort', () => over.reject(within.reason), { once: true });
    return Promise.race([run(within), over.promise]);
  });
};

const resultsOf = async <Call>(
  of: CheckedSource<Call>,
  check: DoctorCheck<Call>,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> => {
  const { call, failed = failedResult } = check;
  try {
    return [await runWithin(check, signal)].flat();
  } catch (error) {
    return [failed(of.fault(call, error))];
  }
};

/** Carries out checks of `doctor`, all at once behind each gate. Never rejects: an error is a finding with its reason and remedy. */
export const runChecks = async <Call>(
  of: CheckedSource<Call>,
  checks: readonly DoctorCheck<Call>[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const gate = checks.findIndex(({ isGate }) => isGate);
  const now = gate < 0 ? checks : checks.slice(0, gate + 1);
  const results = await Promise.all(now.map((check) => resultsOf(of, check, signal)));
  const findings = results.flat().map((result) => findingOf(of.source, result));
  if (gate < 0 || findings.some(({ ok }) => !ok)) return findings;
  return [...findings, ...(await runChecks(of, checks.slice(gate + 1), signal))];
};
