import type { Fault, Millis } from './fault.ts';
import type { Danger } from './operation.ts';
import type { Position } from './position.ts';

export type ParamType = 'choice' | 'string' | 'int' | 'duration' | 'boolean';

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
  readonly min?: number;
  readonly max?: number;
  readonly default?: string | number | boolean;
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
  readonly covers?: readonly string[];
}

/** A proof: an expression that must come true `within`, and hold `forMs`. */
export interface VerifyStep {
  readonly id: string;
  readonly title: string;
  readonly that: string;
  readonly withinMs: Millis;
  readonly forMs: Millis;
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
  /** What a person should know, in the author's words. */
  readonly notes?: string;
  readonly position: Position;
  /** Set when a reference in it has no value: it can be shown, not run. */
  readonly problem?: Fault;
}
