import {
  type Endpoint,
  type Fault,
  type Feed,
  type Finding,
  type Health,
  identityFault,
  openEndpoint,
  parseDuration,
  type ReadIo,
  type Reading,
  type Sample,
  type Source,
  type SourceOptions,
  staleAfter,
  statusError,
  toFault,
  WireError,
} from 'opsdeck/sdk';
import { countStatuses } from './access-log.ts';
import { type NginxConfig, nginxReads, type Stat } from './config.ts';
import type { NginxServer } from './kind.ts';
import { newestWorker } from './processes.ts';
import { parseStubStatus, type StubStatus } from './stub-status.ts';

/** State shared by the feeds and operations of one source. */
export interface NginxParts {
  readonly source: string;
  readonly env: string;
  readonly config: NginxConfig;
  readonly endpoint: Endpoint;
  readonly io: ReadIo;
}

interface WantedStat {
  readonly id: string;
  readonly stat: Stat;
}

interface WantedStatus {
  readonly id: string;
  readonly status: string;
  readonly lastMs: number;
}

/** Bytes read at the end of the log: about 20,000 requests. */
const logBytes = 4 * 1024 * 1024;

/** Reads the status page. Throws WireError, also for a page that is not stub_status. */
export const readStatus = async (
  { endpoint, io }: NginxParts,
  signal: AbortSignal,
): Promise<{ readonly status: StubStatus; readonly latencyMs: number }> => {
  const answer = await endpoint.get('', signal, { headers: { accept: 'text/plain' } });
  const problem = statusError(answer, io.clock.wallNow());
  if (problem !== undefined) throw problem;
  const status = parseStubStatus(answer.text);
  if (status === undefined) throw new WireError('malformed', 'the response is not a stub_status page');
  return { status, latencyMs: answer.latencyMs };
};

/** Requests per second between two readings; undefined for the first reading and after a restart. */
const rates = () => {
  let before: { readonly at: number; readonly requests: number } | undefined;
  return (requests: number, at: number): number | undefined => {
    const last = before;
    before = { at, requests };
    if (last === undefined || at <= last.at || requests < last.requests) return undefined;
    return ((requests - last.requests) * 1000) / (at - last.at);
  };
};

/** The row of a server that could not be read: its status is unknown, not down. */
const failed = (fault: Fault): Health['status'] =>
  fault.kind === 'denied' || fault.kind === 'unconfigured' ? 'unknown' : 'down';

/** Reads health and the values of the status page with one request. */
const healthFeed = (parts: NginxParts, wanted: readonly WantedStat[]): Feed => {
  const { source, env, config, endpoint, io } = parts;
  const rate = rates();
  const row = (status: Health['status'], detail: string, more: Partial<Health> = {}): Health => ({
    source,
    at: io.clock.now(),
    env,
    service: config.service,
    instance: '',
    status,
    detail,
    components: [],
    ...more,
  });
  const sample = (id: string, value: number | string): Sample => ({
    source,
    at: io.clock.now(),
    signal: id,
    labels: {},
    ...(typeof value === 'string' ? { why: value } : { value }),
  });
  /** Returns the process id, or the reason why it is unknown. */
  const workerOr = async (signal: AbortSignal): Promise<number | string> => {
    if (!wanted.some(({ stat }) => stat === 'worker')) return '';
    try {
      return await newestWorker(parts, signal);
    } catch (error) {
      return toFault(source, config.pidFile, error, io.clock.now()).message;
    }
  };
  return {
    id: `${source}/health`,
    source,
    name: 'health',
    kind: 'health',
    probe: true,
    expects: [{ service: config.service, instance: '' }],
    signals: wanted.map(({ id }) => id),
    ...(wanted.some(({ stat }) => stat === 'requestsPerSecond') ? { needsTwo: true } : {}),
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    read: async (signal): Promise<Reading<Health>> => {
      try {
        const { status, latencyMs } = await readStatus(parts, signal);
        const { accepts, handled, requests } = status;
        const perSecond = rate(requests, io.clock.now()) ?? 'a rate needs two readings';
        const worker = await workerOr(signal);
        const values = { ...status, dropped: accepts - handled, requestsPerSecond: perSecond, worker };
        return {
          items: [row('up', '', { latencyMs, httpStatus: 200 })],
          samples: wanted.map(({ id, stat }) => sample(id, values[stat])),
          faults: [],
        };
      } catch (error) {
        const fault = endpoint.fault('', error);
        return {
          items: fault.kind === 'cancelled' ? [] : [row(failed(fault), fault.message)],
          faults: [fault],
        };
      }
    },
  };
};

/** Reads its connections as rows of this plugin's kind. */
const connectionsFeed = (parts: NginxParts): Feed<NginxServer> => {
  const { source, config, endpoint, io } = parts;
  return {
    id: `${source}/connections`,
    source,
    name: 'connections',
    kind: 'nginx',
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    read: async (signal) => {
      try {
        const { status } = await readStatus(parts, signal);
        const { active, reading, writing, waiting, accepts, handled } = status;
        const stamp = { source, at: io.clock.now() };
        const dropped = accepts - handled;
        return {
          items: [{ ...stamp, name: config.service, active, reading, writing, waiting, dropped }],
          faults: [],
        };
      } catch (error) {
        return { items: [], faults: [endpoint.fault('', error)] };
      }
    },
  };
};

/** Counts requests by status at the end of the access log. */
const accessFeed = (parts: NginxParts, path: string, wanted: readonly WantedStatus[]): Feed => {
  const { source, config, io } = parts;
  return {
    id: `${source}/access`,
    source,
    name: 'access',
    kind: 'samples',
    signals: wanted.map(({ id }) => id),
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    read: async (signal): Promise<Reading<Sample>> => {
      const at = io.clock.now();
      try {
        const { raw, whole } = await io.files.read(path, { from: 'tail', maxBytes: logBytes }, signal);
        const items = wanted.map(({ id, status, lastMs }): Sample => {
          const counted = countStatuses(raw, at + io.clock.wallOffset() - lastMs, whole);
          const value = counted.byClass.get(Number(status[0])) ?? 0;
          const result = counted.isWhole
            ? { value }
            : { why: `the last ${logBytes / 1024 / 1024} MiB of ${path} do not cover this time` };
          return { source, at, signal: id, labels: {}, ...result };
        });
        return { items, faults: [] };
      } catch (error) {
        return { items: [], faults: [toFault(source, path, error, at)] };
      }
    },
  };
};

const examine = async (parts: NginxParts, signal: AbortSignal): Promise<readonly Finding[]> => {
  const { source, endpoint } = parts;
  try {
    const { status } = await readStatus(parts, signal);
    return [{ source, ok: true, what: `${endpoint.url('')}: ${status.active} connections` }];
  } catch (error) {
    const { message, kind } = endpoint.fault('', error);
    const remedy =
      'add `location /status { stub_status; }` to an nginx server, and allow access from this machine';
    return [{ source, ok: false, what: message, ...(kind === 'missing' ? { remedy } : {}) }];
  }
};

/** Opens the feeds of one nginx source, with the state they share with its operations. */
export const openNginx = (
  { id, env, config, signals }: SourceOptions<NginxConfig>,
  io: ReadIo,
): { readonly parts: NginxParts; readonly source: Omit<Source, 'operations'> } => {
  const { url, auth, tls, accessLog, identity } = config;
  const endpoint = openEndpoint(id, { url, ...(auth && { auth }), ...(tls && { tls }) }, io);
  const parts: NginxParts = { source: id, env, config, endpoint, io };
  const reads = signals.map((signal) => ({ id: signal.id, ...nginxReads.parse(signal.read) }));
  const ofPage = reads.flatMap(({ id: one, stat }) => (stat === undefined ? [] : [{ id: one, stat }]));
  const ofLog = reads.flatMap(({ id: one, status, last = '1m' }) =>
    status === undefined ? [] : [{ id: one, status, lastMs: parseDuration(last) ?? 0 }],
  );
  return {
    parts,
    source: {
      id,
      feeds: [
        healthFeed(parts, ofPage),
        connectionsFeed(parts),
        ...(accessLog === undefined ? [] : [accessFeed(parts, accessLog, ofLog)]),
      ],
      ...(identity && { identify: (signal) => identityFault(endpoint, identity, io.clock.wallNow, signal) }),
      doctor: (signal) => examine(parts, signal),
      close: () => io.close(),
    },
  };
};
