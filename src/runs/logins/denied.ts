import type { ExpiredLogin } from '../../domain/proposal.ts';
import { toFault } from '../../platform/fault.ts';
import { checkOnce } from '../check-again.ts';
import type { HeldAct } from '../held.ts';
import type { Run } from '../run-context.ts';
import { expiredLogin } from './expired.ts';

/**
 * The expired login because of which nothing was done at all: the step gave up before anything left, or every call that left
 * was answered with 401. Only such a step may be taken again, from the check of its target on. What the answer does not tell
 * of the login, a read of the target does.
 */
export const deniedLogin = async (
  run: Run,
  act: HeldAct,
  { before, error }: { readonly before: number; readonly error: unknown },
): Promise<ExpiredLogin | undefined> => {
  const { engine, sent, clock } = run;
  const { profile } = engine;
  const { source, plan } = act;
  if (sent.count() === before)
    return error === undefined
      ? undefined
      : expiredLogin(profile, toFault(source, plan.use, error, clock.now()));
  if (!sent.deniedFrom(before)) return undefined;
  const said = { source, kind: 'denied' as const, message: `${plan.use}: answered 401 Unauthorized` };
  return expiredLogin(profile, said) ?? (await checkOnce(run, act))?.login;
};
