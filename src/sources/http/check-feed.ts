import type { Sample } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Reading } from '../../domain/reading.ts';
import type { Health } from '../../kinds/health/fact.ts';
import type { Clock } from '../../platform/clock.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { toFault } from '../../platform/to-fault.ts';
import { staleAfter } from '../connection.ts';
import { jsonValueAt } from '../json.ts';
import type { Feed, SignalRequest } from '../source.ts';
import {
  expectedHealthRow,
  findCheckId,
  type HttpCheckConfig,
  type HttpConfig,
  httpCheckId,
  parseHttpRead,
} from './config.ts';
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
  const wanted = parts.signals.filter(
    (signal) => findCheckId(parseHttpRead(signal.read)?.check ?? '', config) === id,
  );
  let failures = 0;

  const read = async (signal: AbortSignal): Promise<Reading<Health>> => {
    const { look, fault } = await runCheck(prober, source, clock, signal);
    if (fault?.kind === 'cancelled') return { items: [], faults: [fault] };
    failures = look.status === 'down' ? failures + 1 : look.status === 'unknown' ? failures : 0;
    const at = clock.now();
    return {
      items: [healthRow(look, { source, env, at, ...expected })],
      samples: wanted.map((one) => ({
        source,
        at,
        signal: one.id,
        labels,
        ...sampleValue(one, look, failures),
      })),
      faults: fault === undefined ? [] : [fault],
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
    signals: wanted.map((signal) => signal.id),
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
): Promise<{ readonly look: HttpProbeResult; readonly fault: Fault | undefined }> => {
  try {
    const look = await prober.run(signal);
    return { look, fault: look.fault };
  } catch (error) {
    const fault = toFault(source, prober.call, error, clock.now());
    const couldNotAsk = fault.kind === 'bug' || error instanceof TunnelError;
    const status = couldNotAsk ? 'unknown' : 'down';
    const detail = fault.message.replace(`${prober.call}: `, '');
    return { look: { status, detail, components: [] }, fault };
  }
};

const healthRow = (
  look: HttpProbeResult,
  who: Pick<Health, 'source' | 'env' | 'at' | 'service' | 'instance'>,
): Health => ({
  ...who,
  status: look.status,
  detail: secretMasker.mask(look.detail),
  components: look.components,
  ...(look.latencyMs === undefined ? {} : { latencyMs: look.latencyMs }),
  ...(look.httpStatus === undefined ? {} : { httpStatus: look.httpStatus }),
});

/** Value of a signal from this check, or the reason for its absence. */
const sampleValue = (
  signal: SignalRequest,
  look: HttpProbeResult,
  failures: number,
): Pick<Sample, 'value' | 'why'> => {
  const read = parseHttpRead(signal.read);
  switch (read?.form) {
    case 'latency':
      return present(look.latencyMs, look);
    case 'status':
      return present(look.httpStatus, look);
    case 'failures':
      return { value: failures };
    case 'tls':
      return present(look.tlsDays, look);
    case 'json':
      return present(scalarOf(jsonValueAt(look.body, read.path)), look, `no number or text at ${read.path}`);
    default:
      return { why: 'no read configured in the profile' };
  }
};

const present = (
  value: number | string | undefined,
  look: HttpProbeResult,
  missing = 'no response',
): Pick<Sample, 'value' | 'why'> => {
  if (value !== undefined) return { value };
  return { why: look.status === 'down' && look.detail !== '' ? secretMasker.mask(look.detail) : missing };
};

/** Encodings of numbers that JSON does not support: neither a value nor a word. */
const nonNumbers: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);

/** Returns a number, a word or a boolean; anything else is no value. */
const scalarOf = (value: unknown): number | string | undefined => {
  if (nonNumbers.has(value)) return undefined;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
};
