import type { Millis } from '../base/fault.ts';
import type { Tier } from '../profile/profile.ts';
import {
  type Danger,
  type OperationCall,
  type OperationImpact,
  type Plan,
  splitUse,
} from '../runbooks/operation.ts';
import type { FollowUp, ParamValues } from '../runbooks/runbook.ts';
import type { Position } from '../text/position.ts';

/** An expired login: its source, the denied request, and the argv that renews it, if known. */
export interface ExpiredLogin {
  readonly source: string;
  readonly why: string;
  readonly argv?: readonly string[];
}

/** The confirmations that a step requires of the operator, by tier, danger, profile and step. */
export interface Gate {
  /** The environment must be armed (production, or `guard.readOnly`). */
  readonly arm: boolean;
  readonly confirm: boolean;
  readonly preview: boolean;
  /** The operator must type the target's name. */
  readonly typed: boolean;
  /** Cancel window in ms between the confirmation and the first request. */
  readonly windowMs: Millis;
}

/** Checks before anything is sent, besides the operator's answers. */
export type CheckKind =
  | 'permission'
  | 'freeze'
  | 'quiet'
  | 'role'
  | 'action'
  | 'rate'
  | 'lock'
  | 'blast'
  | 'target'
  | 'checklist'
  | 'outage'
  | 'state'
  | 'approval'
  | 'report';

/** One check that could forbid a run, shown in the preview and recorded with the run. */
export interface GateCheck {
  readonly what: CheckKind;
  /** False: the run is forbidden (or needs more: then `why` says what). 'unknown': the check failed. */
  readonly ok: boolean | 'unknown';
  /** The run is allowed, but the name must be typed. */
  readonly asks?: true;
  readonly why: string;
  readonly remedy?: string;
}

/** A change of the profile that would meet a requirement. The person who reviews the profile decides whether to make it. */
export interface ProfileEdit {
  /** `change`: in place of the setting at the position. `add`: to the map or list there. */
  readonly does: 'change' | 'add';
  /** The map or list to which the lines are added: `guard`. Absent: they follow the line of the position. */
  readonly to?: string;
  readonly yaml: string;
  readonly position: Position;
}

/** One requirement that a refused run does not meet: a check, an answer of the operator, or a value. */
export interface MissingRequirement {
  readonly what: CheckKind | 'review' | 'plan' | 'arm' | 'confirm' | 'done';
  readonly why: string;
  readonly remedy?: string;
  /** Where the profile states the requirement. Absent: nowhere, or unknown. */
  readonly position?: Position;
  readonly edit?: ProfileEdit;
}

/** Impact of a run, shown before the confirmation. Absent numbers are unknown, never 0. */
export interface BlastRadius extends OperationImpact {
  /** Number of distinct targets of all its steps, each with the objects for which it stands. */
  readonly objects: number;
  /** The other wholes that it affects, besides that of `share`; the most affected one first. */
  readonly otherShares?: readonly NonNullable<OperationImpact['share']>[];
  /** The sums that are lower bounds, because some of their parts are unknown. Absent: none. */
  readonly lowerBounds?: readonly ImpactSum[];
}

/** A number that is summed over the actions of a run. */
export type ImpactSum = 'connections' | 'requestsPerSecond';

/** An object as shown when the operator asked to act on it: its name, and its identity. */
export interface ShownTarget {
  readonly name: string;
  readonly uid: string;
}

/** One planned act step: its pinned plan (none for a manual step) and its gate. */
export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly manual: boolean;
  readonly danger: Danger;
  readonly gate: Gate;
  readonly plan?: Plan;
  /** The account as which its system knows the login. It is data and grants nothing. Absent: the system did not tell. */
  readonly account?: string;
  /** Its undo, when the plan captured the previous state; several calls when its targets had different states. */
  readonly undo?: readonly OperationCall[];
  /** Iteration of a loop: its value and number, from 1. */
  readonly each?: { readonly value: string; readonly nth: number; readonly of: number };
  /** Pause in ms before this iteration of a loop. */
  readonly pauseMs?: Millis;
  readonly timeoutMs?: Millis;
  readonly ask?: boolean;
  readonly needs?: string;
  /** Notes of the runbook's author for this step, with the values of its parameters. */
  readonly notes?: string;
}

/** The operator's reasons for overriding failed checks. They are recorded with the run. */
export interface OverrideReasons {
  /** For a freeze, quiet hours or a doubtful target. */
  readonly override?: string;
  /** For an outage: taking the last healthy instance of a service. No other reason covers it. */
  readonly outage?: string;
}

/** The preview of a run before its confirmation. Creating it changes nothing outside. */
export interface Proposal extends OverrideReasons {
  readonly run: string;
  readonly runbook: string;
  readonly title: string;
  readonly system: string;
  readonly env: string;
  readonly tier: Tier;
  readonly params: ParamValues;
  readonly steps: readonly PlannedStep[];
  /** Work that follows the run, as its runbook lists it. Absent: none, or the ledger is older. */
  readonly followUps?: readonly FollowUp[];
  /** Work that keeps the problem from coming back. Absent: none, or the ledger is older. */
  readonly preventions?: readonly FollowUp[];
  /** The strictest gate of its steps. */
  readonly gate: Gate;
  readonly danger: Danger;
  /** Distinct names of the targets, in the order of the steps. */
  readonly names: readonly string[];
  /** The names to confirm: those of the steps whose gate asks for it. Absent: all of them. */
  readonly confirmNames?: readonly string[];
  /** The names to type, where a name must be typed: those of the steps whose gate asks for it. Absent: the names to confirm. */
  readonly typeNames?: readonly string[];
  /** Texts that may be typed instead of `names`, in their order. Absent: the names. */
  readonly tokens?: readonly string[];
  readonly plannedAt: Millis;
  /** Set when a gate forbids the run or planning failed: the resulting ending, and why. */
  readonly refusal?: {
    readonly ending: 'forbidden' | 'not-applicable' | 'failed';
    readonly why: string;
    /** Every requirement of `why` by itself. Absent: the reason is none that could be met, or the ledger is older. */
    readonly missing?: readonly MissingRequirement[];
    /** The reason is an expired login: planning again after its renewal may succeed. */
    readonly login?: ExpiredLogin;
  };
  readonly blast?: BlastRadius;
  readonly checks?: readonly GateCheck[];
  /** ID of the run that this run undoes. */
  readonly undoes?: string;
  /** True: the automatic reset of a temporary change, which was confirmed with that change. */
  readonly reset?: true;
  /** True: it acts on a simulator, also where the name of its environment is that of a real one. */
  readonly drill?: true;
}

/** The account as which the system of a source knows the login. */
export interface SystemAccount {
  readonly source: string;
  readonly account: string;
}

/** 'k8s as system:serviceaccount:shop:deployer' */
export const accountText = ({ source, account }: SystemAccount): string => `${source} as ${account}`;

/** The accounts as which the systems of its steps know the login, each once. */
export const accountsOf = ({ steps }: Pick<Proposal, 'steps'>): readonly SystemAccount[] => {
  const all = steps.flatMap(({ account, plan }): readonly SystemAccount[] =>
    account === undefined || plan === undefined ? [] : [{ source: splitUse(plan.use).source, account }],
  );
  return [...new Map(all.map((each) => [accountText(each), each])).values()];
};

/** The dangers of the steps that have begun. */
export const begunDangers = (
  { steps }: Pick<Proposal, 'steps'>,
  begun: ReadonlySet<string>,
): readonly Danger[] => steps.flatMap(({ id, danger }) => (begun.has(id) ? [danger] : []));

/** Checks that are about the runbook and its target. The others refuse every run, for a while or to this person. */
const checksOfRunbook: ReadonlySet<CheckKind> = new Set([
  'permission',
  'target',
  'state',
  'action',
  'outage',
]);

/** True if the plan is refused because of the runbook, its target or its values. */
export const isRefusalOfRunbook = ({ refusal, checks = [] }: Pick<Proposal, 'refusal' | 'checks'>): boolean =>
  refusal !== undefined &&
  refusal.login === undefined &&
  checks.every(({ what, ok }) => ok !== false || checksOfRunbook.has(what));
