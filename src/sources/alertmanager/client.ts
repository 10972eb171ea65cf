import {
  type AlertState,
  alertDescription,
  alertRunbook,
  alertSummary,
  type Endpoint,
  type Fault,
  field,
  type HttpAnswer,
  type LabelMatcher,
  list,
  type Millis,
  matcherText,
  oneLine,
  openEndpoint,
  parseRfc3339,
  type ReadIo,
  RemediedError,
  statusError,
  stringMapOf,
  text,
  WireError,
} from '../../sdk.ts';
import type { AlertmanagerConfig } from './config.ts';

/** An alert in Alertmanager. */
export interface AlertmanagerAlert {
  readonly name: string;
  readonly severity: string;
  readonly state: AlertState;
  /** Ms since the epoch by the server's clock. */
  readonly startsAt?: number;
  /** Without `alertname`, which is its name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description?: string;
  readonly runbookUrl?: string;
  readonly suppression: Suppression;
}

/** The reasons why an alert sends no notification. */
export interface Suppression {
  /** Identifies the alert where it inhibits another. */
  readonly fingerprint: string;
  /** Ids of silences. */
  readonly silencedBy: readonly string[];
  /** Fingerprints of alerts. */
  readonly inhibitedBy: readonly string[];
  /** Names of time intervals; since Alertmanager 0.28. */
  readonly mutedBy: readonly string[];
}

export interface Silence {
  readonly id: string;
  readonly state: 'active' | 'pending' | 'expired';
  readonly matchers: readonly LabelMatcher[];
  readonly by: string;
  readonly comment: string;
  /** Ms since the epoch by the server's clock. */
  readonly startsAt?: number;
  readonly endsAt?: number;
}

const expectList = (body: unknown, what: string): readonly unknown[] => {
  if (!Array.isArray(body))
    throw new WireError(
      'malformed',
      `the response of Alertmanager is not a list of ${what}. Check url of the source`,
    );
  return body;
};

const namesIn = (status: unknown, name: string): readonly string[] =>
  list(field(status, name)).flatMap((value) => text(value) ?? []);

/**
 * State of an alert. A suppressed alert is silenced when a silence (or a mute time) matches, even if another alert also
 * inhibits it; an unprocessed one already fires. Source: Alertmanager, api/v2/openapi.yaml, alertStatus.
 */
const alertStateOf = (status: unknown): AlertState => {
  if (field(status, 'state') !== 'suppressed') return 'firing';
  const silenced = namesIn(status, 'silencedBy');
  const inhibited = namesIn(status, 'inhibitedBy');
  return silenced.length === 0 && inhibited.length > 0 ? 'inhibited' : 'silenced';
};

/**
 * Parses the response of /api/v2/alerts. `severity`: the label that contains it. Throws `malformed` when it is not a
 * list.
 */
export const parseAlerts = (body: unknown, severity: string): readonly AlertmanagerAlert[] =>
  expectList(body, 'alerts').map((alert) => {
    const { alertname = '', ...labels } = stringMapOf(field(alert, 'labels'));
    const startsAt = parseRfc3339(field(alert, 'startsAt'));
    return {
      name: alertname,
      severity: labels[severity] ?? '',
      state: alertStateOf(field(alert, 'status')),
      suppression: {
        fingerprint: text(field(alert, 'fingerprint')) ?? '',
        silencedBy: namesIn(field(alert, 'status'), 'silencedBy'),
        inhibitedBy: namesIn(field(alert, 'status'), 'inhibitedBy'),
        mutedBy: namesIn(field(alert, 'status'), 'mutedBy'),
      },
      labels,
      summary: alertSummary(field(alert, 'annotations')),
      ...alertDescription(field(alert, 'annotations')),
      ...alertRunbook(field(alert, 'annotations')),
      ...(startsAt === undefined ? {} : { startsAt }),
    };
  });

const matcherOf = (matcher: unknown): LabelMatcher => ({
  name: text(field(matcher, 'name')) ?? '',
  value: text(field(matcher, 'value')) ?? '',
  isRegex: field(matcher, 'isRegex') === true,
  // Absent before Alertmanager 0.22, where all matchers were positive.
  isEqual: field(matcher, 'isEqual') !== false,
});

/** Parses one silence. Throws `malformed` without an id. */
export const parseSilence = (body: unknown): Silence => {
  const id = text(field(body, 'id'));
  if (id === undefined)
    throw new WireError(
      'malformed',
      'a silence in the response has no id: check that url is an Alertmanager',
    );
  const state = field(field(body, 'status'), 'state');
  const startsAt = parseRfc3339(field(body, 'startsAt'));
  const endsAt = parseRfc3339(field(body, 'endsAt'));
  return {
    id,
    state: state === 'pending' || state === 'expired' ? state : 'active',
    matchers: list(field(body, 'matchers')).map(matcherOf),
    by: text(field(body, 'createdBy')) ?? '',
    comment: text(field(body, 'comment')) ?? '',
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
  };
};

/** Parses the response of /api/v2/silences. Throws `malformed` when it is not a list. */
export const parseSilences = (body: unknown): readonly Silence[] =>
  expectList(body, 'silences').map(parseSilence);

/** Parses the error message of a failed call: a JSON string, or an object with a message; '' without one. */
export const parseErrorText = (body: unknown): string => text(body) ?? text(field(body, 'message')) ?? '';

/** Read-only client for Alertmanager's API v2. Every call throws WireError. */
export interface AlertmanagerClient {
  readonly source: string;
  readonly config: AlertmanagerConfig;
  readonly endpoint: Endpoint;
  /** Lists all alerts, or those that match all matchers: active, silenced, inhibited, and unprocessed. */
  alerts(matchers: readonly LabelMatcher[], signal: AbortSignal): Promise<readonly AlertmanagerAlert[]>;
  silences(signal: AbortSignal): Promise<readonly Silence[]>;
  /** Returns undefined when no silence has this id. */
  silence(id: string, signal: AbortSignal): Promise<Silence | undefined>;
  status(signal: AbortSignal): Promise<unknown>;
  /** Returns the error of a response, with the server's own message if it has one; undefined when it succeeded. */
  errorOf(answer: HttpAnswer): WireError | undefined;
  fault(path: string, error: unknown): Fault;
  now(): Millis;
  /** The machine's wall clock. */
  wallNow(): Millis;
  /** Converts a wall-clock time to our clock. */
  toClock(wallMs: number): Millis;
}

export const silencePath = (id: string): string => `/api/v2/silence/${encodeURIComponent(id)}`;
export const silencesPath = '/api/v2/silences';
export const statusPath = '/api/v2/status';

/** Path of a query for alerts; also names it in a feed's fault. */
export const alertsPath = (matchers: readonly LabelMatcher[] = []): string => {
  const every = ['active', 'silenced', 'inhibited', 'unprocessed'].map((name) => `${name}=true`);
  const filters = matchers.map((matcher) => `filter=${encodeURIComponent(matcherText(matcher))}`);
  return `/api/v2/alerts?${[...every, ...filters].join('&')}`;
};

export const openAlertmanagerClient = (
  source: string,
  config: AlertmanagerConfig,
  io: ReadIo,
): AlertmanagerClient => {
  const endpoint = openEndpoint(source, config, io);

  const problem = (answer: HttpAnswer): WireError | undefined => {
    const error = statusError(answer, io.clock.wallNow());
    if (error === undefined || error.kind === 'denied' || error.kind === 'throttled') return error;
    const errorMessage = errorText(answer);
    return errorMessage === '' ? error : new WireError(error.kind, `${error.message}: ${errorMessage}`);
  };

  const read = async (path: string, signal: AbortSignal): Promise<unknown> => {
    const answer = await endpoint.get(path, signal);
    const error = problem(answer);
    if (error?.kind === 'missing') throw missingApiError(answer.status);
    if (error !== undefined) throw error;
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
      const error = problem(answer);
      if (error?.kind === 'missing') return undefined;
      if (error !== undefined) throw error;
      return parseSilence(answer.json());
    },
    status: (signal) => read(statusPath, signal),
    errorOf: problem,
    fault: (path, error) => endpoint.fault(path, error),
    now: () => io.clock.now(),
    wallNow: io.clock.wallNow,
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

const missingApiError = (status: number): WireError =>
  new RemediedError(
    'missing',
    `answered ${status}: there is no Alertmanager API v2 at this address`,
    'check the url and the route prefix. API v2 requires Alertmanager 0.16 or later',
  );
