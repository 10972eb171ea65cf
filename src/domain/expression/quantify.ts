import type { FactKind } from '../facts.ts';
import type { KindView } from '../snapshot.ts';
import type { Comparison } from '../threshold.ts';
import type { Node, WrittenTest } from './ast.ts';
import { compareNumbers, type Value } from './compare.ts';
import { describeRow, whyUnknown } from './describe-row.ts';
import { and, type Tri } from './kleene.ts';
import { type Judged, judgeRows, setText, unseen } from './rows.ts';
import type { Params } from './test-row.ts';
import type { Truth } from './truth.ts';

type Quant = Extract<Node, { is: 'any' | 'all' }>;
type Count = Extract<Node, { is: 'count' }>;

const both = (filter: WrittenTest | undefined, { test }: WrittenTest): WrittenTest['test'] =>
  filter === undefined ? test : { is: 'and', parts: [test, filter.test] };

const reason = <K extends FactKind>(
  kind: K,
  { row, member }: Judged<K>,
  node: Quant,
  params: Params,
): string =>
  whyUnknown(kind, row, member === 'unknown' ? both(node.set.filter, node.test) : node.test.test, params);

/** `any`: true once one row meets the test, however much is hidden; false only when everything was seen. */
export const evaluateAny = <K extends FactKind>(
  node: Quant,
  kind: K,
  view: KindView<K>,
  params: Params,
): Truth => {
  const { set, test } = node;
  const rows = judgeRows(kind, view, set.filter, test, params);
  const contributes = ({ member, met }: Judged<K>): Tri => and([member, met]);
  const found = rows.find((one) => contributes(one) === 'true');
  if (found !== undefined) return { value: 'true', why: describeRow(kind, found.row, test.test) };
  const unsure = rows.find((one) => contributes(one) === 'unknown');
  if (unsure !== undefined) return { value: 'unknown', why: reason(kind, unsure, node, params) };
  const hidden = unseen(kind, view);
  if (hidden !== undefined) return { value: 'unknown', why: hidden };
  const [first] = rows;
  if (first === undefined) return { value: 'false', why: `there are no ${setText(set)}` };
  const why =
    rows.length === 1
      ? describeRow(kind, first.row, test.test)
      : `none of ${rows.length} ${setText(set)}: ${test.text}`;
  return { value: 'false', why };
};

/** `all`: false once one row fails the test, however much is hidden; true only when everything was seen, and there is a row. */
export const evaluateAll = <K extends FactKind>(
  node: Quant,
  kind: K,
  view: KindView<K>,
  params: Params,
): Truth => {
  const { set, test } = node;
  const rows = judgeRows(kind, view, set.filter, test, params);
  const failing = rows.find(({ member, met }) => member === 'true' && met === 'false');
  if (failing !== undefined) return { value: 'false', why: describeRow(kind, failing.row, test.test) };
  const unsure = rows.find(({ met }) => met !== 'true');
  if (unsure !== undefined) return { value: 'unknown', why: reason(kind, unsure, node, params) };
  const hidden = unseen(kind, view);
  if (hidden !== undefined) return { value: 'unknown', why: hidden };
  const sure = rows.filter(({ member }) => member === 'true');
  const [first] = sure;
  if (first === undefined) return { value: 'unknown', why: `there are no ${setText(set)}` };
  const why =
    sure.length === 1
      ? describeRow(kind, first.row, test.test)
      : `all ${sure.length} ${setText(set)}: ${test.text}`;
  return { value: 'true', why };
};

/** Whether every number from `least` to `most` compares so, none does, or some. */
const range = (least: number, most: number, op: Comparison, limit: number): Tri => {
  const ends = [compareNumbers(least, op, limit), compareNumbers(most, op, limit)];
  if (op === '=' || op === '!=') {
    const outside = limit < least || limit > most;
    if (outside) return op === '=' ? 'false' : 'true';
    return least === most ? (op === '=' ? 'true' : 'false') : 'unknown';
  }
  if (ends.every((end) => end === true)) return 'true';
  return ends.every((end) => end === false) ? 'false' : 'unknown';
};

/** `count`: decided as soon as the rows that cannot be judged, or seen, could not change the answer. */
export const evaluateCount = <K extends FactKind>(
  node: Count,
  kind: K,
  view: KindView<K>,
  params: Params,
  to: Value | undefined,
): Truth => {
  const { set, test, op } = node;
  // A selection is no number, even one of a single value that reads like one.
  const limit = typeof to === 'object' ? Number.NaN : Number(to);
  if (to === undefined || Number.isNaN(limit))
    return { value: 'unknown', why: 'what to compare the count with has no value' };
  const rows = judgeRows(kind, view, set.filter, test, params);
  const states = rows.map(({ member, met }) => and([member, met]));
  const least = states.filter((one) => one === 'true').length;
  const hidden = unseen(kind, view);
  const most =
    hidden === undefined
      ? least + states.filter((one) => one === 'unknown').length
      : Number.POSITIVE_INFINITY;
  const said = `${setText(set)}${test === undefined ? '' : `, ${test.text}`}`;
  if (least === most) return { value: range(least, most, op, limit), why: `count of ${said} is ${least}` };
  const unsure = rows.find((_, index) => states[index] === 'unknown');
  const why =
    hidden ??
    (unsure === undefined
      ? ''
      : `${kind} that cannot be judged: ${rows.filter((_, i) => states[i] === 'unknown').length}`);
  return { value: range(least, most, op, limit), why: `count of ${said} is ${least} or more: ${why}` };
};
