import { defined } from '../../domain/base/defined.ts';
import type { Tier } from '../../domain/profile/profile.ts';
import type { AuthorityLevel, Guard } from '../../domain/runbooks/guard.ts';
import type { Danger } from '../../domain/runbooks/operation.ts';
import { baseRunbookId } from '../../domain/runbooks/runbook.ts';
import type { CheckKind, GateCheck } from '../../domain/runs/proposal.ts';
import { isAtLeast, isChanging, mostDangerous } from './danger.ts';
import { isProduction } from './tiers.ts';

const accountText = (name: string): string => (name === '*' ? 'all accounts' : name);

const mayRun =
  ({ runbook, danger }: RunUnderPolicy) =>
  ({ may, also }: AuthorityLevel): boolean =>
    isAtLeast(may, danger) || isRunbookListed(runbook, also);

/** 'team-lead (ana, ben)' */
const levelText = ({ id, who }: AuthorityLevel): string => `${id} (${who.map(accountText).join(', ')})`;

/**
 * Checks whether an account's authority level allows a run. Empty where the profile defines none, or where a run only
 * reads.
 */
export const roleCheck = (
  run: RunUnderPolicy,
  authority: readonly AuthorityLevel[] | undefined,
  user: string,
): readonly CheckRuling[] => {
  if (authority === undefined || !isChanging(run.danger)) return [];
  const { danger } = run;
  const own = authority.filter(({ who }) => who.includes('*') || who.includes(user));
  const level = own.findLast(mayRun(run));
  if (level !== undefined) return [passes('role', `${user} is ${level.id}`)];
  const most = mostDangerous(own.map(({ may }) => may));
  const others = authority.filter(mayRun(run)).map(levelText);
  const need =
    others.length === 0
      ? `no role may run ${danger} actions`
      : `${danger} actions require ${others.join(', ')}`;
  const why = `${need}, and ${user} may run at most ${most}`;
  const remedy =
    others.length === 0
      ? 'the profile lets no account run this action. See authority in the profile'
      : 'ask one of these people to run the runbook';
  return [forbids('role', why, remedy, permittingLevel(run, authority, user))];
};

/** The change of `authority` that permits a run to an account: its name on the lowest level that may run it, else a level. */
const permittingLevel = (
  run: RunUnderPolicy,
  authority: readonly AuthorityLevel[],
  user: string,
): SettingEdit => {
  const level = authority.find(mayRun(run));
  return level === undefined
    ? { path: ['authority', listItem], value: `{ id: ${run.danger}, who: [${user}], may: ${run.danger} }` }
    : { path: ['authority', level.id, 'who'], value: `[${[...level.who, user].join(', ')}]` };
};

/**
 * The verbs of the generic actions that an environment permits; undefined: all. Production permits only those that its
 * profile names.
 */
export const permittedVerbs = (
  tier: Tier,
  { actions }: Pick<Guard, 'actions'>,
): readonly string[] | undefined => actions ?? (isProduction(tier) ? [] : undefined);

/** The environment of a generic action, with the verbs that it permits. */
interface VerbScope {
  readonly env: string;
  /** Absent: all. */
  readonly permitted?: readonly string[] | undefined;
}

/**
 * Why an environment does not permit a generic action, and the line of its profile that would; undefined when it does. A
 * runbook of the profile is no generic action: its author has decided.
 */
export const genericActionProblem = (
  verb: string | undefined,
  { env, permitted }: VerbScope,
): { readonly why: string; readonly line: string; readonly edit: SettingEdit } | undefined => {
  if (verb === undefined || permitted === undefined || permitted.includes(verb)) return undefined;
  const value = `[${[...permitted, verb].join(', ')}]`;
  return {
    why: `guard.actions of ${env} does not permit the action "${verb}"`,
    line: `guard: { actions: ${value} }`,
    edit: { path: ['guard', 'actions'], value },
  };
};

/** Checks whether the environment permits a generic action. Empty for a runbook, and where all are permitted. */
export const genericActionCheck = ({ verb }: RunUnderPolicy, scope: VerbScope): readonly CheckRuling[] => {
  if (verb === undefined || scope.permitted === undefined) return [];
  const problem = genericActionProblem(verb, scope);
  if (problem === undefined) return [passes('action', `guard.actions permits ${verb}`)];
  const remedy = 'start a runbook of the profile, or add the verb to guard.actions';
  return [forbids('action', problem.why, remedy, problem.edit)];
};

/** The step of a path that stands for a new item of a list. */
export const listItem = '-';

/** A setting of the profile that would permit a run: its path, and its value as YAML. */
export interface SettingEdit {
  readonly path: readonly string[];
  readonly value: string;
}

/** The result of one check, and its consequence. */
export interface CheckRuling {
  readonly check: GateCheck;
  /** The change of the profile that would permit the run. Absent: none does, or the remedy is another one. */
  readonly edit?: SettingEdit;
  /** 'asks': the name must be typed. 'forbids': nothing is sent. */
  readonly does: 'passes' | 'asks' | 'forbids';
}

/** A check that holds. 'unknown': it could not be made, and does not stop the run. */
export const passes = (what: CheckKind, why: string, ok: true | 'unknown' = true): CheckRuling => ({
  check: { what, ok, why },
  does: 'passes',
});

/** A check that permits the run once the name of its target is typed. */
export const asks = (what: CheckKind, why: string): CheckRuling => ({
  check: { what, ok: false, asks: true, why },
  does: 'asks',
});

/** A check that stops the run. */
export const forbids = (what: CheckKind, why: string, remedy?: string, edit?: SettingEdit): CheckRuling => ({
  check: { what, ok: false, why, ...defined({ remedy }) },
  does: 'forbids',
  ...defined({ edit }),
});

const overridable: readonly GateCheck['what'][] = ['freeze', 'quiet', 'target', 'checklist', 'outage'];

/** True when a reason of the operator can override a check of this kind. All other refusals are final. */
export const isOverridable = (what: GateCheck['what']): boolean => overridable.includes(what);

/** A run, in the form that policies need. */
export interface RunUnderPolicy {
  /** Id of its runbook; for an undo, that id followed by `.undo`. */
  readonly runbook: string;
  readonly danger: Danger;
  /** The verb of a generic action; absent for a runbook of the profile, and for an undo. */
  readonly verb?: string;
  /** The operator's reason for overriding a freeze. */
  readonly override?: string;
}

/** True when a list names the runbook. An undo has the permissions of its runbook. */
export const isRunbookListed = (runbook: string, ids: readonly string[]): boolean =>
  ids.includes(runbook) || ids.includes(baseRunbookId(runbook));
