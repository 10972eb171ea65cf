import type { Millis } from '../domain/fault.ts';
import { rank } from '../domain/level.ts';
import type { SignalRow } from '../domain/snapshot.ts';
import { measured } from '../domain/value-text.ts';
import type { Node } from './ast.ts';
import { compareLevels, compareNumbers, type Value } from './compare.ts';
import { type Given, noValue, paramOf, signalBefore } from './given.ts';
import { triOf } from './kleene.ts';
import { isLevel } from './operand.ts';
import { anyTrue, type Truth } from './truth.ts';

type SignalNode = Extract<Node, { is: 'signal' }>;
type TrendNode = Extract<Node, { is: 'trend' }>;
export type History = (signalKey: string) => readonly { readonly at: Millis; readonly value: number }[];

const named = ({ id, labels }: SignalRow): string =>
  [id, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)].join(' ');

const valueText = ({ value, unit }: SignalRow): string =>
  value === undefined ? 'nothing' : measured(value, unit);

/** Readings of one signal that are as bad as its worst one: they speak for it. */
const worstOf = (rows: readonly SignalRow[]): readonly SignalRow[] => {
  const most = Math.max(...rows.map((row) => rank[row.level]));
  return rows.filter((row) => rank[row.level] === most);
};

const unreadable = (row: SignalRow): string =>
  row.stale
    ? `${named(row)} was not read lately`
    : `${named(row)} has no value${row.fault === undefined ? '' : `: ${row.fault.message}`}`;

const byNumber = (node: SignalNode, row: SignalRow, right: Value): Truth => {
  if (row.value === undefined || row.stale) return { value: 'unknown', why: unreadable(row) };
  return {
    value: triOf(compareNumbers(row.value, node.op, right)),
    why: `${named(row)} is ${valueText(row)}`,
  };
};

const rightOf = ({ to }: SignalNode, row: SignalRow, given: Given): Value | undefined => {
  if (to.is === 'before') return signalBefore(given, row);
  return to.is === 'param' ? paramOf(given, to.name) : to.is === 'literal' ? to.text : undefined;
};

const byLevel = (node: SignalNode, row: SignalRow, right: string): Truth => {
  const value = triOf(compareLevels(row.level, node.op, right));
  if (value === 'unknown' && row.value === undefined) return { value, why: unreadable(row) };
  return { value, why: `${named(row)} is ${row.level}` };
};

/**
 * A signal against a number or a level. Of several series the worst speak; where equally bad ones do not agree it is
 * unknown, so that a proof never rests on one of them.
 */
export const evaluateSignal = (node: SignalNode, all: readonly SignalRow[], given: Given): Truth => {
  const rows = worstOf(all.filter((row) => row.id === node.id));
  if (rows.length === 0) return { value: 'unknown', why: `there is no signal ${node.id}` };
  const truths = rows.map((row): Truth => {
    const right = rightOf(node, row, given);
    if (right === undefined) return { value: 'unknown', why: noValue(node.to, node.id) };
    if (node.to.is !== 'before' && typeof right === 'string' && isLevel(right))
      return byLevel(node, row, right);
    const { value, why } = byNumber(node, row, right);
    return {
      value,
      why:
        node.to.is === 'before'
          ? `${why}, before the act ${valueText({ ...row, value: right as number | string })}`
          : why,
    };
  });
  const [first] = truths;
  if (first !== undefined && truths.every((truth) => truth.value === first.value)) return first;
  return (
    truths.find((truth) => truth.value === 'unknown') ?? {
      value: 'unknown',
      why: `the series of ${node.id} do not agree`,
    }
  );
};

/** A trend is told from the newest value and one this much older, or the oldest there is. */
const trendMs = 60_000;
/** Two values nearer than this tell no trend. */
const apartMs = 1000;

const trendOf = (node: TrendNode, row: SignalRow, values: ReturnType<History>): Truth => {
  const newest = values.at(-1);
  const earlier =
    newest === undefined ? undefined : (values.findLast((v) => newest.at - v.at >= trendMs) ?? values[0]);
  if (row.value === undefined || row.stale) return { value: 'unknown', why: unreadable(row) };
  if (newest === undefined || earlier === undefined || newest.at - earlier.at < apartMs)
    return { value: 'unknown', why: `${named(row)} has not been read twice yet` };
  const way = newest.value > earlier.value ? 'rising' : newest.value < earlier.value ? 'falling' : 'steady';
  const why = `${named(row)} is ${way}, ${measured(earlier.value, row.unit)} to ${measured(newest.value, row.unit)}`;
  return { value: triOf(way === node.way), why };
};

/** Whether some series of a signal rises (falls), over the last minute or as far as the history reaches. */
export const evaluateTrend = (
  node: TrendNode,
  all: readonly SignalRow[],
  history: History | undefined,
): Truth => {
  const rows = all.filter((row) => row.id === node.id);
  if (rows.length === 0) return { value: 'unknown', why: `there is no signal ${node.id}` };
  return anyTrue(rows.map((row) => trendOf(node, row, history?.(row.key) ?? [])));
};
