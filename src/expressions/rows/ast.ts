import type { Millis } from '../../domain/base/fault.ts';
import type { Comparison } from '../../domain/facts/bound-hints.ts';
import type { FactKind } from '../../domain/facts/facts.ts';
import type { Matcher } from '../../domain/regex/matcher.ts';

/** The right side of a comparison. `text` is a literal as written, without its quotes. */
export type Operand =
  | { readonly is: 'literal'; readonly text: string }
  | { readonly is: 'field'; readonly name: string }
  | { readonly is: 'param'; readonly name: string }
  /** The same field, series or count before the run's first action. */
  | { readonly is: 'before' };

/** A test of one row. */
export type Test =
  | { readonly is: 'and'; readonly parts: readonly Test[] }
  | { readonly is: 'or'; readonly parts: readonly Test[] }
  | { readonly is: 'not'; readonly part: Test }
  | { readonly is: 'compare'; readonly field: string; readonly op: Comparison; readonly to: Operand }
  | { readonly is: 'in'; readonly field: string; readonly among: readonly Operand[] }
  | { readonly is: 'matches'; readonly field: string; readonly pattern: Matcher }
  /** The row did not exist before the run's first action. */
  | { readonly is: 'new' };

/** A test with its source text, for explanations of the result. */
export interface WrittenTest {
  readonly test: Test;
  readonly text: string;
}

/** The rows of a kind that match a filter. */
export interface RowSet {
  readonly kind: FactKind;
  readonly filter?: WrittenTest;
}

export type ExpressionNode =
  | { readonly is: 'and'; readonly parts: readonly ExpressionNode[] }
  | { readonly is: 'or'; readonly parts: readonly ExpressionNode[] }
  | { readonly is: 'not'; readonly part: ExpressionNode }
  | { readonly is: 'for'; readonly part: ExpressionNode; readonly ms: Millis }
  | {
      readonly is: 'any';
      readonly set: RowSet;
      readonly test: WrittenTest;
      /** The name in `alert(NAME)`, from which this was made: in a verification, the life of the alert decides. */
      readonly alert?: Operand;
    }
  | { readonly is: 'all'; readonly set: RowSet; readonly test: WrittenTest }
  | {
      readonly is: 'count';
      readonly set: RowSet;
      readonly test?: WrittenTest;
      readonly op: Comparison;
      readonly to: Operand;
    }
  | { readonly is: 'signal'; readonly id: string; readonly op: Comparison; readonly to: Operand }
  | { readonly is: 'trend'; readonly id: string; readonly way: 'rising' | 'falling' };
