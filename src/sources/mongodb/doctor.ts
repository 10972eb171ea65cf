import type { MongoDocument } from '../../clients/mongodb/mongo-types.ts';
import { type Finding, failedFinding } from '../kit/contract/source.ts';
import { field } from '../kit/values/wire-value.ts';
import type { MongoClient } from './client.ts';
import { numberIn, textIn } from './parse.ts';
import {
  createRoleText,
  type LoginPrivileges,
  parsePrivileges,
  privilegeText,
  readPrivilegesOf,
} from './permissions.ts';

type UnsourcedFinding = Omit<Finding, 'source'>;

/** Above this share of used slots, the next burst of connections may be rejected. */
const slotWarningRatio = 0.9;

const connectionFinding = (status: MongoDocument): UnsourcedFinding => {
  const connections = field(status, 'connections');
  const current = numberIn(connections, 'current');
  const available = numberIn(connections, 'available');
  if (current === undefined || available === undefined)
    return { ok: true, what: 'the number of connections is unknown' };
  const what = `${current} of ${current + available} connections used (net.maxIncomingConnections)`;
  return current < slotWarningRatio * (current + available)
    ? { ok: true, what }
    : { ok: false, what, remedy: 'lower maxPoolSize of the clients, or raise net.maxIncomingConnections' };
};

/** The reading privileges of our login. */
const readFindings = (client: MongoClient, privileges: LoginPrivileges): readonly UnsourcedFinding[] => {
  const all = readPrivilegesOf(client);
  if (privileges.user === undefined)
    return [
      {
        ok: false,
        what: 'no user is logged in: the server may not require a login',
        remedy: 'enable authorization on the server, and set user: and password: of this source',
      },
    ];
  const missing = all.filter(([needed]) => !privileges.has(needed));
  if (missing.length === 0) return [{ ok: true, what: `${privileges.user} has every reading privilege` }];
  return [
    ...missing.map(
      ([needed, loss]): UnsourcedFinding => ({
        ok: false,
        what: `${loss}: ${privileges.user} lacks ${privilegeText(needed)}`,
        remedy: `grant ${privileges.user} a role with ${privilegeText(needed)}`,
      }),
    ),
    {
      ok: true,
      what: `least privileges: ${createRoleText(
        'opsdeckReads',
        all.map(([needed]) => needed),
      )}`,
    },
  ];
};

/** Examines the server: its version and role, the privileges of our user, and free connection slots. */
export const diagnoseMongo = async (
  client: MongoClient,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source, displayAddress } = client;
  const admin = (command: MongoDocument) => ({ database: 'admin', command });
  try {
    const { replies, member } = await client.askAll(
      {
        commands: [
          admin({ buildInfo: 1 }),
          admin({ connectionStatus: 1, showPrivileges: true }),
          { ...admin({ serverStatus: 1 }), mayFail: true },
        ],
      },
      signal,
    );
    const [build = {}, connection = {}, status = {}] = replies;
    const privileges = parsePrivileges(connection);
    const role = member.setName === undefined ? member.role : `${member.role} of ${member.setName}`;
    const found: readonly UnsourcedFinding[] = [
      {
        ok: true,
        what: `MongoDB ${textIn(build, 'version') || 'of unknown version'} at ${displayAddress} as ${privileges.user ?? 'no user'}: ${member.address} is ${role}`,
      },
      ...readFindings(client, privileges),
      ...(status.ok === 1 ? [connectionFinding(status)] : []),
    ];
    return found.map((finding) => ({ source, ...finding }));
  } catch (error) {
    return [failedFinding(client.fault('login', error))];
  }
};
