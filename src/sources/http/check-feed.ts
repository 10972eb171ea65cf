import type { Sample } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import type { Health } from '../../kinds/health/fact.ts';
import type { Clock } from '../../platform/clock.ts';
import { toFault } from '../../platform/fault.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { staleAfter } from '../connection.ts';
import { valueAt } from '../json-text.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { type CheckConfig, checkId, expectedOf, type HttpConfig, httpRead, namedCheck } from './config.ts';
import type { Asker, Look } from './look.ts';

export interface CheckFeedParts {
  readonly source: string;
  readonly env: string;
  readonly config: HttpConfig;
  readonly signals: readonly WantedSignal[];
  readonly clock: Clock;
  /** The end of a `via:` that is asked; '' for the only address. */
  readonly end: string;
}

/**
 * One check as a feed: always one health row, down when nothing (or nothing good) came back, and a sample for each
 * signal that reads the check. Faults: those of the call, beside the row; a cancelled read brings no row.
 */
export const checkFeed = (check: CheckConfig, asker: Asker, parts: CheckFeedParts): Feed => {
  const { source, env, config, clock, end } = parts;
  const id = checkId(check);
  const expected = expectedOf(check, config, end);
  const instance =
    end === '' || config.checks.length > 1 ? [end, id].filter((part) => part !== '').join('/') : end;
  const labels = (config.ends?.length ?? 0) > 1 ? { instance: end } : {};
  const everyMs = check.every ?? config.every;
  const wanted = parts.signals.filter(
    (signal) => namedCheck(httpRead(signal.read)?.check ?? '', config) === id,
  );
  let failures = 0;

  const read = async (signal: AbortSignal): Promise<Batch<Health>> => {
    const { look, fault } = await outcome(asker, source, clock, signal);
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

/** A look, also at nothing: no answer is itself what a probe finds out. */
const outcome = async (
  asker: Asker,
  source: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly look: Look; readonly fault: Fault | undefined }> => {
  try {
    const look = await asker.look(signal);
    return { look, fault: look.fault };
  } catch (error) {
    const fault = toFault(source, asker.call, error, clock.now());
    const couldNotAsk = fault.kind === 'bug' || error instanceof TunnelError;
    const status = couldNotAsk ? 'unknown' : 'down';
    const detail = fault.message.replace(`${asker.call}: `, '');
    return { look: { status, detail, components: [] }, fault };
  }
};

const healthRow = (
  look: Look,
  who: Pick<Health, 'source' | 'env' | 'at' | 'service' | 'instance'>,
): Health => ({
  ...who,
  status: look.status,
  detail: masker.mask(look.detail),
  components: look.components,
  ...(look.latencyMs === undefined ? {} : { latencyMs: look.latencyMs }),
  ...(look.httpStatus === undefined ? {} : { httpStatus: look.httpStatus }),
});

/** The value of a signal in this look; without one, why there is none. */
const sampleValue = (signal: WantedSignal, look: Look, failures: number): Pick<Sample, 'value' | 'why'> => {
  const read = httpRead(signal.read);
  switch (read?.what) {
    case 'latency':
      return present(look.latencyMs, look);
    case 'status':
      return present(look.httpStatus, look);
    case 'failures':
      return { value: failures };
    case 'tls':
      return present(look.tlsDays, look);
    case 'json':
      return present(scalarOf(valueAt(look.body, read.path)), look, `no number or word at ${read.path}`);
    default:
      return { why: 'the profile says not what to read' };
  }
};

const present = (
  value: number | string | undefined,
  look: Look,
  missing = 'no answer',
): Pick<Sample, 'value' | 'why'> => {
  if (value !== undefined) return { value };
  return { why: look.status === 'down' && look.detail !== '' ? masker.mask(look.detail) : missing };
};

/** How encoders spell numbers that JSON has not: no value, and no word either. */
const noNumbers: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);

/** A number, a word or a truth; anything else is no value. */
const scalarOf = (value: unknown): number | string | undefined => {
  if (noNumbers.has(value)) return undefined;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
};
