import { Long, UUID } from 'bson';
import { isObject } from '../../../domain/text/value-text.ts';
import type { StoredDocument } from '../../model/spec/mongodb.ts';
import { runPipeline } from './aggregate.ts';
import type { MongoCall, MongoHandler } from './call.ts';
import { MongoCommandError } from './command-error.ts';
import { isMatchOf, projected, sorted } from './match.ts';
import { databaseStats, mongoVersion, oplogEntries, replicaSetStatus, serverStatus } from './status.ts';
import { writeCommands } from './write-commands.ts';

const recordOf = (value: unknown): StoredDocument => (isObject(value) ? value : {});
const recordsOf = (value: unknown): readonly StoredDocument[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

const defaultBatch = 101;

/** The first batch of a cursor; the rest is kept for getMore. */
const cursorReply = (
  { cursors }: MongoCall,
  ns: string,
  documents: readonly StoredDocument[],
  batchSize: unknown,
): StoredDocument => {
  const size = typeof batchSize === 'number' ? batchSize : defaultBatch;
  const rest = documents.slice(size);
  const id = rest.length === 0 ? Long.ZERO : Long.fromNumber(2 ** 60 + 4096 * (cursors.size + 1));
  if (rest.length > 0) cursors.set(String(id), rest);
  return { cursor: { firstBatch: documents.slice(0, size), id, ns }, ok: 1 };
};

const find: MongoHandler = (call) => {
  const { server, command, database } = call;
  const ns = `${database}.${String(command.find)}`;
  const documents = ns === 'local.oplog.rs' ? oplogEntries(server) : (server.collection(ns)?.documents ?? []);
  const found = sorted(
    documents.filter((document) => isMatchOf(document, recordOf(command.filter))),
    recordOf(command.sort),
  );
  const limit = Number(command.limit ?? 0);
  const shown = projected(limit === 0 ? found : found.slice(0, limit), recordOf(command.projection));
  return cursorReply(call, ns, shown, command.batchSize);
};

const getMore: MongoHandler = (call) => {
  const { cursors, command, database } = call;
  const id = String(command.getMore);
  const documents = cursors.get(id);
  if (documents === undefined) throw new MongoCommandError(43, 'CursorNotFound', `cursor id ${id} not found`);
  const size = Number(command.batchSize ?? 0) || documents.length;
  const rest = documents.slice(size);
  if (rest.length === 0) cursors.delete(id);
  else cursors.set(id, rest);
  return {
    cursor: {
      nextBatch: documents.slice(0, size),
      id: rest.length === 0 ? Long.ZERO : Long.fromString(id),
      ns: `${database}.${String(command.collection)}`,
    },
    ok: 1,
  };
};

const aggregate: MongoHandler = (call) => {
  const { server, command, database } = call;
  const ns = `${database}.${typeof command.aggregate === 'string' ? command.aggregate : '$cmd.aggregate'}`;
  return cursorReply(
    call,
    ns,
    runPipeline(server, ns, recordsOf(command.pipeline)),
    recordOf(command.cursor).batchSize,
  );
};

const listIndexes: MongoHandler = (call) => {
  const { server, command, database } = call;
  const ns = `${database}.${String(command.listIndexes)}`;
  const collection = server.collection(ns);
  if (collection === undefined)
    throw new MongoCommandError(26, 'NamespaceNotFound', `ns does not exist: ${ns}`);
  return cursorReply(
    call,
    ns,
    collection.indexes.map(({ uses: _, ...index }) => ({ v: 2, ...index })),
    undefined,
  );
};

const listCollections: MongoHandler = (call) => {
  const prefix = `${call.database}.`;
  const filter = isObject(call.command.filter) ? call.command.filter : {};
  const rows = [...call.server.collections]
    .filter(([ns]) => ns.startsWith(prefix))
    .map(([ns, { made }]) => ({
      name: ns.slice(prefix.length),
      type: 'collection',
      ...(call.command.nameOnly === true
        ? {}
        : { info: { readOnly: false, uuid: new UUID(call.server.uuidOf(ns, made)) } }),
    }));
  return cursorReply(
    call,
    `${prefix}$cmd.listCollections`,
    rows.filter((row) => isMatchOf(row, filter)),
    undefined,
  );
};

const getParameter: MongoHandler = ({ server, command }) => {
  const isDetailed = isObject(command.getParameter) && command.getParameter.showDetails === true;
  const found = Object.keys(command).flatMap((name): readonly (readonly [string, unknown])[] => {
    const value = server.parameters.get(name);
    if (value === undefined) return [];
    return [[name, isDetailed ? { value, settableAtRuntime: true, settableAtStartup: true } : value]];
  });
  if (found.length === 0) throw new MongoCommandError(72, 'InvalidOptions', 'no option found to get');
  return { ...Object.fromEntries(found), ok: 1 };
};

const connectionStatus: MongoHandler = ({ server, connection }) => {
  const user = server.spec.users.find(({ name }) => name === connection.user);
  return {
    authInfo: {
      authenticatedUsers: user === undefined ? [] : [{ user: user.name, db: 'admin' }],
      authenticatedUserRoles: [],
      authenticatedUserPrivileges: user?.privileges ?? [
        { resource: { anyResource: true }, actions: ['anyAction'] },
      ],
    },
    ok: 1,
  };
};

const listDatabases: MongoHandler = ({ server }) => {
  const names = new Set([...server.collections.keys()].map((ns) => ns.split('.', 1)[0] ?? ''));
  return {
    databases: [...names].map((name) => ({
      name,
      sizeOnDisk: databaseStats(server, name).totalSize,
      empty: false,
    })),
    ok: 1,
  };
};

const usersInfo: MongoHandler = ({ server, command }) => {
  const { user } = recordOf(command.usersInfo);
  const name = typeof command.usersInfo === 'string' ? command.usersInfo : user;
  return {
    users: server.spec.users
      .filter((userSpec) => userSpec.name === name)
      .map((userSpec) => ({ _id: `admin.${userSpec.name}`, user: userSpec.name, db: 'admin', roles: [] })),
    ok: 1,
  };
};

/** An index whose first field is in the filter is used; otherwise the collection is scanned. */
const winningPlan = ({ server, command, database }: MongoCall): StoredDocument => {
  const { find: collection, filter } = recordOf(command.explain);
  const { indexes = [] } = server.collection(`${database}.${String(collection)}`) ?? {};
  const used = indexes.find(({ key }) => Object.hasOwn(recordOf(filter), Object.keys(key)[0] ?? ''));
  return used === undefined
    ? { stage: 'COLLSCAN', direction: 'forward' }
    : { stage: 'FETCH', inputStage: { stage: 'IXSCAN', keyPattern: used.key, indexName: used.name } };
};

const handlers: Readonly<Record<string, MongoHandler>> = {
  aggregate,
  buildInfo: () => ({
    version: mongoVersion,
    versionArray: [7, 0, 14, 0],
    maxBsonObjectSize: 16_777_216,
    ok: 1,
  }),
  connectionStatus,
  count: ({ server, command, database }) => {
    const documents = server.collection(`${database}.${String(command.count)}`)?.documents ?? [];
    return { n: documents.filter((document) => isMatchOf(document, recordOf(command.query))).length, ok: 1 };
  },
  dbStats: ({ server, database }) => ({ ...databaseStats(server, database), ok: 1 }),
  endSessions: () => ({ ok: 1 }),
  explain: (call) => ({ queryPlanner: { winningPlan: winningPlan(call) }, ok: 1 }),
  find,
  getMore,
  getParameter,
  killCursors: ({ cursors, command }) => {
    for (const id of Array.isArray(command.cursors) ? command.cursors : []) cursors.delete(String(id));
    return { cursorsKilled: command.cursors, ok: 1 };
  },
  listCollections,
  listDatabases,
  listIndexes,
  ping: () => ({ ok: 1 }),
  replSetGetStatus: ({ server }) => ({ ...replicaSetStatus(server), ok: 1 }),
  serverStatus: ({ server }) => ({ ...serverStatus(server), ok: 1 }),
  usersInfo,
  ...writeCommands,
};

/** Actions and resources that commands need; others need none. Source: MongoDB docs, Privilege Actions. */
const clusterActions: Readonly<Record<string, string>> = {
  getParameter: 'getParameter',
  killOp: 'killop',
  listDatabases: 'listDatabases',
  replSetGetStatus: 'replSetGetStatus',
  serverStatus: 'serverStatus',
  setParameter: 'setParameter',
};
const databaseActions: Readonly<Record<string, string>> = {
  count: 'find',
  createIndexes: 'createIndex',
  dbStats: 'dbStats',
  dropIndexes: 'dropIndex',
  find: 'find',
  listCollections: 'listCollections',
  listIndexes: 'listIndexes',
  profile: 'enableProfiler',
  update: 'update',
  updateUser: 'changePassword',
  usersInfo: 'viewUser',
};
const stageActions: Readonly<Record<string, string>> = {
  $currentOp: 'inprog',
  $collStats: 'collStats',
  $indexStats: 'indexStats',
};

const assertAuthorized = ({ server, connection, command, database }: MongoCall, name: string): void => {
  const { privileges } = server.spec.users.find((user) => user.name === connection.user) ?? {
    privileges: [],
  };
  if (privileges === undefined) return;
  const [stage = ''] = Object.keys(recordsOf(command.pipeline)[0] ?? {});
  const isReadProfile = name === 'profile' && command.profile === -1;
  const action =
    name === 'aggregate' ? (stageActions[stage] ?? 'find') : isReadProfile ? 'find' : databaseActions[name];
  const cluster = stage === '$currentOp' ? 'inprog' : clusterActions[name];
  const collection = isReadProfile ? 'system.profile' : String(command[name]);
  const isGranted = privileges.some(({ resource, actions }) => {
    if (cluster !== undefined) return resource.cluster === true && actions.includes(cluster);
    if (action === undefined) return true;
    const isPlace =
      (resource.db === '' || resource.db === database) &&
      (resource.collection === collection ||
        (resource.collection === '' && !collection.startsWith('system.')));
    return isPlace && actions.includes(action);
  });
  if ((cluster ?? action) !== undefined && !isGranted)
    throw new MongoCommandError(
      13,
      'Unauthorized',
      `not authorized on ${database} to execute command { ${name}: ${String(command[name])} }`,
    );
};

/** Executes a command of a logged-in connection. Throws MongoCommandError. */
export const executeMongoCommand = async (call: MongoCall): Promise<StoredDocument> => {
  const [name = ''] = Object.keys(call.command);
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (handler === undefined) throw new MongoCommandError(59, 'CommandNotFound', `no such command: '${name}'`);
  assertAuthorized(call, name);
  try {
    return await handler(call);
  } catch (error) {
    // An unknown operator.
    if (error instanceof RangeError) throw new MongoCommandError(2, 'BadValue', error.message);
    throw error;
  }
};
