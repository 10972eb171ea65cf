import type { MongoCommand, MongoDocument } from '../../clients/mongodb/mongo-types.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { instancePart } from '../kit/contract/fingerprint.ts';
import { field, list, text } from '../kit/values/wire-value.ts';
import type { MongoClient } from './client.ts';
import { numberIn } from './parse.ts';
import { parsePrivileges } from './permissions.ts';

type Ask = (command: MongoCommand) => Promise<MongoDocument>;

/** The uptime of the server, in ms; undefined for a user without clusterMonitor. */
const uptimeOf = async (ask: Ask): Promise<number | undefined> => {
  try {
    return numberIn(await ask({ database: 'admin', command: { serverStatus: 1 } }), 'uptimeMillis');
  } catch (error) {
    if (error instanceof WireError && error.kind === 'denied') return undefined;
    throw error;
  }
};

/** Without it, the server shows only our own operations. */
const permissionsOf = async (ask: Ask): Promise<Pick<SystemFingerprint, 'permissions'>> => {
  const reply = await ask({ database: 'admin', command: { connectionStatus: 1, showPrivileges: true } });
  const { user, has } = parsePrivileges(reply);
  // Without a login, the server restricts nothing.
  return user === undefined
    ? {}
    : { permissions: { inprog: has({ action: 'inprog', resource: 'cluster' }) } };
};

const identify = async (ask: Ask): Promise<SystemFingerprint> => {
  const hello = await ask({ database: 'admin', command: { hello: 1 } });
  const id = field(field(hello, 'topologyVersion'), 'processId');
  const processId = text(field(id, '$oid')) ?? (id === undefined ? undefined : String(id));
  const set = text(field(hello, 'setName'));
  const members = list(field(hello, 'hosts')).flatMap((host) => text(host) ?? []);
  const name = set === undefined ? 'process' : instancePart(text(field(hello, 'me')) ?? '', 'member');
  const ageMs = processId === undefined ? undefined : await uptimeOf(ask);
  return {
    ...(await permissionsOf(ask)),
    parts: {
      ...(set === undefined ? {} : { set: `${set}: ${members.toSorted().join(', ')}` }),
      ...(processId === undefined ? {} : { [name]: `process ${processId}` }),
    },
    ...(ageMs === undefined ? {} : { ages: { [name]: ageMs } }),
  };
};

/**
 * Reads which deployment answers: the set with its members, and the process by the ID in its topology version. In a set the
 * process is that of one member, since another member may become primary. `since`: also over the other connections that have
 * answered since then. Throws MongoError.
 */
export const mongoFingerprint = (
  client: MongoClient,
  signal: AbortSignal,
  since: Millis,
): Promise<SystemFingerprint> => client.serversSince(since, identify, signal);
