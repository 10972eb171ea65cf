import type { FaultKind } from '../../domain/base/fault.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { type MongoDocument, MongoError } from './mongo-types.ts';

interface Meaning {
  readonly kind: FaultKind;
  /** Precedes the server's own message. */
  readonly words?: string;
  readonly remedy?: string;
}

const notPrimary: Meaning = {
  kind: 'unreachable',
  words: 'this member is not the primary',
  remedy: 'list every member in the url of the source, so that opsdeck finds the primary',
};
const ending: Meaning = {
  kind: 'unreachable',
  words: 'the server is shutting down or changing roles: try again in a moment',
};

/** Meanings of error codes. Source: MongoDB, src/mongo/base/error_codes.yml. */
const meanings: Readonly<Record<number, Meaning>> = {
  11: { kind: 'missing', words: 'the user does not exist: check user: and authSource:' },
  18: {
    kind: 'denied',
    words: 'authentication failed',
    remedy: 'check user:, password: and authSource: of this source',
  },
  26: { kind: 'missing', words: 'the collection does not exist: check the name, and database of the source' },
  27: { kind: 'missing', words: 'the index no longer exists' },
  50: {
    kind: 'timeout',
    words: 'the server stopped the command at the time limit: narrow the query, or add an index',
  },
  59: { kind: 'missing', words: 'the server does not know this command: check the version of the server' },
  76: {
    kind: 'missing',
    words: 'the server is not a member of a replica set, so there is no replication to show',
  },
  91: ending,
  94: {
    kind: 'unreachable',
    words: 'the replica set is not initiated',
    remedy: 'run rs.initiate() once, on one member',
  },
  189: notPrimary,
  10107: notPrimary,
  11600: ending,
  11602: ending,
  13435: notPrimary,
  13436: {
    kind: 'unreachable',
    words: 'this member is neither primary nor secondary: rs.status() shows the state',
  },
};

/** Privileges by command, as actions and resources of a role. Source: MongoDB docs, Privilege Actions. */
const clusterActions: Readonly<Record<string, string>> = {
  getParameter: 'getParameter',
  killOp: 'killop',
  listDatabases: 'listDatabases',
  replSetGetStatus: 'replSetGetStatus',
  serverStatus: 'serverStatus',
  setParameter: 'setParameter',
};
const databaseActions: Readonly<Record<string, string>> = {
  aggregate: 'find',
  collStats: 'collStats',
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

const stageActions: readonly (readonly [RegExp, string])[] = [
  [/"\$currentOp"/, 'inprog'],
  [/"\$collStats"/, 'collStats'],
  [/"\$indexStats"/, 'indexStats'],
];

/** The privilege that a denied command needs: 'serverStatus on the cluster'. */
const privilegeFor = (database: string, command: MongoDocument): string => {
  const [name = ''] = Object.keys(command);
  const cluster = clusterActions[name];
  if (cluster !== undefined) return `${cluster} on the cluster`;
  const stages = JSON.stringify(command.pipeline ?? []);
  const action = stageActions.find(([pattern]) => pattern.test(stages))?.[1] ?? databaseActions[name] ?? name;
  if (action === 'inprog') return 'inprog on the cluster';
  const collection = command[name];
  const where = typeof collection === 'string' && collection !== '' ? `${database}.${collection}` : database;
  return `${action} on ${where}`;
};

/** Converts an error reply to a command of this user to a MongoError with the server's message. */
export const toMongoError = (
  { code, errmsg, codeName }: MongoDocument,
  { database, command }: { readonly database: string; readonly command: MongoDocument },
  user: string | undefined,
): MongoError => {
  const number = typeof code === 'number' ? code : -1;
  const message = oneLine(typeof errmsg === 'string' ? errmsg : String(codeName ?? 'no message'), 240);
  if (number === 13) {
    const privilege = privilegeFor(database, command);
    const remedy =
      user === undefined
        ? 'set user: and password: of this source'
        : `grant ${user} a role with the privilege ${privilege}`;
    return new MongoError('denied', `not authorized: ${privilege}`, number, remedy);
  }
  const { kind, words, remedy } = meanings[number] ?? { kind: 'malformed' };
  return new MongoError(kind, words === undefined ? message : `${words} (${message})`, number, remedy);
};

export const notMongoError = (): MongoError =>
  new MongoError(
    'malformed',
    'the response is not from MongoDB: check the port, and whether the server requires TLS',
  );
