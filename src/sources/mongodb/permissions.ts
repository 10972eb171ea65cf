import type { MongoDocument } from '../../clients/mongodb/mongo-types.ts';
import type { PermissionResult } from '../../domain/runbooks/operation.ts';
import { field, list, text } from '../kit/values/wire-value.ts';
import type { MongoClient } from './client.ts';

/** A resource of a privilege: the cluster, or a collection (`''`: every collection that is not a system collection). */
export type MongoResource = 'cluster' | { readonly db: string; readonly collection: string };

/** An action on a resource, as a role grants it. */
export interface NeededPrivilege {
  readonly action: string;
  readonly resource: MongoResource;
}

/** The privileges of our login. */
export interface LoginPrivileges {
  /** 'opsdeck@admin'; undefined without a login. */
  readonly user: string | undefined;
  has(needed: NeededPrivilege): boolean;
}

const isMatch = (granted: unknown, needed: MongoResource): boolean => {
  if (field(granted, 'anyResource') === true) return true;
  if (needed === 'cluster') return field(granted, 'cluster') === true;
  const db = text(field(granted, 'db'));
  const collection = text(field(granted, 'collection'));
  if (db === undefined || collection === undefined || (db !== '' && db !== needed.db)) return false;
  // An empty name matches every collection except system collections.
  return collection === needed.collection || (collection === '' && !needed.collection.startsWith('system.'));
};

/** Parses connectionStatus. Source: MongoDB docs, connectionStatus, Resource Document. */
export const parsePrivileges = (reply: MongoDocument): LoginPrivileges => {
  const info = field(reply, 'authInfo');
  const [first] = list(field(info, 'authenticatedUsers'));
  const granted = list(field(info, 'authenticatedUserPrivileges'));
  const name = text(field(first, 'user'));
  return {
    user: name === undefined ? undefined : `${name}@${text(field(first, 'db')) ?? ''}`,
    has: ({ action, resource }) =>
      granted.some(
        (value) =>
          isMatch(field(value, 'resource'), resource) &&
          list(field(value, 'actions')).some((name) => name === action || name === 'anyAction'),
      ),
  };
};

/** Reads the privileges of our login; the server shows everyone its own. Throws MongoError. */
const readPrivileges = async (client: MongoClient, signal: AbortSignal): Promise<LoginPrivileges> =>
  parsePrivileges(await client.ask({ connectionStatus: 1, showPrivileges: true }, signal, 'admin'));

/** 'find on shop.events', 'killop on the cluster' */
export const privilegeText = ({ action, resource }: NeededPrivilege): string => {
  if (resource === 'cluster') return `${action} on the cluster`;
  return `${action} on ${resource.collection === '' ? resource.db : `${resource.db}.${resource.collection}`}`;
};

const resourceText = (resource: MongoResource): string =>
  resource === 'cluster'
    ? '{ cluster: true }'
    : `{ db: "${resource.db}", collection: "${resource.collection}" }`;

/** The command that creates a role with these privileges, grouped by resource. */
export const createRoleText = (role: string, privileges: readonly NeededPrivilege[]): string => {
  const byResource = new Map<string, string[]>();
  for (const { action, resource } of privileges) {
    const key = resourceText(resource);
    byResource.set(key, [...(byResource.get(key) ?? []), action]);
  }
  const parts = [...byResource].map(
    ([resource, actions]) =>
      `{ resource: ${resource}, actions: [${actions.map((action) => `"${action}"`).join(', ')}] }`,
  );
  return `db.getSiblingDB("admin").createRole({ role: "${role}", privileges: [${parts.join(', ')}], roles: [] })`;
};

/** The privileges of the feeds, and what is missing without each. */
export const readPrivilegesOf = ({
  database,
}: Pick<MongoClient, 'database'>): readonly (readonly [NeededPrivilege, string])[] => {
  const all = { db: database, collection: '' };
  const oplog = { db: 'local', collection: 'oplog.rs' };
  return [
    [{ action: 'inprog', resource: 'cluster' }, 'opsdeck cannot show sessions'],
    [
      { action: 'serverStatus', resource: 'cluster' },
      'opsdeck cannot show connections, the cache and latencies',
    ],
    [{ action: 'replSetGetStatus', resource: 'cluster' }, 'opsdeck cannot show the members and their lag'],
    [{ action: 'getParameter', resource: 'cluster' }, 'opsdeck cannot show server parameters'],
    [{ action: 'listDatabases', resource: 'cluster' }, 'opsdeck cannot show the sizes of databases'],
    [{ action: 'listCollections', resource: all }, 'opsdeck cannot show sizes and indexes'],
    [{ action: 'dbStats', resource: all }, 'opsdeck cannot show the size of the database'],
    [{ action: 'collStats', resource: all }, 'opsdeck cannot show the sizes of collections'],
    [{ action: 'listIndexes', resource: all }, 'opsdeck cannot show the indexes'],
    [{ action: 'indexStats', resource: all }, 'the use of each index is unknown'],
    [{ action: 'find', resource: all }, 'opsdeck cannot read counts and queries of signals'],
    [
      { action: 'find', resource: { db: database, collection: 'system.profile' } },
      'opsdeck cannot show slow operations',
    ],
    [{ action: 'find', resource: oplog }, 'opsdeck cannot show the window of the oplog'],
    [{ action: 'collStats', resource: oplog }, 'opsdeck cannot show the size of the oplog'],
  ];
};

/** Whether our login has every one of these privileges. Throws MongoError. */
export const privilegePermit = async (
  client: MongoClient,
  needed: readonly NeededPrivilege[],
  signal: AbortSignal,
): Promise<PermissionResult> => {
  const privileges = await readPrivileges(client, signal);
  if (privileges.user === undefined)
    return { allowed: 'unknown', why: 'no user is logged in: the server may not require a login' };
  const missing = needed.filter((neededPrivilege) => !privileges.has(neededPrivilege));
  const texts = (all: readonly NeededPrivilege[]): string => all.map(privilegeText).join(', ');
  return missing.length === 0
    ? { allowed: true, why: `${privileges.user} has ${texts(needed)}` }
    : {
        allowed: false,
        why: `${privileges.user} lacks ${texts(missing)}`,
        remedy: `grant ${privileges.user} a role: ${createRoleText('opsdeckChanges', missing)}`,
      };
};
