import type { FactKind } from '../../domain/facts/facts.ts';
import type { KindView, Row } from '../../domain/facts/snapshot.ts';
import { fieldOf } from '../../kinds/registry/registry.ts';
import type { CalcResult } from '../calc/evaluate.ts';
import type { Calc } from '../calc/parse.ts';
import type { WrittenTest } from './ast.ts';
import { whyUnknown } from './describe-row.ts';
import { formatRowSet, missingDataText } from './evaluation-context.ts';
import { testRow } from './test-row.ts';

/**
 * Definition of a derived signal: calculated from other signals, by the names that the calculation gives them, or
 * aggregated over facts.
 */
export type Derivation =
  | { readonly is: 'calc'; readonly calc: Calc; readonly of: Readonly<Record<string, string>> }
  | { readonly is: 'fact'; readonly fold: FactFold };

/** Returns the input signals of a derivation, without duplicates, in the order of the calculation. */
export const operandSignals = (derived: Derivation | undefined): readonly string[] =>
  derived?.is === 'calc' ? [...new Set(derived.calc.operands.flatMap((name) => derived.of[name] ?? []))] : [];

export const foldFunctions = ['sum', 'min', 'max', 'avg', 'count'] as const;
type FoldFunction = (typeof foldFunctions)[number];

/** An aggregate over the facts of a kind. Without a field it counts rows. */
export interface FactFold {
  readonly kind: FactKind;
  readonly where?: WrittenTest;
  readonly field?: string;
  readonly fold: FoldFunction;
  /** Only facts of this source. Absent: of any. */
  readonly source?: string;
}

/** Stale rows contribute their last values; `stale` marks the result. */
type FoldResult = { readonly outcome: CalcResult; readonly stale: boolean };

const work: Readonly<Record<Exclude<FoldFunction, 'count'>, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  // A spread of very many arguments would overflow the stack.
  min: (values) => values.reduce((least, value) => Math.min(least, value)),
  max: (values) => values.reduce((most, value) => Math.max(most, value)),
};

const numberOf = <K extends FactKind>(kind: K, row: Row<K>, name: string): number | undefined => {
  const value = fieldOf(kind, name)?.of(row.fact, row.level);
  const number = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
  return Number.isFinite(number) ? number : undefined;
};

const outcomeOf = <K extends FactKind>(kind: K, rows: readonly Row<K>[], spec: FactFold): CalcResult => {
  const { field, fold, where } = spec;
  if (field === undefined) return { value: rows.length };
  const values = rows.map((row) => numberOf(kind, row, field)).filter((value) => value !== undefined);
  if (fold === 'count') return { value: values.length };
  const set = formatRowSet({ kind, ...(where !== undefined && { filter: where }) });
  if (values.length === 0)
    return {
      why: rows.length === 0 ? `no ${set}` : `none of the ${rows.length} ${set} has a value for ${field}`,
    };
  return { value: work[fold](values) };
};

/**
 * Aggregates a number field over the rows of a kind that match `where`. Rows without the field are skipped, since
 * absence is not 0. Unknown when part of the kind is unreadable, when a row's test is unknown, and, except for `count`,
 * when no row has the field.
 */
export const foldRows = <K extends FactKind>(kind: K, view: KindView<K>, spec: FactFold): FoldResult => {
  const { source } = spec;
  const isOurs = (entry: { readonly source: string }): boolean =>
    source === undefined || entry.source === source;
  const own = view.rows.filter(({ fact }) => isOurs(fact));
  const hidden = missingDataText(kind, { ...view, rows: own, faults: view.faults.filter(isOurs) });
  const judged = own.map((row) => {
    const fresh = { ...row, stale: false };
    return {
      row,
      filterResult: spec.where === undefined ? 'true' : testRow(spec.where.test, kind, fresh, {}),
    };
  });
  const possible = judged.filter(({ filterResult }) => filterResult !== 'false');
  const stale = possible.some(({ row }) => row.stale);
  if (hidden !== undefined) return { outcome: { why: hidden }, stale };
  const unsure = possible.find(({ filterResult }) => filterResult === 'unknown');
  if (unsure !== undefined && spec.where !== undefined) {
    const fresh = { ...unsure.row, stale: false };
    return { outcome: { why: whyUnknown(kind, fresh, spec.where.test, {}) }, stale };
  }
  return {
    outcome: outcomeOf(
      kind,
      possible.map(({ row }) => row),
      spec,
    ),
    stale,
  };
};
