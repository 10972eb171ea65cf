import type { Fault, Millis } from '../base/fault.ts';
import type { FactKind } from '../facts/facts.ts';
import type { SentAction } from '../incidents/incident-event.ts';
import { isSecretParam } from '../mask/secret-fields.ts';
import type { Position } from '../text/position.ts';
import type { Danger, DeclaredEffect } from './operation.ts';

const reference = /\$\{(?:param\.([^}]{0,200})|(each))\}/g;

/** Replaces the parameters in a title or an expression by their values, where set. For display only, never parsed. */
export const withParamValues = (text: string, values: ParamValues): string =>
  text.replaceAll(reference, (written: string, param?: string, each?: string) => {
    const value = values[param ?? each ?? ''];
    if (value === undefined) return written;
    return typeof value === 'object' ? value.join(', ') : String(value);
  });

/** Replaces the parameters in the titles of steps. */
export const withReadableTitles = <S extends { readonly title: string }>(
  steps: readonly S[],
  values: ParamValues,
): readonly S[] => steps.map((step) => ({ ...step, title: withParamValues(step.title, values) }));

/**
 * A validated parameter value of the declared type. A duration keeps its text: '30s'. A list is a selection ('choices')
 * without duplicates, in the order of selection.
 */
export type ParamValue = string | number | boolean | readonly string[];

/** Values of a runbook's parameters, by name. */
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** 'choices': several of the choices, in the order of selection. */
type ParamType = 'choice' | 'choices' | 'string' | 'int' | 'duration' | 'boolean';

/** A reading operation, or a feed, whose rows are the choices of a parameter, in their order. */
export interface ChoiceReading {
  /** `source.operation` of danger read, or `source.feed`. */
  readonly use: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** The column with the values. */
  readonly value: string;
  /** Column values of the rows that can be chosen; other rows are listed, and cannot be chosen. */
  readonly only?: Readonly<Record<string, string | number | boolean>>;
  /** The column with the time at which a choice was made, ISO 8601. */
  readonly made?: string;
  /** The columns that describe a choice. */
  readonly note?: readonly string[];
}

/** A typed parameter of a runbook. */
export interface ParamSpec {
  readonly name: string;
  readonly type: ParamType;
  /** `choice`: source of the choices, `KIND.FIELD` ('breakers.name'). */
  readonly from?: string;
  /** `choice`: only rows that match this test ('state = open'). */
  readonly where?: string;
  /** `choice`: fixed choices. */
  readonly of?: readonly string[];
  /** `choice`: the operation whose rows are the choices. `string`: the first row is offered, and any other text can be typed. */
  readonly read?: ChoiceReading;
  /**
   * `choice`: an earlier parameter that takes several values; a choice must match `where` for each of them, as `${each}`.
   */
  readonly each?: string;
  /** `choice`: the field with the time at which a choice was made. The newest one from before the problem comes first. */
  readonly made?: string;
  /** `choice`: rows that are not recommended, and why. Choosing one requires a reason. */
  readonly avoid?: readonly { readonly that: string; readonly why: string }[];
  readonly pattern?: string;
  /** `int`: minimum value; `choices`: minimum number (default 1). */
  readonly min?: number;
  /** `int`: maximum value; `choices`: maximum number (default 10). */
  readonly max?: number;
  /** `int`: the number that the runbook recommends, which the field offers. */
  readonly recommended?: number;
  /** `string`: the value may have several lines. Only texts that opsdeck composes itself do. */
  readonly isMultiline?: true;
  readonly default?: ParamValue;
  /** The default contains a variable of the profile, so that it differs between environments. */
  readonly isProfileDefault?: true;
  readonly title?: string;
}

/** Returns whether the value of a parameter is a secret: a text under the name of one. A choice is a name, not a secret. */
export const isSecretSpec = ({ type, name }: Pick<ParamSpec, 'type' | 'name'>): boolean =>
  type === 'string' && isSecretParam(name);

/**
 * Where the value of a parameter came from.
 * - `default`: the runbook
 * - `profile`: the runbook, with a variable of the profile
 * - `you`: typed or selected on the card
 * - `row`: the row that the runbook was started on
 * - `run`: an earlier run that is repeated
 * - `only`: the only choice
 */
export type ParamOrigin = 'default' | 'profile' | 'you' | 'row' | 'run' | 'only';

/** Origins of the values of a runbook's parameters, by name. */
export type ParamOrigins = Readonly<Record<string, ParamOrigin>>;

/** A read-only step whose output is shown before the confirmation. */
export interface DiagnoseStep {
  readonly id: string;
  readonly title: string;
  /** `source.feed` or `source.operation` of danger read. */
  readonly use?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** Declares that an operation without a declared danger (a program run in a pod or on a host) is read-only here. */
  readonly danger?: 'read';
  /** An expression whose value is shown. */
  readonly that?: string;
  readonly manual?: boolean;
  /** Time limit; partial output is shown. Default 60 s. */
  readonly timeoutMs?: Millis;
  /** False: drafted and not yet reviewed by a person; it is not executed. */
  readonly reviewed?: false;
  readonly covers?: readonly string[];
}

export interface ActStep {
  readonly id: string;
  readonly title: string;
  /** `source.operation`; absent for a manual step. */
  readonly use?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly manual?: boolean;
  /** Raises the operation's danger; required when the operation declares none. */
  readonly danger?: Danger;
  /** Requires more than the tier's default gate. */
  readonly gate?: 'confirm' | 'typed';
  /**
   * Repeats the step for each value of this `choices` parameter, in sequence: `${each}` in its title and `with` is the
   * value. The first failure ends the run.
   */
  readonly each?: string;
  /** Pause in ms between iterations. */
  readonly pauseMs?: Millis;
  /** Time limit. Default 5 min, at most 2 h. */
  readonly timeoutMs?: Millis;
  /** Abort point: before this step, once something was executed, the operator is asked whether to continue. */
  readonly ask?: boolean;
  /**
   * Condition, evaluated on readings that began after the previous step: unless it is true, the run ends without this
   * step.
   */
  readonly needs?: string;
  /**
   * Parts and counters of the fingerprints of systems that it is meant to change: 'role' and 'timeline' by a failover. See
   * `Plan.changesSystem`.
   */
  readonly changesSystem?: readonly string[];
  /** The rows that it ends or replaces, where its operation cannot know: `exec`, an HTTP request, a manual step. */
  readonly effects?: readonly DeclaredEffect[];
  /** Notes for the operator, by the author: shown where the step is confirmed, asked for or ticked. */
  readonly notes?: string;
  /** False: drafted and not yet reviewed by a person; it is not executed. */
  readonly reviewed?: false;
  readonly covers?: readonly string[];
}

/** Work that follows a run, such as a ticket or a review. */
export interface FollowUp {
  readonly id: string;
  readonly title: string;
  /** Notes for the operator, by the author. */
  readonly notes?: string;
  readonly covers?: readonly string[];
}

/** Expected result of a reading operation. All given parts must match. */
export interface ExpectedResult {
  /** Bound on the number of rows: '= 0', '>= 1'. */
  readonly rows?: string;
  /** Column of `value`; default the first. */
  readonly column?: string;
  /** A bound ('>= 99.5') or the value itself, for the column in the first row; without rows, for the whole text. */
  readonly value?: string;
  readonly status?: number;
  /** Values of a JSON document, by path ('details.state'). */
  readonly json?: Readonly<Record<string, string | number | boolean | null>>;
  /** Regular expression that must match a line of the text. */
  readonly matches?: string;
  /** Path in a JSON document ('metadata.uid') that `change` compares; for rows, `column` selects it. */
  readonly path?: string;
  /**
   * Required difference from the same reading before the action ('> 0', '= 3'); 'any': a different value. With
   * `matches` the value is its first group.
   */
  readonly change?: string;
}

/**
 * One check of the verification, on an expression or a reading operation: it must become true within `withinMs`, and
 * hold for `forMs`.
 */
export interface VerifyStep {
  readonly id: string;
  readonly title: string;
  /** An expression; or `use` with `expect`. */
  readonly that?: string;
  /** `source.operation` of danger read. */
  readonly use?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** Declares that an operation without a declared danger is read-only here. */
  readonly danger?: 'read';
  readonly expect?: ExpectedResult;
  readonly withinMs: Millis;
  readonly forMs: Millis;
  /** The function by which the server counts what `expect` compares, without telling its parts: 'count()'. */
  readonly hiddenBy?: string;
  /** Must hold, but proves nothing: it is also true before the action. */
  readonly guard?: true;
  /** Shows the symptom, although it reads another source than the one that `when` names. */
  readonly symptom?: true;
  /** False: drafted and not yet reviewed by a person; it is not executed. */
  readonly reviewed?: false;
  readonly covers?: readonly string[];
}

export interface Runbook {
  readonly id: string;
  readonly title: string;
  readonly covers: readonly string[];
  /** Words and messages by which people search for it, beyond those of its other texts. Absent: none. */
  readonly symptoms?: readonly string[];
  /** The expression that suggests the runbook. */
  readonly when?: string;
  /** The workloads whose last deployment it takes back. Absent: those of its rollback steps. */
  readonly reverts?: readonly string[];
  /** False: a draft that no person has reviewed; it cannot be run. Its steps may be unreviewed on their own. */
  readonly reviewed?: false;
  readonly params: readonly ParamSpec[];
  readonly diagnose: readonly DiagnoseStep[];
  readonly act: readonly ActStep[];
  /** 'none': no verification required. Empty list: no verification defined, so a run can never end as recovered. */
  readonly verify: readonly VerifyStep[] | 'none';
  /** Work that follows a run, and holds neither its verification nor its ending. Absent: none. */
  readonly after?: readonly FollowUp[];
  /** Work that keeps its problem from coming back. Absent: none. */
  readonly prevent?: readonly FollowUp[];
  /** True: another person must approve each run. */
  readonly approval?: true;
  /** The checklist that gates its start. Absent: none. */
  readonly checklist?: string;
  /** Watch time of a recovered run, to detect a relapse. Absent: 10 min. 0: not watched. */
  readonly watchMs?: Millis;
  /** Signals for the load on its target, shown in the preview. */
  readonly impact?: { readonly requests?: string; readonly connections?: string };
  /** Notes for the operator, by the author. */
  readonly notes?: string;
  /** Set for a generic action of a source, which no profile has written. */
  readonly generic?: {
    /** The verb by which a profile permits it. */
    readonly verb: string;
    readonly source: string;
    /** The kinds of its rows, and their test. Absent: all of the kinds. */
    readonly on: readonly FactKind[];
    readonly where?: string;
    /** True: also listed among the runbooks of the profile. */
    readonly isListed?: true;
  };
  /** Set for a runbook that reports a declared incident to a source of `incident`, which no profile has written. */
  readonly reports?: SentAction;
  readonly position: Position;
  /** Set when a reference in it has no value: it can be shown but not run. */
  readonly problem?: Fault;
}

const undoSuffix = '.undo';
const resetSuffix = '.reset';

/** Id of the runbook that undoes a run of the runbook `id`. */
export const undoRunbookId = (id: string): string => `${id}${undoSuffix}`;

/** Id of the runbook that resets a temporary change of the runbook `id`. */
export const resetRunbookId = (id: string): string => `${id}${resetSuffix}`;

/** Id of the runbook itself, for an undo or a reset of it. */
export const baseRunbookId = (id: string): string => {
  const suffix = [undoSuffix, resetSuffix].find((text) => id.endsWith(text));
  return suffix === undefined ? id : id.slice(0, -suffix.length);
};
