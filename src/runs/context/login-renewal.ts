import type { Fault } from '../../domain/base/fault.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { ExpiredLogin } from '../../domain/runs/proposal.ts';
import { formatArgv } from '../../domain/text/format.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { saysUnauthenticated } from '../../platform/network/status.ts';
import { orAborted } from '../../platform/runtime/async.ts';
import type { ActiveRun } from './run-context.ts';
import type { RunEnd } from './run-end.ts';

/**
 * The expired login behind a fault, or undefined. The profile's `login:` takes precedence over what
 * the tools report, and also applies to a plain 401.
 */
export const expiredLogin = (
  { sources }: Pick<Profile, 'sources'>,
  { source, kind, message, remedy, login }: Pick<Fault, 'source' | 'kind' | 'message' | 'remedy' | 'login'>,
): ExpiredLogin | undefined => {
  const declared = sources.find(({ id }) => id === source)?.login;
  const isPlain401 = kind === 'denied' && saysUnauthenticated(message) && declared !== undefined;
  if (login === undefined && !isPlain401) return undefined;
  const words = typeof declared === 'string' ? declared : declared === undefined ? remedy : undefined;
  const argv = typeof declared === 'string' ? [] : (declared ?? login ?? []);
  return {
    source,
    why: words === undefined || argv.length > 0 ? message : `${message}. ${sentenceCase(words)}`,
    ...(argv.length === 0 ? {} : { argv }),
  };
};

/** Appends the renewal hint, for a run whose login was not renewed. */
export const withRenewalHint = (why: string, { argv }: ExpiredLogin): string =>
  argv === undefined ? why : `${why}. The login has expired. To renew: ${formatArgv(argv)}`;

/** Reports an expired login and waits for its renewal. False: it was not renewed, or the run was stopped. */
export const requestLoginRenewal = async (run: ActiveRun, login: ExpiredLogin): Promise<boolean> => {
  const { answers, recorder, signal } = run;
  await recorder.note({ event: 'login', ...login });
  if (answers.login === undefined || signal.aborted) return false;
  const answer = await orAborted(answers.login(login, signal), signal);
  const { ok, why } = answer ?? { ok: false, why: 'you stopped the run' };
  run.hasRenewed ||= ok;
  run.isWindowDue = true;
  await recorder.note({ event: 'renewed', source: login.source, ok, why });
  return ok && !signal.aborted;
};

/**
 * Repeats a read-only step as long as it ends because of an expired login that is then renewed. Never repeats
 * anything that was sent.
 */
export const withLoginRenewal = async (
  run: ActiveRun,
  attempt: () => Promise<RunEnd | undefined>,
): Promise<RunEnd | undefined> => {
  for (;;) {
    const end = await attempt();
    if (end?.login === undefined) return end;
    if (!(await requestLoginRenewal(run, end.login)))
      return { ...end, why: withRenewalHint(end.why, end.login) };
  }
};

/** Requests one login. Undefined when it was renewed, otherwise how the run ends. */
export const renewOrEnd = async (
  run: ActiveRun,
  login: ExpiredLogin,
  end: RunEnd,
): Promise<RunEnd | undefined> =>
  (await requestLoginRenewal(run, login)) ? undefined : { ...end, why: withRenewalHint(end.why, login) };
