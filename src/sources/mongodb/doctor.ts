import type { MongoCommand, MongoDocument } from '../../clients/mongodb/mongo-types.ts';
import { type CheckResult, lacking, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding } from '../kit/contract/source.ts';
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

/** Above this share of used slots, the next burst of connections may be rejected. */
const slotWarningRatio = 0.9;

const connectionResult = (status: MongoDocument): CheckResult => {
  const connections = field(status, 'connections');
  const current = numberIn(connections, 'current');
  const available = numberIn(connections, 'available');
  if (current === undefined || available === undefined)
    return 'the server does not report the number of connections';
  const what = `${current} of ${current + available} connections used (net.maxIncomingConnections)`;
  return current < slotWarningRatio * (current + available)
    ? what
    : lacking(what, 'lower maxPoolSize of the clients, or raise net.maxIncomingConnections of the server');
};

/** The reading privileges of our login. */
const readResults = (client: MongoClient, privileges: LoginPrivileges): readonly CheckResult[] => {
  const { user } = privileges;
  const all = readPrivilegesOf(client);
  if (user === undefined)
    return [
      lacking(
        'no user is logged in: the server may not require a login',
        'enable authorization on the server, and set user: and password: of this source',
      ),
    ];
  const missing = all.filter(([needed]) => !privileges.has(needed));
  if (missing.length === 0) return [`${user} has every privilege that opsdeck needs to read`];
  const role = createRoleText(
    'opsdeckReads',
    all.map(([needed]) => needed),
  );
  return [
    ...missing.map(([needed, loss]) =>
      lacking(
        `${loss}: ${user} lacks ${privilegeText(needed)}`,
        `grant ${user} a role with ${privilegeText(needed)}`,
      ),
    ),
    `least privileges: ${role}`,
  ];
};

const serverResults = async (client: MongoClient, signal: AbortSignal): Promise<readonly CheckResult[]> => {
  const admin = (command: MongoDocument) => ({ database: 'admin', command });
  const commands: readonly MongoCommand[] = [
    admin({ buildInfo: 1 }),
    admin({ connectionStatus: 1, showPrivileges: true }),
    { ...admin({ serverStatus: 1 }), mayFail: true },
  ];
  const { replies, member } = await client.askAll({ commands }, signal);
  const [build = {}, connection = {}, status = {}] = replies;
  const privileges = parsePrivileges(connection);
  const role = member.setName === undefined ? member.role : `${member.role} of ${member.setName}`;
  return [
    `MongoDB ${textIn(build, 'version') || 'of unknown version'} at ${client.displayAddress} as ${privileges.user ?? 'no user'}: ${member.address} is ${role}`,
    ...readResults(client, privileges),
    ...(status.ok === 1 ? [connectionResult(status)] : []),
  ];
};

/** Examines the server: its version and role, the privileges of our user, and free connection slots. */
export const diagnoseMongo = (client: MongoClient, signal: AbortSignal): Promise<readonly Finding[]> =>
  runChecks(client, [{ call: 'login', run: () => serverResults(client, signal) }], signal);
