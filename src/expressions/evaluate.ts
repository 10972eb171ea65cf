import type { Millis } from '../domain/base/fault.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import { type Level, levelRank } from '../domain/facts/level.ts';
import type { KindView, SignalRow, Snapshot } from '../domain/facts/snapshot.ts';
import type { ValueSeries } from '../domain/facts/value-series.ts';
import { withParamValues } from '../domain/runbooks/runbook.ts';
import { formatAge, formatDuration } from '../domain/text/duration.ts';
import { formatMeasurement } from '../domain/text/value-text.ts';
import { evaluateAlerts } from './alert-witnesses.ts';
import { factsWithoutNewcomers } from './newcomers.ts';
import { factsWithoutNoBetter } from './no-better.ts';
import { evaluateAll, evaluateAny, evaluateCount } from './quantify.ts';
import type { ExpressionNode } from './rows/ast.ts';
import { compareLevels, compareNumbers, type OperandValue } from './rows/compare.ts';
import type { EvaluationContext } from './rows/evaluation-context.ts';
import { missingValueReason, paramValueOf, signalBeforeAct } from './rows/evaluation-context.ts';
import { isLevel } from './rows/operand.ts';
import type { Expression } from './rows/parse.ts';
import { allTrue, anyTrue, not, type TriState, type Truth, triStateOf } from './rows/truth.ts';
import { factsWithoutSetBack } from './set-back.ts';
import { decisiveLoss, formerFacts } from './witness/former.ts';
import { seriesName } from './witness/gone.ts';
import { incomparableText } from './witness/unproven.ts';

type SignalNode = Extract<ExpressionNode, { is: 'signal' }>;
type TrendNode = Extract<ExpressionNode, { is: 'trend' }>;

/** The newest values of a series; undefined: none are kept. */
export type SignalHistory = (signalKey: string) => ValueSeries | undefined;

const valueText = ({ value, unit }: SignalRow): string =>
  value === undefined ? 'nothing' : formatMeasurement(value, unit);

/** Returns the series of one signal at its worst level: they decide for the signal. */
const worstOf = (rows: readonly SignalRow[]): readonly SignalRow[] => {
  const most = Math.max(...rows.map((row) => levelRank[row.level]));
  return rows.filter((row) => levelRank[row.level] === most);
};

const unreadable = (row: SignalRow): string =>
  row.stale
    ? `${seriesName(row)} is stale: the last value is too old to count`
    : `${seriesName(row)} has no value${row.fault === undefined ? '' : `: ${row.fault.message}`}`;

const resetProblem = (row: SignalRow, { witnesses, before }: EvaluationContext): string | undefined => {
  const was = before?.signals.find(({ key }) => key === row.key);
  return witnesses === undefined || was?.stale === true ? undefined : incomparableText(row, was);
};

/** No measurement is infinite: something was divided by nothing. It may raise a level, and proves nothing. */
const isInfinite = ({ value }: SignalRow): boolean => Math.abs(Number(value)) === Number.POSITIVE_INFINITY;

const infiniteText = (row: SignalRow): string =>
  `${seriesName(row)} is ${valueText(row)}, which opsdeck cannot compare with a limit`;

const byNumber = (
  node: SignalNode,
  row: SignalRow,
  right: OperandValue,
  { witnesses }: EvaluationContext,
): Truth => {
  if (row.value === undefined || row.stale) return { value: 'unknown', why: unreadable(row) };
  if (witnesses !== undefined && isInfinite(row)) return { value: 'unknown', why: infiniteText(row) };
  return {
    value: triStateOf(compareNumbers(row.value, node.op, right)),
    why: `${seriesName(row)} is ${valueText(row)}`,
  };
};

const rightOf = (
  { to }: SignalNode,
  row: SignalRow,
  context: EvaluationContext,
): OperandValue | undefined => {
  if (to.is === 'before') return signalBeforeAct(context, row);
  return to.is === 'param' ? paramValueOf(context, to.name) : to.is === 'literal' ? to.text : undefined;
};

/** The level that a value is about to have: it is beyond the bound, not yet for the time that raises the level. */
const pendingLevel = ({ verdict, level }: SignalRow): Level => verdict?.pending?.level ?? level;

const byLevel = (
  node: SignalNode,
  row: SignalRow,
  right: string,
  { witnesses }: EvaluationContext,
): Truth => {
  const value = triStateOf(compareLevels(row.level, node.op, right));
  const isPending = value !== triStateOf(compareLevels(pendingLevel(row), node.op, right));
  if (witnesses !== undefined && isInfinite(row)) return { value: 'unknown', why: infiniteText(row) };
  if (witnesses !== undefined && isPending)
    return {
      value: 'unknown',
      why: `${seriesName(row)} is ${row.level} only for the moment: ${row.verdict?.why ?? ''}`,
    };
  if (value === 'unknown' && row.value === undefined) return { value, why: unreadable(row) };
  return { value, why: `${seriesName(row)} is ${row.level}` };
};

/** Says that a value does not show what was left out of it. */
export const withHidden = (why: string, hiddenBy: string): string =>
  `${why}, computed by the server (${hiddenBy}): opsdeck cannot see which rows are counted`;

/** The same of a signal, in a verification. */
const withHiddenParts = (
  why: string,
  [row]: readonly SignalRow[],
  { witnesses }: EvaluationContext,
): string => (witnesses === undefined || row?.hiddenBy === undefined ? why : withHidden(why, row.hiddenBy));

/**
 * Compares a signal with a number or a level. The worst series decide; when equally bad ones disagree the result is
 * unknown, so that a verification never rests on one of them.
 */
const evaluateSignal = (node: SignalNode, all: readonly SignalRow[], context: EvaluationContext): Truth => {
  const rows = worstOf(all.filter((row) => row.id === node.id));
  if (rows.length === 0) return { value: 'unknown', why: `no signal is called ${node.id}` };
  const truths = rows.map((row): Truth => {
    const reset = resetProblem(row, context);
    if (reset !== undefined) return { value: 'unknown', why: reset };
    const right = rightOf(node, row, context);
    if (right === undefined) return { value: 'unknown', why: missingValueReason(node.to, node.id) };
    if (node.to.is !== 'before' && typeof right === 'string' && isLevel(right))
      return byLevel(node, row, right, context);
    const { value, why } = byNumber(node, row, right, context);
    return {
      value,
      why:
        node.to.is === 'before'
          ? `${why}, before the action ${valueText({ ...row, value: right as number | string })}`
          : why,
    };
  });
  const [first] = truths.map((truth) => ({ ...truth, why: withHiddenParts(truth.why, rows, context) }));
  if (first !== undefined && truths.every((truth) => truth.value === first.value)) return first;
  return (
    truths.find((truth) => truth.value === 'unknown') ?? {
      value: 'unknown',
      why: `the series of ${node.id} disagree`,
    }
  );
};

/** A trend compares the newest value with one this much older, or with the oldest. */
const trendMs = 60_000;
/** Two values closer than this show no trend. */
const apartMs = 1000;

const trendOf = (node: TrendNode, row: SignalRow, values: ReturnType<SignalHistory>): Truth => {
  const newest = values?.at(-1);
  const earlier =
    newest === undefined ? undefined : values?.at(Math.max(0, values.indexAfter(newest.at - trendMs) - 1));
  if (row.value === undefined || row.stale) return { value: 'unknown', why: unreadable(row) };
  if (newest === undefined || earlier === undefined || newest.at - earlier.at < apartMs)
    return { value: 'unknown', why: `${seriesName(row)} has only one reading so far: a trend needs two` };
  const way = newest.value > earlier.value ? 'rising' : newest.value < earlier.value ? 'falling' : 'steady';
  const why = `${seriesName(row)} is ${way}, ${formatMeasurement(earlier.value, row.unit)} to ${formatMeasurement(newest.value, row.unit)}`;
  return { value: triStateOf(way === node.way), why };
};

/** Evaluates whether any series of a signal is rising or falling, over the last minute or the length of the history. */
const evaluateTrend = (
  node: TrendNode,
  all: readonly SignalRow[],
  history: SignalHistory | undefined,
): Truth => {
  const rows = all.filter((row) => row.id === node.id);
  if (rows.length === 0) return { value: 'unknown', why: `no signal is called ${node.id}` };
  return anyTrue(rows.map((row) => trendOf(node, row, history?.(row.key))));
};

/** Since when a part has been true, and whether it was seen to become true then. */
interface Hold {
  readonly since: Millis;
  readonly isOnsetSeen: boolean;
}

/** Remembers since when each `X for D` has been continuously true, by its node in the parsed expression. */
interface ConditionStarts {
  /** Records the value of the part. Returns since when it has been true; undefined when it is not true. */
  note(part: object, value: TriState, now: Millis): Hold | undefined;
  /** The value of `X for D` while X has been true for less than D, and since before the first evaluation. */
  readonly early: TriState;
}

/**
 * Creates an empty memory. One per lifetime of an expression: a suggestion, a check of a run. `early`: what is said of a part that was
 * already true at the first evaluation, until D has passed. A suggestion waits, so it is false. In a verification it is unknown: the part may
 * have been true for hours, so that neither `X for D` nor `not (X for D)` says anything about the action.
 */
export const createConditionStarts = (early: 'false' | 'unknown' = 'false'): ConditionStarts => {
  const holds = new WeakMap<object, Hold>();
  const seenFalse = new WeakSet<object>();
  return {
    early,
    note: (part, value, now) => {
      if (value === 'false') seenFalse.add(part);
      else if (value === 'unknown') seenFalse.delete(part);
      if (value !== 'true') {
        holds.delete(part);
        return undefined;
      }
      const hold = holds.get(part) ?? { since: now, isOnsetSeen: seenFalse.has(part) };
      holds.set(part, hold);
      return hold;
    },
  };
};

export type { Truth } from './rows/truth.ts';

export interface EvaluateOptions extends EvaluationContext {
  /** Absent: `for` counts as fulfilled. */
  readonly memory?: ConditionStarts;
  /** Absent: `rising` and `falling` are unknown. */
  readonly history?: SignalHistory;
  readonly now: Millis;
}

type SetNode = Extract<ExpressionNode, { is: 'any' | 'all' | 'count' }>;

const overView = <K extends FactKind>(
  node: SetNode,
  kind: K,
  view: KindView<K>,
  context: EvaluationContext,
): Truth => {
  if (node.is === 'count') return evaluateCount(node, kind, view, context);
  return node.is === 'any' ? evaluateAny(node, kind, view, context) : evaluateAll(node, kind, view, context);
};

const ofSet = (node: SetNode, kind: FactKind, snapshot: Snapshot, context: EvaluationContext): Truth =>
  kind === 'alerts'
    ? evaluateAlerts(node, snapshot, context, (view) => overView(node, kind, view, context))
    : overView(node, kind, snapshot.kinds[kind], context);

const holding = (
  node: Extract<ExpressionNode, { is: 'for' }>,
  inner: Truth,
  { memory, now }: EvaluateOptions,
): Truth => {
  const hold = memory?.note(node, inner.value, now);
  if (memory === undefined || hold === undefined) return inner;
  const heldMs = now - hold.since;
  if (heldMs >= node.ms) return { value: 'true', why: `${inner.why}, for ${formatAge(heldMs)}` };
  const value = hold.isOnsetSeen ? 'false' : memory.early;
  return {
    ...{ value, why: `${inner.why}, true for ${formatAge(heldMs)} of ${formatDuration(node.ms)}` },
    ...(value === 'false' ? { isPending: true } : {}),
  };
};

/** The part of a result that a negation keeps besides the reason: an empty set is one for `not` too, but proves nothing there. */
const kept = ({ missing }: Pick<Truth, 'missing'>): Pick<Truth, 'missing'> =>
  missing === undefined ? {} : { missing };

type Leaf = Exclude<ExpressionNode, { is: 'and' | 'or' | 'not' | 'for' }>;

const ofLeaf = (node: Leaf, snapshot: Snapshot, options: EvaluateOptions): Truth => {
  switch (node.is) {
    case 'signal':
      return evaluateSignal(node, snapshot.signals, options);
    case 'trend':
      return evaluateTrend(node, snapshot.signals, options.history);
    default:
      return ofSet(node, node.set.kind, snapshot, options);
  }
};

/**
 * Evaluates a comparison or a quantifier. In a verification it is known only if what has gone since the reading before the action,
 * without an effect of the action that explains it, would not change it.
 */
const withWitnesses = (node: Leaf, snapshot: Snapshot, options: EvaluateOptions): Truth => {
  const truth = ofLeaf(node, snapshot, options);
  const { before, witnesses, now: time, actedAt } = options;
  if (witnesses === undefined || before === undefined || truth.value === 'unknown') return truth;
  const former = formerFacts(snapshot, before, witnesses, { time, actedAt });
  const isLost = (facts: Snapshot): boolean =>
    // A trend is that of any series: one that is gone has none.
    node.is === 'trend'
      ? facts.signals.some(
          ({ id, key }) => id === node.id && !snapshot.signals.some((row) => row.key === key),
        )
      : ofLeaf(node, facts, options).value !== truth.value;
  if (former.lost.length > 0 && isLost(former.snapshot))
    return { value: 'unknown', ...decisiveLoss(former, isLost) };
  if (!('set' in node)) return truth;
  const unproven = [factsWithoutNoBetter, factsWithoutSetBack, factsWithoutNewcomers]
    .map((factsWithout): ReturnType<typeof factsWithoutNewcomers> => factsWithout(node, snapshot, options))
    .find((without) => without !== undefined && isLost(without.facts));
  return unproven === undefined ? truth : { ...kept(unproven), value: 'unknown', why: unproven.why };
};

/**
 * Evaluates an expression on a snapshot; the result includes the row or signal that decides it. Missing data makes it
 * unknown, never true.
 */
export const evaluateExpression = (
  expression: Expression,
  snapshot: Snapshot,
  options: EvaluateOptions,
): Truth => {
  const of = (node: ExpressionNode): Truth => {
    switch (node.is) {
      case 'and':
        return allTrue(node.parts.map(of));
      case 'or':
        return anyTrue(node.parts.map(of));
      case 'not': {
        const inner = of(node.part);
        return { ...kept(inner), value: not(inner.value), why: inner.why };
      }
      case 'for':
        return holding(node, of(node.part), options);
      default:
        // An alert that is gone is accounted for by its rule (alert-life.ts).
        return 'set' in node && node.set.kind === 'alerts'
          ? ofLeaf(node, snapshot, options)
          : withWitnesses(node, snapshot, options);
    }
  };
  const truth = of(expression.root);
  return { ...truth, why: withParamValues(truth.why, options.params ?? {}) };
};
