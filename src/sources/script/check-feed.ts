import type { Fault } from '../../domain/base/fault.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { Health } from '../../kinds/health/fact.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import type { ProgramEnd } from '../../platform/processes/program.ts';
import { ProgramError, WireError } from '../../platform/runtime/wire-error.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import type { Feed, SignalRequest } from '../kit/contract/source.ts';
import {
  type CheckRead,
  checkNameOf,
  expectedCheckRow,
  parseCheckRead,
  resolveCheckId,
  type ScriptCheckConfig,
  scriptCheckId,
} from './config.ts';
import type { ProgramContext } from './program-context.ts';
import {
  type CheckVerdict,
  checkVerdict,
  exitStatusValue,
  outputValue,
  performanceValue,
} from './program-output.ts';

/** One run of a check: its verdict, and its exit if it ended. */
interface CheckRun extends CheckVerdict {
  readonly end?: ProgramEnd;
  readonly fault?: Fault;
}

/**
 * One check as a feed: one run, always one health row, and a sample for each signal that reads the check. Faults,
 * beside the row: a start that failed (the row is unknown); a timeout or an unreadable output (the row is down).
 */
export const scriptCheckFeed = (
  parts: ProgramContext,
  check: ScriptCheckConfig,
  signals: readonly SignalRequest[],
): Feed => {
  const { source, config, end } = parts;
  const id = scriptCheckId(check);
  const expected = expectedCheckRow(check, config.checks, end);
  const instance =
    end === '' || config.checks.length > 1 ? [end, id].filter((part) => part !== '').join('/') : end;
  const everyMs = check.every ?? config.every;
  const checkReads = signals.flatMap((signal) => {
    const read = parseCheckRead(signal.read);
    return read !== undefined && resolveCheckId(checkNameOf(read), config) === id
      ? [{ id: signal.id, read }]
      : [];
  });

  const read = async (signal: AbortSignal): Promise<Reading<Health>> => {
    const checkRun = await runCheck(parts, check, signal);
    if (checkRun.fault?.kind === 'cancelled') return { items: [], faults: [checkRun.fault] };
    const { samples, faults } = checkSamples(parts, check, checkReads, checkRun);
    return {
      items: [healthRow(parts, check, checkRun)],
      samples,
      faults: checkRun.fault === undefined ? faults : [checkRun.fault],
    };
  };

  return {
    id: `${source}/health@${instance}`,
    source,
    name: 'health',
    kind: 'health',
    instance,
    probe: true,
    expects: [expected],
    signals: checkReads.map((entry) => entry.id),
    everyMs,
    staleMs: staleAfter(everyMs),
    timeoutMs: check.timeout ?? config.timeout,
    read,
  };
};

const runCheck = async (
  parts: ProgramContext,
  check: ScriptCheckConfig,
  signal: AbortSignal,
): Promise<CheckRun> => {
  const fault = (error: unknown): Fault => parts.fault(check.run, error);
  let end: ProgramEnd;
  try {
    end = await parts.io.run(parts.program(check.run, check), signal);
  } catch (error) {
    return failedRun(error, fault(error));
  }
  try {
    return { ...checkVerdict(check, end), end };
  } catch (error) {
    const isMissing = error instanceof WireError && error.kind === 'missing';
    const detail =
      error instanceof WireError ? error.message : 'the output does not have the format that parse: names';
    return { status: isMissing ? 'unknown' : 'down', detail, end, fault: fault(error) };
  }
};

/** A timeout is a fact about the checked system; a failed start is a problem on our side. */
const failedRun = (error: unknown, fault: Fault): CheckRun => {
  const lastLine = error instanceof ProgramError ? oneLine(error.out.trim().split('\n').at(-1) ?? '') : '';
  const why = error instanceof WireError ? error.message : fault.message;
  const isDown = fault.kind === 'timeout' || fault.kind === 'malformed';
  return {
    status: isDown ? 'down' : 'unknown',
    detail: isDown && lastLine !== '' ? `${why}. Last output: ${lastLine}` : why,
    fault,
  };
};

/** Without a latency: the time that a script runs is that of this machine, too, and no response time of what it checks. */
const healthRow = (
  parts: ProgramContext,
  check: ScriptCheckConfig,
  { status, detail }: CheckRun,
): Health => ({
  source: parts.source,
  env: parts.env,
  at: parts.now(),
  ...expectedCheckRow(check, parts.config.checks, parts.end),
  status,
  detail: secretMasker.mask(detail),
  components: [],
});

const checkSamples = (
  parts: ProgramContext,
  check: ScriptCheckConfig,
  checkReads: readonly { readonly id: string; readonly read: CheckRead }[],
  { end, detail }: CheckRun,
): { readonly samples: readonly Sample[]; readonly faults: readonly Fault[] } => {
  const samples: Sample[] = [];
  const faults: Fault[] = [];
  for (const { id, read } of checkReads) {
    const stamp = { source: parts.source, at: parts.now(), signal: id, labels: parts.labels };
    try {
      const sampleValue =
        end === undefined ? { why: secretMasker.mask(detail) } : checkValue(end, check, read);
      samples.push({ ...stamp, ...sampleValue });
    } catch (error) {
      const fault = parts.fault(check.run, error);
      samples.push({ ...stamp, why: fault.message });
      faults.push(fault);
    }
  }
  return { samples, faults: [...new Map(faults.map((fault) => [fault.message, fault])).values()] };
};

const checkValue = (
  end: ProgramEnd,
  check: ScriptCheckConfig,
  read: CheckRead,
): Pick<Sample, 'value' | 'why' | 'metric' | 'origin'> => {
  if ('perf' in read) return performanceValue(end, read.label);
  if ('status' in read) return exitStatusValue(end);
  if ('latency' in read) return { value: end.latencyMs };
  return outputValue(check.parse, end, read);
};
