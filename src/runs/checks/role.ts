import type { Rung } from '../../domain/guard.ts';
import { type Danger, dangers } from '../../domain/operation.ts';
import { isNamed, type Looked, type Subject } from './looked.ts';

const rank = (danger: Danger): number => dangers.indexOf(danger);

const everybody = (name: string): string => (name === '*' ? 'everybody' : name);

const mayRun =
  ({ runbook, danger }: Pick<Subject, 'runbook' | 'danger'>) =>
  ({ may, also }: Rung): boolean =>
    rank(may) >= rank(danger) || isNamed(runbook, also);

/** 'team-lead (ana, ben)' */
const rungWords = ({ id, who }: Rung): string => `${id} (${who.map(everybody).join(', ')})`;

/** Whether an account stands on a rung that may do this. Nothing where the profile has no ladder, or where a run only reads. */
export const roleCheck = (
  subject: Pick<Subject, 'runbook' | 'danger'>,
  authority: readonly Rung[] | undefined,
  user: string,
): readonly Looked[] => {
  if (authority === undefined || subject.danger === 'read') return [];
  const { danger } = subject;
  const own = authority.filter(({ who }) => who.includes('*') || who.includes(user));
  const rung = own.findLast(mayRun(subject));
  if (rung !== undefined)
    return [{ check: { what: 'role', ok: true, why: `${user} is ${rung.id}` }, does: 'passes' }];
  const most = own.reduce<Danger>((one, { may }) => (rank(may) > rank(one) ? may : one), 'read');
  const others = authority.filter(mayRun(subject)).map(rungWords);
  const who = others.length === 0 ? 'nobody' : others.join(', ');
  const why = `this is ${danger}, which ${who} may do; ${user} may do ${most} at most`;
  const remedy = others.length === 0 ? 'the profile names nobody who may' : 'ask one of them to run it';
  return [{ check: { what: 'role', ok: false, why, remedy }, does: 'forbids' }];
};
