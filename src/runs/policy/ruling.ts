import type { AuthorityLevel } from '../../domain/guard.ts';
import type { Danger } from '../../domain/operation.ts';
import type { GateCheck } from '../../domain/proposal.ts';
import { isAtLeast, isChanging, mostDangerous } from './danger.ts';

const everybody = (name: string): string => (name === '*' ? 'everybody' : name);

const mayRun =
  ({ runbook, danger }: RunUnderPolicy) =>
  ({ may, also }: AuthorityLevel): boolean =>
    isAtLeast(may, danger) || isRunbookListed(runbook, also);

/** 'team-lead (ana, ben)' */
const rungWords = ({ id, who }: AuthorityLevel): string => `${id} (${who.map(everybody).join(', ')})`;

/** Whether an account stands on a rung that may do this. Nothing where the profile has no ladder, or where a run only reads. */
export const roleCheck = (
  run: RunUnderPolicy,
  authority: readonly AuthorityLevel[] | undefined,
  user: string,
): readonly CheckRuling[] => {
  if (authority === undefined || !isChanging(run.danger)) return [];
  const { danger } = run;
  const own = authority.filter(({ who }) => who.includes('*') || who.includes(user));
  const rung = own.findLast(mayRun(run));
  if (rung !== undefined)
    return [{ check: { what: 'role', ok: true, why: `${user} is ${rung.id}` }, does: 'passes' }];
  const most = mostDangerous(own.map(({ may }) => may));
  const others = authority.filter(mayRun(run)).map(rungWords);
  const who = others.length === 0 ? 'nobody' : others.join(', ');
  const why = `${danger} actions require ${who}; ${user} may run at most ${most}`;
  const remedy = others.length === 0 ? 'the profile grants this to no account; see authority' : 'ask one of them to run it';
  return [{ check: { what: 'role', ok: false, why, remedy }, does: 'forbids' }];
};

/** What a check of a run found, and what follows from it. */
export interface CheckRuling {
  readonly check: GateCheck;
  /** 'asks': the name is typed. 'forbids': nothing is sent. */
  readonly does: 'passes' | 'asks' | 'forbids';
}

/** A run as the rules see it. */
export interface RunUnderPolicy {
  /** Id of its runbook; of an undo: that id with `.undo` behind it. */
  readonly runbook: string;
  readonly danger: Danger;
  /** Why a freeze is broken, in the operator's words. */
  readonly override?: string;
}

/** True when a list names the runbook. An undo may do what its runbook may. */
export const isRunbookListed = (runbook: string, ids: readonly string[]): boolean =>
  ids.includes(runbook) || ids.includes(runbook.replace(/\.undo$/, ''));
