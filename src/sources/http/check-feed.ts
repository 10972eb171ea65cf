import { defined } from '../../domain/base/defined.ts';
import type { Fault } from '../../domain/base/fault.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import { partialAnswerText } from '../../domain/text/partial-answer.ts';
import type { Health } from '../../kinds/health/fact.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import type { Feed, SignalRequest } from '../kit/contract/source.ts';
import { jsonContextAt, jsonValueAt } from '../kit/values/json.ts';
import {
  expectedHealthRow,
  findCheckId,
  type HttpCheckConfig,
  type HttpConfig,
  httpCheckId,
  parseHttpRead,
} from './config.ts';
import { createPageMemory } from './page-memory.ts';
import type { HttpProbe, HttpProbeResult } from './probe.ts';

interface CheckFeedContext {
  readonly source: string;
  readonly env: string;
  readonly config: HttpConfig;
  readonly signals: readonly SignalRequest[];
  readonly clock: Clock;
  /** Endpoint of a `via:`; '' for the only address. */
  readonly endpoint: string;
}

/**
 * One check as a feed: always one health row, down without a (good) response, and a sample for each signal that reads
 * the check. Faults: those of the call, beside the row; a canceled read returns no row.
 */
export const httpCheckFeed = (check: HttpCheckConfig, prober: HttpProbe, parts: CheckFeedContext): Feed => {
  const { source, env, config, clock, endpoint: end } = parts;
  const id = httpCheckId(check);
  const expected = expectedHealthRow(check, config, end);
  const instance =
    end === '' || config.checks.length > 1 ? [end, id].filter((part) => part !== '').join('/') : end;
  const labels = (config.endpoints?.length ?? 0) > 1 ? { instance: end } : {};
  const everyMs = check.every ?? config.every;
  const checkSignals = parts.signals.filter(
    (signal) => findCheckId(parseHttpRead(signal.read)?.check ?? '', config) === id,
  );
  const pages = createPageMemory();
  let failures = 0;

  const read = async (signal: AbortSignal): Promise<Reading<Health>> => {
    const { probeResult, fault } = await runCheck(prober, source, clock, signal);
    if (fault?.kind === 'cancelled') return { items: [], faults: [fault] };
    failures = probeResult.status === 'down' ? failures + 1 : probeResult.status === 'unknown' ? failures : 0;
    const time = clock.now();
    const otherPage = pages.note(probeResult.status === 'up', probeResult.page);
    return {
      items: [
        {
          ...healthRow(probeResult, { source, env, at: time, ...expected }),
          ...defined({ otherPage: otherPage && secretMasker.mask(otherPage) }),
        },
      ],
      samples: checkSignals.map((checkSignal) => ({
        source,
        at: time,
        signal: checkSignal.id,
        labels,
        ...sampleValue(checkSignal, probeResult, failures),
      })),
      faults: fault === undefined ? [] : [fault],
      ...defined({ ageMs: probeResult.ageMs }),
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
    signals: checkSignals.map((signal) => signal.id),
    everyMs,
    staleMs: staleAfter(everyMs),
    timeoutMs: check.timeout ?? config.timeout,
    read,
  };
};

/** Runs the check once. No response is a valid result of a probe. */
const runCheck = async (
  prober: HttpProbe,
  source: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly probeResult: HttpProbeResult; readonly fault: Fault | undefined }> => {
  try {
    const probeResult = await prober.run(signal);
    return { probeResult, fault: probeResult.fault };
  } catch (error) {
    const fault = toFault(source, prober.call, error, clock.now());
    const couldNotAsk = fault.kind === 'bug' || error instanceof TunnelError;
    const status = couldNotAsk ? 'unknown' : 'down';
    const detail = fault.message.replace(`${prober.call}: `, '');
    return { probeResult: { status, detail, components: [] }, fault };
  }
};

const healthRow = (
  probeResult: HttpProbeResult,
  who: Pick<Health, 'source' | 'env' | 'at' | 'service' | 'instance'>,
): Health => ({
  ...who,
  status: probeResult.status,
  detail: secretMasker.mask(probeResult.detail),
  components: probeResult.components,
  ...defined({ report: probeResult.report }),
  ...defined({ latencyMs: probeResult.latencyMs, httpStatus: probeResult.httpStatus }),
});

/** Value of a signal from this check, or the reason for its absence. */
const sampleValue = (
  signal: SignalRequest,
  probeResult: HttpProbeResult,
  failures: number,
): Pick<Sample, 'value' | 'why' | 'metric' | 'origin'> => {
  const read = parseHttpRead(signal.read);
  switch (read?.form) {
    case 'latency':
      return latencyValue(probeResult);
    case 'status':
      return present(probeResult.httpStatus, probeResult);
    case 'failures':
      return { value: failures };
    case 'tls':
      return present(probeResult.tlsDays, probeResult);
    case 'json': {
      const partial = partialAnswerText(probeResult.body);
      return {
        ...present(
          partial === undefined ? scalarOf(jsonValueAt(probeResult.body, read.path)) : undefined,
          probeResult,
          partial === undefined
            ? `no number or text at ${read.path}: check path:`
            : `the answer is only a part of the result: ${partial}`,
        ),
        ...jsonContextAt(probeResult.body, read.path),
      };
    }
    default:
      return { why: 'the check has no read: in the profile, so it has no value. Add read:' };
  }
};

/** True for a call without the expected answer: its time says nothing about the service. A proxy answers 502 in 0 ms. */
const hasFailed = ({ status, httpStatus }: HttpProbeResult): boolean =>
  status === 'down' || (status !== 'up' && (httpStatus ?? 0) >= 500);

const latencyValue = (probeResult: HttpProbeResult): Pick<Sample, 'value' | 'why'> => {
  if (!hasFailed(probeResult)) return present(probeResult.latencyMs, probeResult);
  const { detail } = probeResult;
  return { why: detail === '' ? 'the request failed' : secretMasker.mask(`the request failed: ${detail}`) };
};

const present = (
  value: number | string | undefined,
  probeResult: HttpProbeResult,
  missing = 'no response',
): Pick<Sample, 'value' | 'why'> => {
  if (value !== undefined) return { value };
  return {
    why:
      probeResult.status === 'down' && probeResult.detail !== ''
        ? secretMasker.mask(probeResult.detail)
        : missing,
  };
};

/** Encodings of numbers that JSON does not support: neither a value nor a word. */
const nonNumbers: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);

/** Returns a number, a word or a boolean; anything else is no value. */
const scalarOf = (value: unknown): number | string | undefined => {
  if (nonNumbers.has(value)) return undefined;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
};
