import { changeRedis } from '../../../src/clients/redis/change.ts';
import type { RedisCommand, RedisReply } from '../../../src/clients/redis/redis-types.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { secret } from '../../contract/wired.ts';
import type { Address } from '../servers/server.ts';

/** A login of the real server. */
interface Login {
  readonly user: string;
  readonly password: string;
}

export const adminUser: Login = { user: 'admin', password: 'admin+password' };
/** A user without permissions of its own, except to log in and to send PING. */
export const bystander: Login = { user: 'bystander', password: 'bystander+password' };

/** The permissions that the README lists: those of the feeds, then those of the operations. */
const readRules =
  '+ping +info +client|list +client|setname +slowlog|get +latency|latest +config|get +cluster|info +dbsize +type +llen +scard +zcard +hlen +xlen +strlen +acl|whoami +acl|dryrun';
const changeRules = '+client|kill +config|set +scan +unlink +flushdb +memory|purge';

/** Lines of the file of users. Source: Redis docs, ACL, external ACL file. */
export const userRules: readonly string[] = [
  'user default off',
  `user ${adminUser.user} on >${adminUser.password} ~* &* +@all`,
  `user opsdeck on >${secret} resetchannels ~* -@all ${readRules} ${changeRules}`,
  `user ${bystander.user} on >${bystander.password} resetchannels -@all +ping +info`,
];

/** Sends commands as a user, or without a login, each on its own connection; returns their replies. Throws RedisError. */
export const redisCommands = async (
  { port }: Pick<Address, 'port'>,
  commands: readonly RedisCommand[],
  login: Login | 'none' = adminUser,
): Promise<readonly RedisReply[]> => {
  const replies: RedisReply[] = [];
  const transport = openTransport(systemClock());
  for (const command of commands)
    replies.push(
      await changeRedis(
        transport,
        { url: `redis://127.0.0.1:${port}`, ...(login === 'none' ? {} : login) },
        { command },
        AbortSignal.timeout(5000),
      ),
    );
  return replies;
};
