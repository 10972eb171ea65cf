import { Long, ObjectId, Timestamp } from 'bson';
import type { MongoServer } from '../../model/mongodb/mongo-server.ts';
import type { StoredDocument } from '../../model/spec/mongodb.ts';
import { MongoCommandError } from './command-error.ts';

export const mongoVersion = '7.0.14';
const mebibyte = 1024 * 1024;
/** The address of this member in the configuration of its replica set. */
export const selfName = 'db-0:27017';

/** Grows with each change of the role. */
export const topologyCounter = ({ roleChanges }: MongoServer): number => 6 + roleChanges;

/** The fields of hello that describe the process and the role of the server. */
export const roleFields = (server: MongoServer): StoredDocument => {
  const {
    processId,
    spec: { replicaSet },
    isPrimary,
  } = server;
  return {
    topologyVersion: {
      processId: new ObjectId(processId),
      counter: Long.fromNumber(topologyCounter(server)),
    },
    ...(replicaSet === undefined
      ? { isWritablePrimary: true, ismaster: true }
      : {
          setName: replicaSet.name,
          hosts: [selfName, ...replicaSet.others.map(({ name }) => name)],
          me: selfName,
          isWritablePrimary: isPrimary,
          ismaster: isPrimary,
          secondary: !isPrimary,
          ...(isPrimary ? { primary: selfName } : {}),
        }),
  };
};

/** The fields of serverStatus that opsdeck reads, as MongoDB 7.0 names them. */
export const serverStatus = (server: MongoServer): StoredDocument => {
  const { spec, connections, now, commands, reads, uptimeMs } = server;
  const active = [...connections.values()].filter(({ operation }) => operation !== undefined).length;
  return {
    host: selfName,
    version: mongoVersion,
    process: 'mongod',
    pid: Long.fromNumber(42),
    uptime: Math.floor(uptimeMs / 1000),
    uptimeMillis: Long.fromNumber(uptimeMs),
    localTime: new Date(now),
    asserts: { regular: 0, warning: 0, msg: 0, user: 3, tripwire: 0, rollovers: 0 },
    connections: {
      current: connections.size,
      available: spec.maxConnections - connections.size,
      totalCreated: connections.size,
      active,
    },
    globalLock: { currentQueue: { total: 1, readers: 1, writers: 0 } },
    opLatencies: {
      reads: {
        latency: Long.fromNumber(Math.round(reads.micros)),
        ops: Long.fromNumber(Math.round(reads.ops)),
      },
      writes: { latency: Long.fromNumber(90_000), ops: Long.fromNumber(30) },
      commands: { latency: Long.fromNumber(commands * 200), ops: Long.fromNumber(commands) },
    },
    opcounters: {
      insert: 20,
      query: Math.round(reads.ops),
      update: 30,
      delete: 0,
      getmore: 2,
      command: commands,
    },
    mem: { bits: 64, resident: 512, virtual: 2048, supported: true },
    metrics: {
      cursor: {
        timedOut: Long.ZERO,
        open: { noTimeout: Long.ZERO, pinned: Long.ZERO, total: Long.ZERO },
      },
      ttl: { deletedDocuments: Long.fromNumber(77), passes: Long.fromNumber(1440) },
    },
    wiredTiger: {
      cache: {
        'maximum bytes configured': 256 * mebibyte,
        'bytes currently in the cache': 192 * mebibyte,
        'tracked dirty bytes in the cache': 16 * mebibyte,
      },
    },
  };
};

/** replSetGetStatus, with this server as the first member. */
export const replicaSetStatus = (server: MongoServer): StoredDocument => {
  const { spec, now, isPrimary, incident } = server;
  if (spec.replicaSet === undefined)
    throw new MongoCommandError(76, 'NoReplicationEnabled', 'not running with --replSet');
  const { name, others } = spec.replicaSet;
  return {
    set: name,
    date: new Date(now),
    myState: isPrimary ? 1 : 2,
    members: [
      {
        _id: 0,
        name: selfName,
        health: 1,
        state: isPrimary ? 1 : 2,
        stateStr: isPrimary ? 'PRIMARY' : 'SECONDARY',
        optimeDate: new Date(now),
        self: true,
        infoMessage: '',
      },
      ...others.map((member, index) => {
        const isLost = incident.lostMember === true && index === others.length - 1;
        return {
          _id: index + 1,
          name: member.name,
          health: isLost ? 0 : 1,
          state: isLost ? 8 : 2,
          stateStr: isLost ? '(not reachable/healthy)' : 'SECONDARY',
          optimeDate: isLost ? new Date(0) : new Date(now - member.lagSeconds * 1000),
          pingMs: Long.fromNumber(1),
          lastHeartbeatMessage: isLost ? 'Error connecting to it :: caused by :: Connection refused' : '',
          infoMessage: '',
        };
      }),
    ],
  };
};

/** The first and the last entry of the oplog. */
export const oplogEntries = ({ spec, now }: MongoServer): readonly StoredDocument[] => {
  const seconds = Math.floor(now / 1000);
  const { oplogHours = 0 } = spec.replicaSet ?? {};
  return [seconds - oplogHours * 3600, seconds].map((t) => ({
    ts: new Timestamp({ t, i: 1 }),
    op: 'n',
    ns: '',
  }));
};

const bytesPerDocument = 256;
const bytesPerIndex = 20_480;

/** Sizes of a collection in $collStats. */
export const storageStats = (server: MongoServer, namespace: string): StoredDocument => {
  if (namespace === 'local.oplog.rs')
    return { size: 300 * mebibyte, maxSize: Long.fromNumber(990 * mebibyte) };
  const { documents = [], indexes = [] } = server.collection(namespace) ?? {};
  return {
    count: documents.length,
    size: documents.length * bytesPerDocument,
    storageSize: Math.max(4096, documents.length * bytesPerDocument),
    nindexes: indexes.length,
    totalIndexSize: indexes.length * bytesPerIndex,
  };
};

/** dbStats of a database. */
export const databaseStats = (server: MongoServer, database: string): StoredDocument => {
  const all = [...server.collections.keys()].filter((namespace) => namespace.startsWith(`${database}.`));
  const sum = (field: string): number =>
    all.reduce((total, namespace) => total + Number(storageStats(server, namespace)[field]), 0);
  const storageSize = sum('storageSize');
  const indexSize = sum('totalIndexSize');
  return {
    db: database,
    collections: all.length,
    objects: sum('count'),
    avgObjSize: sum('count') === 0 ? 0 : sum('size') / sum('count'),
    dataSize: sum('size'),
    storageSize,
    indexes: sum('nindexes'),
    indexSize,
    totalSize: storageSize + indexSize,
    scaleFactor: 1,
    fsUsedSize: 40 * 1024 * mebibyte,
    fsTotalSize: 100 * 1024 * mebibyte,
  };
};

/** Rows of $currentOp: connections with an operation, with an open transaction, or idle; and index builds. */
export const currentOperations = (
  { connections, builds, now }: MongoServer,
  { idleConnections, idleSessions }: StoredDocument,
): readonly StoredDocument[] => {
  const rows = [...connections.values()].flatMap((connection): readonly StoredDocument[] => {
    const { id, opid, address, application, user, operation, transactionMs } = connection;
    const common = {
      host: selfName,
      client: address,
      connectionId: id,
      appName: application,
      effectiveUsers: [{ user, db: 'admin' }],
    };
    if (operation !== undefined)
      return [
        {
          type: 'op',
          desc: `conn${id}`,
          ...common,
          active: true,
          opid,
          secs_running: Long.fromNumber(Math.floor(operation.runningMs / 1000)),
          microsecs_running: Long.fromNumber(operation.runningMs * 1000),
          op: operation.op,
          ns: operation.ns,
          command: operation.command,
          locks: operation.isWaiting === true ? { Collection: 'w' } : {},
          waitingForLock: operation.isWaiting === true,
        },
      ];
    const idle = { type: 'op', desc: `conn${id}`, ...common, active: false };
    const transaction = {
      type: 'idleSession',
      desc: 'inactive transaction',
      ...common,
      active: false,
      transaction: { timeOpenMicros: Long.fromNumber((transactionMs ?? 0) * 1000) },
      waitingForLock: false,
    };
    return [
      ...(idleConnections === true ? [idle] : []),
      ...(idleSessions === true && transactionMs !== undefined ? [transaction] : []),
    ];
  });
  const building = [...builds].map(({ ns, command, startedAt, endsAt }): StoredDocument => {
    const done = Math.min(now, endsAt) - startedAt;
    const total = endsAt - startedAt;
    return {
      type: 'op',
      desc: 'IndexBuildsCoordinatorMongod-0',
      active: true,
      opid: 1,
      op: 'command',
      ns,
      command,
      msg: `Index Build: scanning collection: ${done}/${total}`,
      progress: { done: Long.fromNumber(done), total: Long.fromNumber(total) },
    };
  });
  // Operations of the server itself.
  return [...rows, ...building, { type: 'op', desc: 'TTLMonitor', active: false }];
};
