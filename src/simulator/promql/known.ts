import type { ValueType } from './ast.ts';

/** What a function takes. */
export const signatures: Readonly<Record<string, readonly ValueType[]>> = {
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
  vector: ['scalar'],
};

/** Aggregations that are evaluated, and whether they take a parameter. */
export const aggregations: Readonly<Record<string, boolean>> = {
  avg: false,
  bottomk: true,
  count: false,
  max: false,
  min: false,
  sum: false,
  topk: true,
};

export const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>=']);
export const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless']);
