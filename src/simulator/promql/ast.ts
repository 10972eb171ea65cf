import type { Millis } from '../../domain/base/fault.ts';

/** Parameter type of a function. */
export const functionSignatures: Readonly<Record<string, readonly ValueType[]>> = {
  abs: ['instant vector'],
  absent: ['instant vector'],
  avg_over_time: ['range vector'],
  clamp_min: ['instant vector', 'scalar'],
  count_over_time: ['range vector'],
  deriv: ['range vector'],
  histogram_quantile: ['scalar', 'instant vector'],
  increase: ['range vector'],
  irate: ['range vector'],
  max_over_time: ['range vector'],
  min_over_time: ['range vector'],
  rate: ['range vector'],
  scalar: ['instant vector'],
  sum_over_time: ['range vector'],
  time: [],
  timestamp: ['instant vector'],
  vector: ['scalar'],
};

/** Supported aggregations, and whether they take a parameter. */
export const aggregationOperators: Readonly<Record<string, boolean>> = {
  avg: false,
  bottomk: true,
  count: false,
  max: false,
  min: false,
  sum: false,
  topk: true,
};

export const comparisonOperators: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>=']);
export const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

export type MatchOp = '=' | '!=' | '=~' | '!~';

export interface SeriesMatcher {
  readonly name: string;
  readonly op: MatchOp;
  readonly value: string;
  test(value: string): boolean;
}

export type ValueType = 'scalar' | 'instant vector' | 'range vector' | 'string';

interface At {
  /** Start offset in the query. */
  readonly pos: number;
}

export interface VectorSelector extends At {
  readonly is: 'selector';
  readonly metric?: string;
  readonly matchers: readonly SeriesMatcher[];
  /** Window of a range selector; absent: an instant selector. */
  readonly rangeMs?: Millis;
  readonly offsetMs?: Millis;
}

export interface AggregateGrouping {
  readonly by: boolean;
  readonly labels: readonly string[];
}

export interface AggregateExpr extends At {
  readonly is: 'aggregate';
  readonly op: string;
  readonly of: Expr;
  readonly param?: Expr;
  readonly grouping: AggregateGrouping;
}

export interface FunctionCall extends At {
  readonly is: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
}

export interface BinaryExpr extends At {
  readonly is: 'binary';
  readonly op: string;
  readonly left: Expr;
  readonly right: Expr;
  readonly bool: boolean;
  /** Matching labels of the two sides (`on`), or ignored ones (`ignoring`). */
  readonly matching: { readonly on: boolean; readonly labels: readonly string[] };
}

export type Expr =
  | VectorSelector
  | AggregateExpr
  | FunctionCall
  | BinaryExpr
  | (At & { readonly is: 'number'; readonly value: number })
  | (At & { readonly is: 'string'; readonly value: string })
  | (At & { readonly is: 'negative'; readonly of: Expr })
  | (At & { readonly is: 'parens'; readonly of: Expr });

/** A query that cannot be parsed: position and reason, in the words of Prometheus 2.42. */
export class PromqlParseError extends Error {
  constructor(query: string, pos: number, why: string) {
    const before = query.slice(0, pos).split('\n');
    super(`${before.length}:${(before.at(-1)?.length ?? 0) + 1}: parse error: ${why}`);
    this.name = 'ParseError';
  }
}
