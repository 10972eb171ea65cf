import { type RedisCommand, RedisError } from '../../clients/redis/redis-types.ts';
import type { PermissionResult } from '../../domain/runbooks/operation.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import type { RedisClient } from './client.ts';

/** Permissions of the feeds, as ACL rules. */
const readRules =
  '+ping +info +client|list +client|setname +slowlog|get +latency|latest +config|get +cluster|info +dbsize +type +llen +scard +zcard +hlen +xlen +strlen +acl|whoami +acl|dryrun';

/** Permissions of the operations, as ACL rules. */
const changeRules = '+client|kill +config|set +scan +unlink +flushdb +memory|purge';

/** Permissions of the feeds of a sentinel, which has few commands. */
const sentinelRules = '+ping +info +client|list +client|setname +sentinel|masters +acl|whoami +acl|dryrun';

/** The commands that give a user the permissions of the feeds, and those of the operations. */
export const aclLines = (
  user: string,
  mode = 'standalone',
): { readonly reads: string; readonly changes: string } => ({
  reads: `ACL SETUSER ${user} on >PASSWORD resetchannels -@all ${mode === 'sentinel' ? sentinelRules : `%R~* ${readRules}`}`,
  changes: `ACL SETUSER ${user} ~* ${changeRules}`,
});

/**
 * Asks the server whether our user may run a command (ACL DRYRUN, since Redis 7). 'unknown' when the server does not
 * say. Throws RedisError when it cannot be reached.
 */
export const commandPermit = async (
  client: RedisClient,
  command: RedisCommand,
  rule: string,
  signal: AbortSignal,
): Promise<PermissionResult> => {
  const { user } = client;
  try {
    const reply = await client.ask(['ACL', 'DRYRUN', user, ...command], signal);
    if (reply === 'OK') return { allowed: true, why: `${user} may run ${rule}` };
    return {
      allowed: false,
      why: `ACL: ${oneLine(String(reply), 160)}`,
      remedy: `ACL SETUSER ${user} +${rule}`,
    };
  } catch (error) {
    if (!(error instanceof RedisError) || error.code === '') throw error;
    return { allowed: 'unknown', why: `ACL DRYRUN failed: ${error.message}` };
  }
};
