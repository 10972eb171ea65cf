import type { ExpiredLogin } from '../../domain/proposal.ts';
import { whenAborted } from '../../scheduler/bounded.ts';
import type { End } from '../end.ts';
import type { Run } from '../run-context.ts';
import { withRenewal } from './expired.ts';

/** Says that a login has expired and waits for somebody to renew it. False: nobody can, nobody did, or the run was stopped. */
export const renewed = async (run: Run, login: ExpiredLogin): Promise<boolean> => {
  const { answers, recorder, signal } = run;
  await recorder.note({ event: 'login', ...login });
  if (answers.login === undefined || signal.aborted) return false;
  const stopped = whenAborted(signal).then(() => ({ ok: false, why: 'the run was stopped' }));
  const { ok, why } = await Promise.race([answers.login(login, signal), stopped]);
  run.hasRenewed ||= ok;
  await recorder.note({ event: 'renewed', source: login.source, ok, why });
  return ok && !signal.aborted;
};

/**
 * Does something that only reads, and does it again for as long as it ends because of an expired login and that is renewed.
 * Nothing that was sent is ever repeated by this.
 */
export const throughLogin = async (
  run: Run,
  attempt: () => Promise<End | undefined>,
): Promise<End | undefined> => {
  for (;;) {
    const end = await attempt();
    if (end?.login === undefined) return end;
    if (!(await renewed(run, end.login))) return { ...end, why: withRenewal(end.why, end.login) };
  }
};

/** Asks for one login; undefined when it was renewed, else how the run ends. */
export const renewOr = async (run: Run, login: ExpiredLogin, end: End): Promise<End | undefined> =>
  (await renewed(run, login)) ? undefined : { ...end, why: withRenewal(end.why, login) };
