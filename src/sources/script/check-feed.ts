import type { Sample } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import type { Health } from '../../kinds/health/fact.ts';
import { ProgramError, WireError } from '../../platform/failures.ts';
import type { ProgramEnd } from '../../platform/processes/program.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { staleAfter } from '../connection.ts';
import type { Feed, WantedSignal } from '../source.ts';
import {
  type CheckConfig,
  type CheckRead,
  checkId,
  checkOf,
  checkReadOf,
  expectedOf,
  namedCheck,
} from './config.ts';
import { outputValue, perfValue, statusValue, type Verdict, verdictOf } from './output-value.ts';
import type { ScriptParts } from './parts.ts';

/** One run of a check: what it means, and how it ended if it did. */
interface Look extends Verdict {
  readonly end?: ProgramEnd;
  readonly fault?: Fault;
}

/**
 * One check as a feed: one run, always one health row, and a sample for each signal that reads the check. Faults, beside
 * the row: it could not be started (the row is unknown), gave no answer or one that cannot be read (it is down).
 */
export const checkFeed = (parts: ScriptParts, check: CheckConfig, signals: readonly WantedSignal[]): Feed => {
  const { source, config, end } = parts;
  const id = checkId(check);
  const expected = expectedOf(check, config.checks, end);
  const instance =
    end === '' || config.checks.length > 1 ? [end, id].filter((part) => part !== '').join('/') : end;
  const everyMs = check.every ?? config.every;
  const wanted = signals.flatMap((signal) => {
    const read = checkReadOf(signal.read);
    return read !== undefined && namedCheck(checkOf(read), config) === id ? [{ id: signal.id, read }] : [];
  });

  const read = async (signal: AbortSignal): Promise<Batch<Health>> => {
    const look = await lookAt(parts, check, signal);
    if (look.fault?.kind === 'cancelled') return { items: [], faults: [look.fault] };
    const { samples, faults } = samplesOf(parts, check, wanted, look);
    return {
      items: [healthRow(parts, check, look)],
      samples,
      faults: look.fault === undefined ? faults : [look.fault],
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
    signals: wanted.map((one) => one.id),
    everyMs,
    staleMs: staleAfter(everyMs),
    timeoutMs: check.timeout ?? config.timeout,
    read,
  };
};

const lookAt = async (parts: ScriptParts, check: CheckConfig, signal: AbortSignal): Promise<Look> => {
  const fault = (error: unknown): Fault => parts.fault(check.run, error);
  let end: ProgramEnd;
  try {
    end = await parts.io.run(parts.program(check.run, check), signal);
  } catch (error) {
    return unanswered(error, fault(error));
  }
  try {
    return { ...verdictOf(check, end), end };
  } catch (error) {
    const isMissing = error instanceof WireError && error.kind === 'missing';
    const detail = error instanceof WireError ? error.message : 'its answer cannot be read';
    return { status: isMissing ? 'unknown' : 'down', detail, end, fault: fault(error) };
  }
};

/** That it gave no answer in time is a fact about what it watches; that it could not be started is one about us. */
const unanswered = (error: unknown, fault: Fault): Look => {
  const said = error instanceof ProgramError ? oneLine(error.out.trim().split('\n').at(-1) ?? '') : '';
  const why = error instanceof WireError ? error.message : fault.message;
  const isDown = fault.kind === 'timeout' || fault.kind === 'malformed';
  return {
    status: isDown ? 'down' : 'unknown',
    detail: isDown && said !== '' ? `${why}; the last it said: ${said}` : why,
    fault,
  };
};

const healthRow = (parts: ScriptParts, check: CheckConfig, { status, detail, end }: Look): Health => ({
  source: parts.source,
  env: parts.env,
  at: parts.now(),
  ...expectedOf(check, parts.config.checks, parts.end),
  status,
  detail: masker.mask(detail),
  components: [],
  ...(end === undefined ? {} : { latencyMs: end.latencyMs }),
});

const samplesOf = (
  parts: ScriptParts,
  check: CheckConfig,
  wanted: readonly { readonly id: string; readonly read: CheckRead }[],
  { end, detail }: Look,
): { readonly samples: readonly Sample[]; readonly faults: readonly Fault[] } => {
  const samples: Sample[] = [];
  const faults: Fault[] = [];
  for (const { id, read } of wanted) {
    const stamp = { source: parts.source, at: parts.now(), signal: id, labels: parts.labels };
    try {
      const found = end === undefined ? { why: masker.mask(detail) } : valueIn(end, check, read);
      samples.push({ ...stamp, ...found });
    } catch (error) {
      const fault = parts.fault(check.run, error);
      samples.push({ ...stamp, why: fault.message });
      faults.push(fault);
    }
  }
  return { samples, faults: [...new Map(faults.map((fault) => [fault.message, fault])).values()] };
};

const valueIn = (end: ProgramEnd, check: CheckConfig, read: CheckRead): Pick<Sample, 'value' | 'why'> => {
  if ('perf' in read) return perfValue(end, read.label);
  if ('status' in read) return statusValue(end);
  if ('latency' in read) return { value: end.latencyMs };
  return outputValue(check.parse, end, read);
};
