import { argvLine } from '../../domain/argv.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Profile } from '../../domain/profile.ts';
import type { ExpiredLogin } from '../../domain/proposal.ts';
import { saysUnauthenticated } from '../../platform/network/status.ts';

/**
 * The expired login behind a fault; undefined when it is none. What the profile says of the source (`login:`) goes before
 * what was found out from its tools, and makes one of a plain 401.
 */
export const expiredLogin = (
  { sources }: Pick<Profile, 'sources'>,
  { source, kind, message, remedy, login }: Pick<Fault, 'source' | 'kind' | 'message' | 'remedy' | 'login'>,
): ExpiredLogin | undefined => {
  const said = sources.find(({ id }) => id === source)?.login;
  const isPlain401 = kind === 'denied' && saysUnauthenticated(message) && said !== undefined;
  if (login === undefined && !isPlain401) return undefined;
  const words = typeof said === 'string' ? said : said === undefined ? remedy : undefined;
  const argv = typeof said === 'string' ? [] : (said ?? login ?? []);
  return {
    source,
    why: words === undefined || argv.length > 0 ? message : `${message}; ${words}`,
    ...(argv.length === 0 ? {} : { argv }),
  };
};

/** The same as the last words of a run that nobody could log in for. */
export const withRenewal = (why: string, { argv }: ExpiredLogin): string =>
  argv === undefined ? why : `${why}; the login has expired, renew it: ${argvLine(argv)}`;
