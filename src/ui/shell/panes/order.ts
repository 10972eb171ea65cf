import type { Column } from '../../kit/components/table.ts';
import { lineToText } from '../../kit/text/line.ts';
import { type PaneState, paneState } from '../contract/model.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { compareByLabel } from './ranking.ts';

/** The value by which a row is sorted; undefined: the row has none. Numbers sort before texts. */
type SortValue = number | string | undefined;

/** An order of the rows of a pane, besides the default. */
export interface PaneOrder<R> {
  readonly name: string;
  /** Head of the column that shows the value, which is marked with the direction. */
  readonly column?: string;
  /** The value of a row. Rows without one come last in either direction. */
  value?(row: R): SortValue;
  /** True: the largest value comes first. */
  readonly largestFirst?: boolean;
  /** Compares rows that have no single value; or rows with equal values. */
  compare?(a: R, b: R): number;
}

const compareValues = (a: number | string, b: number | string): number => {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
};

/** Compares two rows; a row without a value follows one with a value, whatever the direction is. */
const comparator =
  <R extends PaneRow>(
    { value, compare = compareByLabel, largestFirst = false }: PaneOrder<R>,
    reversed: boolean,
  ): ((a: R, b: R) => number) =>
  (a, b) => {
    if (value === undefined) return reversed ? compare(b, a) : compare(a, b);
    const left = value(a);
    const right = value(b);
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined) || compare(a, b);
    return compareValues(left, right) * (largestFirst === reversed ? 1 : -1) || compare(a, b);
  };

/** Rows that move together: a root of a tree and the rows below it, or one row. */
const blocksOf = <R extends PaneRow>(rows: readonly R[]): readonly (readonly [R, ...R[]])[] => {
  const blocks: [R, ...R[]][] = [];
  let keys = new Set<string>();
  for (const row of rows) {
    const { parent } = row.treePosition ?? {};
    const block = blocks.at(-1);
    if (block !== undefined && parent !== undefined && keys.has(parent)) block.push(row);
    else {
      blocks.push([row]);
      keys = new Set();
    }
    keys.add(row.key);
  }
  return blocks;
};

/** The rows in an order; undefined: the default order, in which they are. Children stay below their root. */
export const inOrder = <R extends PaneRow>(
  rows: readonly R[],
  order: PaneOrder<R> | undefined,
  reversed: boolean,
): readonly R[] => {
  if (order === undefined && !reversed) return rows;
  const blocks = blocksOf(rows);
  if (order === undefined) return blocks.toReversed().flat();
  const compare = comparator(order, reversed);
  return blocks.toSorted(([a], [b]) => compare(a, b)).flat();
};

const cellText = <R>({ cell }: Column<R>, row: R): string => {
  const drawn = cell(row);
  return ('text' in drawn ? drawn.text : lineToText(drawn)).trim();
};

const absent = /^[–∅?-]?$/;
const plainNumber = /^[~≤≥<>+]*(-?\d[\d,]*(?:\.\d+)?)\s*(?:%.*|\/s)?$/;
const pairOfNumbers = /^(\d[\d,]*)\/\d[\d,]*$/;
const size = /^[~≤≥<>+]*(\d[\d,]*(?:\.\d+)?) ?([KMGT]i?)?B(?:\/s)?$/i;
const durationPart = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g;
const duration = /^[~≤≥<>+]*(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w) ?)+(?:ago)?$/;
const msPerUnit: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const sizePrefixes = ['', 'K', 'M', 'G', 'T'];

const numberIn = (text: string): number => Number(text.replaceAll(',', ''));

/** Parses a cell: a count, percentage, size or duration as a number (ms, bytes), otherwise a text; undefined: no value. */
export const parseSortValue = (text: string): SortValue => {
  if (absent.test(text)) return undefined;
  const counted = plainNumber.exec(text) ?? pairOfNumbers.exec(text);
  if (counted?.[1] !== undefined) return numberIn(counted[1]);
  if (duration.test(text))
    return [...text.matchAll(durationPart)].reduce(
      (sum, [, value = '', unit = '']) => sum + Number(value) * (msPerUnit[unit] ?? 0),
      0,
    );
  const [, amount, prefix = ''] = size.exec(text) ?? [];
  if (amount === undefined) return text.toLowerCase();
  const base = prefix.length > 1 ? 1024 : 1000;
  return numberIn(amount) * base ** Math.max(0, sizePrefixes.indexOf(prefix.charAt(0).toUpperCase()));
};

/** The order by the cells of a column. Numbers begin with the largest, texts with the first of the alphabet. */
const columnOrder = <R extends PaneRow>(column: Column<R>, rows: readonly R[]): PaneOrder<R> => {
  const values = new Map(rows.map((row) => [row, parseSortValue(cellText(column, row))]));
  return {
    name: `by ${column.head}`,
    column: column.head,
    value: (row) => values.get(row),
    largestFirst: [...values.values()].some((value) => typeof value === 'number'),
  };
};

/** The selected order of a pane: by a column (`B`), or one of its orders (`o`); undefined: the default. */
export const selectedOrder = <R extends PaneRow>(
  { order, sortColumn }: PaneState,
  orders: readonly PaneOrder<R>[],
  columns: () => readonly Column<R>[],
  rows: readonly R[],
): PaneOrder<R> | undefined => {
  if (sortColumn === undefined) return orders[order - 1];
  const column = columns().find(({ head }) => head === sortColumn);
  return column === undefined ? undefined : columnOrder(column, rows);
};

/** Heads of the columns that rows can be sorted by. */
export const sortableHeads = <R>(columns: readonly Column<R>[]): readonly string[] => [
  ...new Set(columns.flatMap(({ head }) => (head.trim() === '' ? [] : [head]))),
];

/** True if values rise from the first row to the last. */
const isAscending = <R>({ largestFirst = false }: PaneOrder<R>, reversed: boolean): boolean =>
  largestFirst === reversed;

/** The columns with an arrow at the head of the sorted one: up for rising values. */
export const withSortMark = <R>(
  { pen }: RenderContext,
  columns: readonly Column<R>[],
  order: PaneOrder<R> | undefined,
  reversed: boolean,
): readonly Column<R>[] => {
  if (order?.column === undefined) return columns;
  const [up, down] = pen.ascii ? ['^', 'v'] : ['▲', '▼'];
  return columns.map((column) => {
    if (column.head.trim() === '' || column.head.trim() !== order.column?.trim()) return column;
    const head = `${column.head}${isAscending(order, reversed) ? up : down}`;
    return { ...column, head, headRole: 'key', width: Math.max(column.width, head.length + 1) };
  });
};

/** The names of the orders of a pane, the default first. */
export const orderNames = <R>({
  order,
  orders,
}: {
  readonly order?: string;
  readonly orders: readonly PaneOrder<R>[];
}): readonly string[] => [order ?? 'worst first', ...orders.map(({ name }) => name)];

/** The name of the selected order with its direction, for the summary and notices. */
export const orderText = (orders: readonly string[], { order, reversed, sortColumn }: PaneState): string => {
  const name = sortColumn === undefined ? (orders[order] ?? '') : `by ${sortColumn.trim()}`;
  return `${name}${reversed === true ? ', reversed' : ''}`;
};

/** True if a pane shows all of its rows in their own order: no filter, no other order. */
export const isInDefaultOrder = ({ ui }: Pick<RenderContext, 'ui'>, pane: string): boolean => {
  const { filter, least, order, sortColumn, reversed } = paneState(ui, pane);
  return filter === '' && least === undefined && order === 0 && sortColumn === undefined && reversed !== true;
};
