import type { Rung } from '../../domain/guard.ts';
import { changes, mostDangerous, reaches } from './danger.ts';
import { isNamed, type RuledRun, type Ruling } from './ruling.ts';

const everybody = (name: string): string => (name === '*' ? 'everybody' : name);

const mayRun =
  ({ runbook, danger }: RuledRun) =>
  ({ may, also }: Rung): boolean =>
    reaches(may, danger) || isNamed(runbook, also);

/** 'team-lead (ana, ben)' */
const rungWords = ({ id, who }: Rung): string => `${id} (${who.map(everybody).join(', ')})`;

/** Whether an account stands on a rung that may do this. Nothing where the profile has no ladder, or where a run only reads. */
export const roleCheck = (
  run: RuledRun,
  authority: readonly Rung[] | undefined,
  user: string,
): readonly Ruling[] => {
  if (authority === undefined || !changes(run.danger)) return [];
  const { danger } = run;
  const own = authority.filter(({ who }) => who.includes('*') || who.includes(user));
  const rung = own.findLast(mayRun(run));
  if (rung !== undefined)
    return [{ check: { what: 'role', ok: true, why: `${user} is ${rung.id}` }, does: 'passes' }];
  const most = mostDangerous(own.map(({ may }) => may));
  const others = authority.filter(mayRun(run)).map(rungWords);
  const who = others.length === 0 ? 'nobody' : others.join(', ');
  const why = `this is ${danger}, which ${who} may do; ${user} may do ${most} at most`;
  const remedy = others.length === 0 ? 'the profile names nobody who may' : 'ask one of them to run it';
  return [{ check: { what: 'role', ok: false, why, remedy }, does: 'forbids' }];
};
