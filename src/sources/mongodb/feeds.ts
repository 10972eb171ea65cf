import type { MongoDocument, MongoMember } from '../../clients/mongodb/mongo-types.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Health } from '../../kinds/health/fact.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import { clientFeed, loginHealthFeed } from '../kit/contract/client-feed.ts';
import type { Feed } from '../kit/contract/source.ts';
import { field } from '../kit/values/wire-value.ts';
import type { MongoClient } from './client.ts';
import { readOperations, sessionFact } from './operations-in-progress.ts';
import { numberIn, parseReplicaSet, type ReplicaSetStatus } from './parse.ts';

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
    ...(setName !== undefined && !hasPrimary
      ? [`the replica set ${setName} has no primary, so nothing can be written`]
      : []),
    ...(role === 'other'
      ? [`this member of the replica set is ${own ?? 'neither primary nor secondary'}`]
      : []),
    ...(set === undefined ? [] : memberProblems(set)),
  ];
  if (problems.length > 0) return { status: 'degraded', detail: [...new Set(problems)].join('; ') };
  return { status: 'up', detail: role === 'secondary' ? `secondary of ${primary ?? '?'}` : '' };
};

/**
 * Logs in as an application would, and sends ping. The row is down when no member responds, degraded when the replica
 * set has no primary or a member is not healthy, and unknown when our login is rejected.
 */
export const mongoHealthFeed = (client: MongoClient): Feed =>
  loginHealthFeed(client, async (signal) => {
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
    return { ...memberState(member, replies[1]), latencyMs };
  });

/** Connections of clients as sessions. */
export const operationsFeed = (client: MongoClient): Feed =>
  clientFeed(client, {
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
  const current = numberIn(connections, 'current');
  const available = numberIn(connections, 'available');
  const active = numberIn(connections, 'active');
  return {
    source: client.source,
    at: client.now(),
    service: client.service,
    instance: '',
    name: 'connections',
    kind: 'mongodb',
    ...(current === undefined || available === undefined ? {} : { max: current + available }),
    ...defined({ taken: current, active }),
  };
};
