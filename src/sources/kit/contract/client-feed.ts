import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { Fault, FaultKind, Millis } from '../../../domain/base/fault.ts';
import type { AnyFact, Note, Sample } from '../../../domain/facts/facts.ts';
import type { ExpectedHealth, FeedKind, Reading } from '../../../domain/facts/reading.ts';
import { zDuration } from '../../../domain/facts/schema.ts';
import type { Health } from '../../../kinds/health/fact.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import { TunnelError } from '../../../platform/network/dial.ts';
import { staleAfter } from './connection.ts';
import { type Feed, onDemandStaleMs } from './source.ts';

/** A client of one server with a login, such as PostgreSQL: the parts that its feeds need. */
export interface FeedClient {
  readonly source: string;
  readonly env: string;
  /** The name of its rows. */
  readonly service: string;
  readonly config: {
    readonly every: Millis;
    readonly timeout: Millis;
    readonly slow: { readonly every?: Millis };
  };
  /** 'redis://host:6379/0', without the user. */
  readonly displayAddress: string;
  now(): Millis;
  /** Converts a failed read of `what` ('sessions') to a fault of this source: 'ADDRESS WHAT: REASON'. */
  fault(what: string, error: unknown): Fault;
}

/** Wording and limits of the keys of `clientConfigShape`. */
interface ClientConfigWords {
  /** A request, as the system calls it: 'command'. */
  readonly request: string;
  /** The detail tables: 'slow log, keyspace and others'. */
  readonly tables: string;
  readonly limit: { readonly meaning: string; readonly most: number; readonly default: number };
}

/** Keys common to the sources of such a client: service, every, timeout and slow. */
export const clientConfigShape = ({ request, tables, limit }: ClientConfigWords) => ({
  service: z
    .string()
    .min(1)
    .meta({ description: 'name that the rows of this source get (default: the id of the source)' })
    .exactOptional(),
  every: zDuration.prefault('5s').meta({ description: 'poll interval' }),
  timeout: zDuration.prefault('3s').meta({ description: `${request} timeout` }),
  slow: z
    .strictObject({
      limit: z.int().min(1).max(limit.most).meta({ description: limit.meaning }).default(limit.default),
      every: zDuration
        .meta({
          description:
            'opsdeck reads the rows at this interval. By default, opsdeck reads only when a person opens them',
        })
        .exactOptional(),
    })
    .prefault({})
    .meta({ description: `detail tables: ${tables}` }),
});

const zService = z.object({ service: z.string() });

/** The health row that a config declares, in parsed or raw form; undefined when it declares none. */
export const expectedServiceHealth = (config: unknown): readonly ExpectedHealth[] | undefined => {
  const named = zService.safeParse(config).data;
  return named && [{ service: named.service, instance: '' }];
};

/** Faults of our own login or configuration: an application may still be able to log in. */
const clientFaultKinds: ReadonlySet<FaultKind> = new Set([
  'denied',
  'unconfigured',
  'bug',
  'missing',
  'wrong-system',
]);

/** The parts of a client that its health feed needs. */
interface HealthClient extends Pick<FeedClient, 'source' | 'env' | 'service' | 'now'> {
  readonly config: Pick<FeedClient['config'], 'every' | 'timeout'>;
  /** Converts a failed read of its health, and the reason for the row, without its address. */
  failed(error: unknown): { readonly fault: Fault; readonly why: string };
}

/** The state of a server, as a probe found it. */
type ProbedHealth = Pick<Health, 'status' | 'detail'> & Partial<Health>;

/**
 * A probe of one server: one row with the state that `look` returns. Without a response the row is down; it is unknown
 * when our login is rejected, or the tunnel is lost.
 */
export const serverHealthFeed = (
  client: HealthClient,
  look: (signal: AbortSignal) => Promise<ProbedHealth>,
): Feed => {
  const { source, config } = client;
  const expected: ExpectedHealth = { service: client.service, instance: '' };
  const row = (fields: ProbedHealth): Health => ({
    source,
    env: client.env,
    at: client.now(),
    ...expected,
    components: [],
    ...fields,
  });
  return {
    id: `${source}/health`,
    source,
    name: 'health',
    kind: 'health',
    probe: true,
    expects: [expected],
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    read: async (signal): Promise<Reading<Health>> => {
      try {
        return { items: [row(await look(signal))], faults: [] };
      } catch (error) {
        const { fault, why } = client.failed(error);
        if (fault.kind === 'cancelled') return { items: [], faults: [fault] };
        const status = clientFaultKinds.has(fault.kind) || error instanceof TunnelError ? 'unknown' : 'down';
        return { items: [row({ status, detail: secretMasker.mask(why) })], faults: [fault] };
      }
    },
  };
};

/** A probe that logs in as an application would. */
export const loginHealthFeed = (
  client: FeedClient,
  look: (signal: AbortSignal) => Promise<ProbedHealth>,
): Feed => {
  const failed = (error: unknown) => {
    const fault = client.fault('health', error);
    return { fault, why: fault.message.replace(`${client.displayAddress} health: `, '') };
  };
  return serverHealthFeed({ ...client, failed }, look);
};

interface ClientFeedOptions {
  readonly name: string;
  /** Distinguishes it from other feeds of the same name. */
  readonly part?: string;
  readonly kind: FeedKind;
  readonly signals?: readonly string[];
  /** 0: read only on demand. Absent: `every` of the config. */
  readonly everyMs?: number;
  readonly requests?: number;
  /** A value needs two readings. */
  readonly needsTwo?: boolean;
  read(signal: AbortSignal): Promise<{
    readonly items: readonly (AnyFact | Note | Sample)[];
    readonly samples?: readonly Sample[];
    readonly faults?: readonly Fault[];
  }>;
}

/** Creates a feed from requests of a client; a failed one yields only its fault. */
export const clientFeed = (client: FeedClient, options: ClientFeedOptions): Feed => {
  const { source, config } = client;
  const { name, part, kind, signals, needsTwo, everyMs = config.every, requests } = options;
  const feedName = part === undefined ? name : `${name}:${part}`;
  return {
    id: `${source}/${feedName}`,
    source,
    name,
    kind,
    ...defined({ signals, needsTwo }),
    everyMs,
    staleMs: everyMs === 0 ? onDemandStaleMs : staleAfter(everyMs),
    timeoutMs: config.timeout,
    ...defined({ requests }),
    read: async (signal) => {
      try {
        return { faults: [], ...(await options.read(signal)) };
      } catch (error) {
        return { items: [], faults: [client.fault(feedName, error)] };
      }
    },
  };
};

/** Creates the feed of one signal, so that a denied or slow request affects no other. */
export const signalFeed = (
  client: FeedClient,
  { name, id, requests }: { readonly name: string; readonly id: string; readonly requests?: number },
  readValue: (signal: AbortSignal) => Promise<Pick<Sample, 'value' | 'why' | 'origin'>>,
): Feed =>
  clientFeed(client, {
    name,
    part: id,
    kind: 'samples',
    signals: [id],
    ...defined({ requests }),
    read: async (signal) => {
      const value = await readValue(signal);
      return { items: [{ source: client.source, at: client.now(), signal: id, labels: {}, ...value }] };
    },
  });

/** A row of a detail table. */
export type DetailRow = Pick<Note, 'title' | 'text'>;

/** Creates the feed of a detail table for troubleshooting; read on demand, or every `slow.every`. */
export const detailFeed = (
  client: FeedClient,
  name: string,
  readRows: (signal: AbortSignal) => Promise<readonly DetailRow[]>,
  requests = 1,
): Feed =>
  clientFeed(client, {
    name,
    kind: 'notes',
    everyMs: client.config.slow.every ?? 0,
    requests,
    read: async (signal) => {
      const rows = await readRows(signal);
      const stamp = { source: client.source, at: client.now() };
      return { items: rows.map((row): Note => ({ ...stamp, ...row })) };
    },
  });
