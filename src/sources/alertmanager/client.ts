import {
  type Endpoint,
  type Fault,
  type HttpAnswer,
  type LabelMatcher,
  type Millis,
  matcherText,
  oneLine,
  openEndpoint,
  type ReadIo,
  RemediedError,
  statusError,
  WireError,
} from '../../sdk.ts';
import type { AlertmanagerConfig } from './config.ts';
import {
  parseAlerts,
  parseErrorText,
  parseSilence,
  parseSilences,
  type ReadAlert,
  type Silence,
} from './parse.ts';

/** Alertmanager's API v2, as far as it only reads. Every call throws WireError. */
export interface AlertmanagerClient {
  readonly source: string;
  readonly config: AlertmanagerConfig;
  readonly endpoint: Endpoint;
  /** Every alert, or those that all matchers hold for: active, silenced, inhibited, and not yet processed. */
  alerts(matchers: readonly LabelMatcher[], signal: AbortSignal): Promise<readonly ReadAlert[]>;
  silences(signal: AbortSignal): Promise<readonly Silence[]>;
  /** Undefined when there is none of this id. */
  silence(id: string, signal: AbortSignal): Promise<Silence | undefined>;
  status(signal: AbortSignal): Promise<unknown>;
  /** What is wrong with any answer of this server, in its own words where it has some; undefined when nothing is. */
  problem(answer: HttpAnswer): WireError | undefined;
  fault(path: string, error: unknown): Fault;
  now(): Millis;
  /** Now on the machine's own clock. */
  wallNow(): Millis;
  /** A moment of the wall clock on ours. */
  toClock(wallMs: number): Millis;
}

export const silencePath = (id: string): string => `/api/v2/silence/${encodeURIComponent(id)}`;
export const silencesPath = '/api/v2/silences';
export const statusPath = '/api/v2/status';

/** The address of a question for alerts; a feed's fault names it too. */
export const alertsPath = (matchers: readonly LabelMatcher[] = []): string => {
  const every = ['active', 'silenced', 'inhibited', 'unprocessed'].map((name) => `${name}=true`);
  const filters = matchers.map((matcher) => `filter=${encodeURIComponent(matcherText(matcher))}`);
  return `/api/v2/alerts?${[...every, ...filters].join('&')}`;
};

export const openClient = (source: string, config: AlertmanagerConfig, io: ReadIo): AlertmanagerClient => {
  const { url, auth, tls } = config;
  const endpoint = openEndpoint(
    source,
    { url, ...(auth === undefined ? {} : { auth }), ...(tls === undefined ? {} : { tls }) },
    io,
  );
  const wallNow = (): Millis => io.clock.now() + io.clock.wallOffset();

  const problem = (answer: HttpAnswer): WireError | undefined => {
    const found = statusError(answer, wallNow());
    if (found === undefined || found.kind === 'denied' || found.kind === 'throttled') return found;
    const said = errorText(answer);
    return said === '' ? found : new WireError(found.kind, `${found.message}: ${said}`);
  };

  const read = async (path: string, signal: AbortSignal): Promise<unknown> => {
    const answer = await endpoint.get(path, signal);
    const found = problem(answer);
    if (found?.kind === 'missing') throw noApi(answer.status);
    if (found !== undefined) throw found;
    return answer.json();
  };

  return {
    source,
    config,
    endpoint,
    alerts: async (matchers, signal) =>
      parseAlerts(await read(alertsPath(matchers), signal), config.severity),
    silences: async (signal) => parseSilences(await read(silencesPath, signal)),
    silence: async (id, signal) => {
      const answer = await endpoint.get(silencePath(id), signal);
      const found = problem(answer);
      if (found?.kind === 'missing') return undefined;
      if (found !== undefined) throw found;
      return parseSilence(answer.json());
    },
    status: (signal) => read(statusPath, signal),
    problem,
    fault: (path, error) => endpoint.fault(path, error),
    now: () => io.clock.now(),
    wallNow,
    toClock: (wallMs) => wallMs - io.clock.wallOffset(),
  };
};

const errorText = (answer: HttpAnswer): string => {
  try {
    return oneLine(parseErrorText(answer.json()), 160);
  } catch {
    return '';
  }
};

const noApi = (status: number): WireError =>
  new RemediedError(
    'missing',
    `answered ${status}: no API v2 of an Alertmanager here`,
    'Alertmanager has API v2 since 0.16: upgrade it, or check the url and its route prefix',
  );
