import type { FactKind } from '../facts/facts.ts';
import type { Danger } from './operation.ts';
import type { ParamSpec, VerifyStep } from './runbook.ts';

/** Stands for the id of the source in the texts of a generic action. */
export const sourcePlaceholder = '$source';

/**
 * An action on a row that an operation offers by itself, without a runbook of the profile: 'restart' on a deployment.
 * It becomes a runbook with one step, which passes the same gates as any other. `$source` in its texts is the id of its
 * source.
 */
export interface GenericAction {
  /** Id of its runbook: 'restart-deployment'. Unique among all operations of all source types. */
  readonly id: string;
  /** The verb by which a profile permits it (`guard.actions`): 'restart'. */
  readonly verb: string;
  /** 'Restart deployment' */
  readonly title: string;
  /** Title of its step, with the values of its parameters. */
  readonly step: string;
  /** The kind of its rows, or the kinds. */
  readonly on: FactKind | readonly FactKind[];
  /** True: rows of any source, such as an alert that another source reports too. Absent: those of its own source. */
  readonly ofAnySource?: true;
  /** Test of its rows, beside their source: 'kind = deployment'. Absent: all rows of the source. */
  readonly where?: string;
  /**
   * A `choice` with `from` takes its value from the row, `choices` from several marked rows; their `where` is that of
   * the action. Any other parameter is asked for, unless it has a default.
   */
  readonly params: readonly ParamSpec[];
  /** Parameters of the operation. */
  readonly with: Readonly<Record<string, unknown>>;
  /** The `choices` parameter that the step is repeated for. */
  readonly each?: string;
  /** Raises the danger of the operation. Required when it declares none. */
  readonly danger?: Danger;
  readonly timeoutMs?: number;
  /** The check of the object's own health. A `use` without a source is an operation of this one. */
  readonly verify: readonly VerifyStep[] | 'none';
  readonly notes?: string;
  /** True: also listed among the runbooks of the profile, not only on its rows. */
  readonly isListed?: true;
}
