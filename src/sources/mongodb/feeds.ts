import { z } from 'zod';
import type { MongoDocument, MongoMember } from '../../clients/mongodb/mongo-types.ts';
import type { AnyFact, Note, Sample } from '../../domain/facts.ts';
import type { FaultKind } from '../../domain/fault.ts';
import type { ExpectedHealth, FeedKind, Reading } from '../../domain/reading.ts';
import type { Health } from '../../kinds/health/fact.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { staleAfter } from '../connection.ts';
import { type Feed, onDemandStaleMs } from '../source.ts';
import { field } from '../wire-value.ts';
import type { MongoClient } from './client.ts';
import { readOperations, sessionFact } from './operations-in-progress.ts';
import { numberIn, parseReplicaSet, type ReplicaSetStatus } from './parse.ts';

/** Faults of our own login or configuration: an application may still be able to log in. */
const clientFaultKinds: ReadonlySet<FaultKind> = new Set([
  'denied',
  'unconfigured',
  'bug',
  'missing',
  'wrong-system',
]);

const zService = z.object({ service: z.string() });

/** The health row that a config declares, in parsed or raw form; undefined when it declares none. */
export const expectedMongoHealth = (config: unknown): readonly ExpectedHealth[] | undefined => {
  const named = zService.safeParse(config).data;
  return named && [{ service: named.service, instance: '' }];
};

/** States in which a member has its data and takes part in elections. Source: MongoDB docs, Replica Set Member States. */
const healthyStates: ReadonlySet<string> = new Set(['PRIMARY', 'SECONDARY', 'ARBITER']);

/** Members that are not healthy: 'db-2:27017 is RECOVERING'. */
const memberProblems = ({ members }: ReplicaSetStatus): readonly string[] =>
  members
    .filter(({ isUp, state }) => !isUp || !healthyStates.has(state))
    .map(({ name, isUp, state, message }) =>
      [`${name} is ${isUp ? state : 'unreachable'}`, message].filter((part) => part !== '').join(': '),
    );

/** Describes the state of a member that responds. `status`: the reply to replSetGetStatus, if the user may run it. */
const memberState = (
  { role, setName, primary }: MongoMember,
  status: MongoDocument | undefined,
): Pick<Health, 'status' | 'detail'> => {
  const set = status?.ok === 1 ? parseReplicaSet(status) : undefined;
  const own = set?.members.find(({ isSelf }) => isSelf)?.state;
  const hasPrimary = role === 'primary' || primary !== undefined;
  const problems = [
    ...(setName !== undefined && !hasPrimary ? [`the replica set ${setName} has no primary`] : []),
    ...(role === 'other' ? [`this member is ${own ?? 'neither primary nor secondary'}`] : []),
    ...(set === undefined ? [] : memberProblems(set)),
  ];
  if (problems.length > 0) return { status: 'degraded', detail: [...new Set(problems)].join('; ') };
  return { status: 'up', detail: role === 'secondary' ? `secondary of ${primary ?? '?'}` : '' };
};

/**
 * Logs in as an application would, and sends ping. The row is down when no member responds, degraded when the replica
 * set has no primary or a member is not healthy, and unknown when our login is rejected.
 */
export const mongoHealthFeed = (client: MongoClient): Feed => {
  const { source, config } = client;
  const expected: ExpectedHealth = { service: client.service, instance: '' };
  const row = (fields: Pick<Health, 'status' | 'detail' | 'latencyMs'>): Health => ({
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
        const { replies, member, latencyMs } = await client.askAll(
          {
            commands: [
              { database: 'admin', command: { ping: 1 } },
              // Denied to many users, and an error on a standalone server: both imply nothing about its health.
              { database: 'admin', command: { replSetGetStatus: 1 }, mayFail: true },
            ],
            newConnection: true,
          },
          signal,
        );
        return { items: [row({ ...memberState(member, replies[1]), latencyMs })], faults: [] };
      } catch (error) {
        const fault = client.fault('health', error);
        if (fault.kind === 'cancelled') return { items: [], faults: [fault] };
        const status = clientFaultKinds.has(fault.kind) || error instanceof TunnelError ? 'unknown' : 'down';
        const detail = secretMasker.mask(fault.message.replace(`${client.displayAddress} health: `, ''));
        return { items: [row({ status, detail })], faults: [fault] };
      }
    },
  };
};

interface MongoFeedOptions {
  readonly name: string;
  /** Distinguishes it from other feeds of the same name. */
  readonly part?: string;
  readonly kind: FeedKind;
  readonly signals?: readonly string[];
  /** 0: read only on demand. */
  readonly everyMs?: number;
  readonly requests?: number;
  read(signal: AbortSignal): Promise<{
    readonly items: readonly (AnyFact | Note | Sample)[];
    readonly samples?: readonly Sample[];
  }>;
}

/** Creates a feed from commands; a failed one yields only its fault. */
export const mongoFeed = (client: MongoClient, options: MongoFeedOptions): Feed => {
  const { source, config } = client;
  const { name, part, kind, signals, everyMs = config.every, requests } = options;
  const feedName = part === undefined ? name : `${name}:${part}`;
  return {
    id: `${source}/${feedName}`,
    source,
    name,
    kind,
    ...(signals === undefined ? {} : { signals }),
    everyMs,
    staleMs: everyMs === 0 ? onDemandStaleMs : staleAfter(everyMs),
    timeoutMs: config.timeout,
    ...(requests === undefined ? {} : { requests }),
    read: async (signal) => {
      try {
        return { ...(await options.read(signal)), faults: [] };
      } catch (error) {
        return { items: [], faults: [client.fault(feedName, error)] };
      }
    },
  };
};

/** Connections of clients as sessions. */
export const operationsFeed = (client: MongoClient): Feed =>
  mongoFeed(client, {
    name: 'sessions',
    kind: 'sessions',
    read: async (signal) => {
      const { rows } = await readOperations(client, signal);
      return { items: rows.map((row) => sessionFact(client, row)) };
    },
  });

/** The connection slots of the server as a pool. It has no queue: a full server rejects connections. */
export const mongoConnectionPool = (client: MongoClient, status: MongoDocument): Pool => {
  const connections = field(status, 'connections');
  const [current, available] = [numberIn(connections, 'current'), numberIn(connections, 'available')];
  const active = numberIn(connections, 'active');
  return {
    source: client.source,
    at: client.now(),
    service: client.service,
    instance: '',
    name: 'connections',
    kind: 'mongodb',
    ...(current === undefined || available === undefined ? {} : { max: current + available }),
    ...(current === undefined ? {} : { taken: current }),
    ...(active === undefined ? {} : { active }),
  };
};
