import type { PermissionResult } from '../../domain/runbooks/operation.ts';
import type { GateCheck } from '../../domain/runs/proposal.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { CheckedRun } from '../context/check-parts.ts';
import type { PendingAct } from '../context/pending-run.ts';
import type { CheckRuling } from '../policy/ruling.ts';
import { withDeadline } from '../reads/read-deadline.ts';

/** Names the operations whose permission cannot be checked, or ''. */
const unaskable = (acts: readonly PendingAct[]): string => {
  const uses = acts.flatMap(({ operation, plan }) => (operation.permits === undefined ? [plan.use] : []));
  return uses.length === 0
    ? ''
    : `${[...new Set(uses)].join(', ')}: opsdeck cannot check the permission in advance`;
};

/**
 * The system's answer for one action. 'unknown' when it could not be asked; without `why` when the operation has no
 * check.
 */
const permitOf = async (act: PendingAct, clock: Clock, signal: AbortSignal): Promise<PermissionResult> => {
  const { operation, plan, source } = act;
  if (operation.permits === undefined) return { allowed: 'unknown', why: '' };
  try {
    return await withDeadline((stop) => operation.permits?.(plan, stop) ?? Promise.reject(), clock, signal);
  } catch (error) {
    const { message } = toFault(source, `${plan.use}, permission check`, error, clock.now());
    return { allowed: 'unknown', why: message };
  }
};

const joined = (texts: readonly (string | undefined)[]): string =>
  [...new Set(texts.filter((text) => text !== undefined && text !== ''))].join('; ');

/**
 * One check over the permissions of all systems: one denial denies the run. Empty for a run that sends nothing.
 */
export const permissionCheck = async (
  { acts }: Pick<CheckedRun, 'acts'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly CheckRuling[]> => {
  if (acts.length === 0) return [];
  const permits = await Promise.all(acts.map((act) => permitOf(act, clock, signal)));
  const denied = permits.filter(({ allowed }) => allowed === false);
  const unknown = permits.filter(({ allowed }) => allowed === 'unknown');
  const telling = denied.length > 0 ? denied : unknown.length > 0 ? unknown : permits;
  const ok = denied.length > 0 ? false : unknown.length > 0 ? 'unknown' : true;
  const remedy = joined(denied.map((permit) => permit.remedy));
  const check: GateCheck = {
    what: 'permission',
    ok,
    why: joined([...telling.map(({ why }) => why), ok === 'unknown' ? unaskable(acts) : '']),
    ...(remedy === '' ? {} : { remedy }),
  };
  return [{ check, does: ok === false ? 'forbids' : 'passes' }];
};
