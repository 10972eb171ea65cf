import type { Fault, Millis } from './fault.ts';
import type { Danger } from './operation.ts';
import type { Position } from './position.ts';

const reference = /\$\{(?:param\.([^}]*)|(each))\}/g;

/** A title or an expression for people: its parameters as their values, where they have one. Only shown, never parsed. */
export const withParamValues = (text: string, values: ParamValues): string =>
  text.replaceAll(reference, (written: string, param?: string, each?: string) => {
    const value = values[param ?? each ?? ''];
    if (value === undefined) return written;
    return typeof value === 'object' ? value.join(', ') : String(value);
  });

/** Steps whose titles are read by people. */
export const withReadableTitles = <S extends { readonly title: string }>(
  steps: readonly S[],
  values: ParamValues,
): readonly S[] => steps.map((step) => ({ ...step, title: withParamValues(step.title, values) }));

/**
 * A parameter's value, checked and of its own type. A duration stays as it was written: '30s'. A list is a selection
 * ('choices'), in the order in which it was made, each once.
 */
export type ParamValue = string | number | boolean | readonly string[];

/** Values of a runbook's parameters, by name. */
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** 'choices': several of what there is to choose from, in the order in which they were chosen. */
type ParamType = 'choice' | 'choices' | 'string' | 'int' | 'duration' | 'boolean';

/** A typed parameter of a runbook. */
export interface ParamSpec {
  readonly name: string;
  readonly type: ParamType;
  /** `choice`: where the choices come from, `KIND.FIELD` ('breakers.name'). */
  readonly from?: string;
  /** `choice`: only rows that meet this test ('state = open'). */
  readonly where?: string;
  /** `choice`: fixed choices. */
  readonly of?: readonly string[];
  readonly pattern?: string;
  /** `int`: the least value; `choices`: how many at least (default 1). */
  readonly min?: number;
  /** `int`: the greatest value; `choices`: how many at most (default 10). */
  readonly max?: number;
  readonly default?: ParamValue;
  readonly title?: string;
}

/** A read-only step whose output is shown before anyone acts. */
export interface DiagnoseStep {
  readonly id: string;
  readonly title: string;
  /** `source.feed` or `source.operation` of danger read. */
  readonly use?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** The author's word that an operation without a danger of its own (a program run in a pod, on a host) reads here. */
  readonly danger?: 'read';
  /** An expression to show the truth of. */
  readonly that?: string;
  readonly manual?: boolean;
  /** No answer after that long: it is given up, and what came until then is shown. Default 60 s. */
  readonly timeoutMs?: Millis;
  readonly covers?: readonly string[];
}

export interface ActStep {
  readonly id: string;
  readonly title: string;
  /** `source.operation`; absent for a manual step. */
  readonly use?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly manual?: boolean;
  /** Raises the operation's danger; required where the operation has none of its own. */
  readonly danger?: Danger;
  /** Asks for more than the tier's row. */
  readonly gate?: 'confirm' | 'typed';
  /**
   * Done once for each value of this `choices` parameter, one behind the other: `${each}` in its title and `with` is the
   * value. The first that does not succeed ends the run.
   */
  readonly each?: string;
  /** Ms between two of a loop. */
  readonly pauseMs?: Millis;
  /** It is ended when it takes longer. Default 5 min, and never more than an hour. */
  readonly timeoutMs?: Millis;
  /** An abort point: before this step, when something has been done already, the operator is asked whether to go on. */
  readonly ask?: boolean;
  /** What must be true, by readings that began after the step before it: else the run ends there and this is not sent. */
  readonly needs?: string;
  readonly covers?: readonly string[];
}

/** What a reading operation must have found. All that are given must fit. */
export interface ExpectedResult {
  /** A bound on the number of rows: '= 0', '>= 1'. */
  readonly rows?: string;
  /** The column that `value` is about; default the first. */
  readonly column?: string;
  /** A bound ('>= 99.5') or the value itself, of the first row's column; of what gives no rows, of all its text. */
  readonly value?: string;
  readonly status?: number;
  /** Values by path ('details.state') of a JSON document. */
  readonly json?: Readonly<Record<string, string | number | boolean | null>>;
  /** A regular expression that a line of the text must match. */
  readonly matches?: string;
  /** The place in a JSON document ('metadata.uid') that `change` is about; of rows, `column` says which. */
  readonly path?: string;
  /**
   * By how much the value must differ from what the same reading gave before the act ('> 0', '= 3'); 'any': it is another value.
   * With `matches` the value is what its first group matched.
   */
  readonly change?: string;
}

/** A proof, an expression or what a reading operation finds: it must come true `within`, and hold `forMs`. */
export interface VerifyStep {
  readonly id: string;
  readonly title: string;
  /** An expression; or `use` with `expect`. */
  readonly that?: string;
  /** `source.operation` of danger read. */
  readonly use?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** The author's word that an operation without a danger of its own reads here. */
  readonly danger?: 'read';
  readonly expect?: ExpectedResult;
  readonly withinMs: Millis;
  readonly forMs: Millis;
  /** It must hold, and proves nothing: it is so before the act, too. */
  readonly guard?: true;
  readonly covers?: readonly string[];
}

export interface Runbook {
  readonly id: string;
  readonly title: string;
  readonly covers: readonly string[];
  /** The expression that suggests it. */
  readonly when?: string;
  readonly params: readonly ParamSpec[];
  readonly diagnose: readonly DiagnoseStep[];
  readonly act: readonly ActStep[];
  /** 'none': said to need no proof. An empty list: nobody wrote a proof, so it can never end as recovered. */
  readonly verify: readonly VerifyStep[] | 'none';
  /** How long after it has recovered its proofs stay watched for a relapse; absent: 10 min. 0: not at all. */
  readonly watchMs?: Millis;
  /** Signals that tell how much its target carries, shown on the card before a yes. */
  readonly impact?: { readonly requests?: string; readonly connections?: string };
  /** What a person should know, in the author's words. */
  readonly notes?: string;
  readonly position: Position;
  /** Set when a reference in it has no value: it can be shown, not run. */
  readonly problem?: Fault;
}
