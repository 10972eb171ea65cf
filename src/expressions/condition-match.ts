import { defined } from '../domain/base/defined.ts';
import type { FactKind, FactTypes } from '../domain/facts/facts.ts';
import type { Row, Snapshot } from '../domain/facts/snapshot.ts';
import type { SignalSpec } from '../domain/profile/profile.ts';
import type { ExpressionNode, RowSet, WrittenTest } from './rows/ast.ts';
import { alertNamesOf, signalIdsOf } from './rows/mentions.ts';
import { type Expression, parseExpression } from './rows/parse.ts';
import { testRow } from './rows/test-row.ts';
import { and } from './rows/truth.ts';
import { isOfObject, objectOfRead } from './witness/read-object.ts';

const parsed = new Map<string, Expression | undefined>();

/** Parses each `when` once. */
const expressionOf = (when: string): Expression | undefined => {
  if (!parsed.has(when)) {
    const result = parseExpression(when);
    parsed.set(when, result.ok ? result.expression : undefined);
  }
  return parsed.get(when);
};

interface Quantified {
  readonly set: RowSet;
  readonly test?: WrittenTest;
  /** True if the relevant rows pass the test (`any`) or fail it (`all`). */
  readonly meets: boolean;
}

/** Row sets that the condition quantifies over, except under `not`. */
const setsOf = (node: ExpressionNode): readonly Quantified[] => {
  switch (node.is) {
    case 'and':
    case 'or':
      return node.parts.flatMap(setsOf);
    case 'for':
      return setsOf(node.part);
    case 'any':
    case 'count':
      return [{ set: node.set, ...defined({ test: node.test }), meets: true }];
    case 'all':
      return [{ set: node.set, test: node.test, meets: false }];
    default:
      return [];
  }
};

/**
 * True if a `when` matches because of this row: 'any(breakers | state = open)' matches because of each open breaker.
 */
export const conditionMatchesRow = <K extends FactKind>(when: string, kind: K, row: Row<K>): boolean => {
  const expression = expressionOf(when);
  if (expression === undefined) return false;
  const met = (written: WrittenTest | undefined): boolean =>
    written === undefined || testRow(written.test, kind, row, {}) === 'true';
  return setsOf(expression.root).some(
    ({ set, test, meets }) => set.kind === kind && met(set.filter) && met(test) === meets,
  );
};

/**
 * How a `when` names an alert, whatever its state: `of this` — it can match because of it; `of another` — it names an alert of
 * the same name with other labels; undefined — it does not name it.
 */
export const alertMention = (
  when: string,
  fact: FactTypes['alerts'],
): 'of this' | 'of another' | undefined => {
  const expression = expressionOf(when);
  if (expression === undefined || !alertNamesOf(expression).has(fact.name)) return undefined;
  // Of a stale row only the name and the labels are known, so its state excludes nothing.
  const row: Row<'alerts'> = { key: '', fact, level: 'ok', stale: true, feed: '' };
  const isExcluded = ({ set, test, meets }: Quantified): boolean => {
    const written = [set.filter, meets ? test : undefined];
    return (
      and(
        written.map((writtenTest) =>
          writtenTest === undefined ? 'true' : testRow(writtenTest.test, 'alerts', row, {}),
        ),
      ) === 'false'
    );
  };
  return setsOf(expression.root)
    .filter(({ set }) => set.kind === 'alerts')
    .every(isExcluded)
    ? 'of another'
    : 'of this';
};

/** The ids of the signals that a condition compares; none if it cannot be parsed. */
export const signalsInCondition = (text: string): ReadonlySet<string> => {
  const expression = expressionOf(text);
  return expression === undefined ? new Set() : signalIdsOf(expression);
};

/** True if a `when` uses this signal. */
export const conditionUsesSignal = (when: string, id: string): boolean => signalsInCondition(when).has(id);

/** True if the signal counts rows of a kind, and this row is one of them: `read: { fact: ci, where: …, fold: count }`. */
export const signalCountsRow = <K extends FactKind>(
  { derived }: Pick<SignalSpec, 'derived'>,
  kind: K,
  row: Row<K>,
): boolean => {
  if (derived?.is !== 'fact') return false;
  const { fold } = derived;
  return (
    fold.kind === kind &&
    fold.fold === 'count' &&
    (fold.source === undefined || fold.source === row.fact.source) &&
    (fold.where === undefined || testRow(fold.where.test, kind, row, {}) === 'true')
  );
};

/** True if the signal reads the value of this row's object from its source: `read: { lag: GROUP }`. */
const signalReadsRow = <K extends FactKind>({ source, read }: SignalSpec, kind: K, row: Row<K>): boolean => {
  const object = objectOfRead(read);
  return object !== undefined && source === row.fact.source && isOfObject(object, kind, row);
};

const countingSpecs = new WeakMap<readonly SignalSpec[], Map<string, readonly SignalSpec[]>>();

/** The signals of a `when` that count rows, or read one object; found once, because Problems asks for thousands of rows. */
const countingSpecsOf = (when: string, specs: readonly SignalSpec[]): readonly SignalSpec[] => {
  const byCondition = countingSpecs.get(specs) ?? new Map<string, readonly SignalSpec[]>();
  countingSpecs.set(specs, byCondition);
  const had = byCondition.get(when);
  if (had !== undefined) return had;
  const found = specs.filter(
    ({ id, derived, read }) =>
      (derived?.is === 'fact' || objectOfRead(read) !== undefined) && conditionUsesSignal(when, id),
  );
  byCondition.set(when, found);
  return found;
};

/**
 * True if a `when` uses a signal that counts this row, or reads its object: `ci.failed > 0` matches because of each failed run,
 * `lag rising for 1m` because of the consumer group that the signal `lag` reads.
 */
export const conditionCountsRow = <K extends FactKind>(
  when: string,
  kind: K,
  row: Row<K>,
  specs: readonly SignalSpec[],
): boolean =>
  countingSpecsOf(when, specs).some(
    (spec) => signalCountsRow(spec, kind, row) || signalReadsRow(spec, kind, row),
  );

/** A fresh row of a snapshot, with its kind. */
export interface KindRow {
  readonly kind: FactKind;
  readonly row: Row;
}

/** Returns the fresh rows because of which a `when` matches. */
export const rowsOfCondition = (when: string, { kinds }: Snapshot): readonly KindRow[] => {
  const expression = expressionOf(when);
  if (expression === undefined) return [];
  const wantedSet = new Set(setsOf(expression.root).map(({ set }) => set.kind));
  return [...wantedSet].flatMap((kind) =>
    (kinds[kind].rows as readonly Row[])
      .filter((row) => !row.stale && conditionMatchesRow<FactKind>(when, kind, row))
      .map((row) => ({ kind, row })),
  );
};
