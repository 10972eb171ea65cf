import type { Key } from 'ink';
import { expect, test } from 'vitest';
import { keysPage } from '../../../scripts/keys-page.ts';
import { features } from '../../../src/ui/app/features.ts';
import { correctPrefixLength } from '../../../src/ui/features/cards/confirmation.ts';
import {
  type Column,
  foldedRowLine,
  placeColumns,
  placeTable,
  tableHeaderLine,
} from '../../../src/ui/kit/components/table.ts';
import { cursorRowIndex, visibleWindow } from '../../../src/ui/kit/components/window.ts';
import { lineToText } from '../../../src/ui/kit/text/line.ts';
import { createTextPen } from '../../../src/ui/kit/text/pen.ts';
import { applyEditingKey, firstPastedLine, parseStrokes } from '../../../src/ui/shell/keys/strokes.ts';
import { distributeLines } from '../../../src/ui/shell/layout/distribute-lines.ts';

const pen = createTextPen(false);

interface Fact {
  readonly name: string;
  readonly lag: number;
  readonly verdict: string;
}
const columns: readonly Column<Fact>[] = [
  { head: 'GROUP', width: 8, grow: 1, cell: (fact) => pen.run(fact.name) },
  { head: 'LAG', width: 8, align: 'right', cell: (fact) => pen.run(String(fact.lag)) },
  { head: 'VERDICT', width: 10, cell: (fact) => pen.run(fact.verdict) },
  { head: 'WIDE', width: 6, hideBelow: 60, cell: () => pen.run('w') },
];

test('columns grow, numbers are right-aligned, text after a number keeps a blank', () => {
  const placed = placeColumns(columns, 32);
  expect(lineToText(tableHeaderLine(placed, '…'))).toBe(
    `${'GROUP'.padEnd(14)}${'LAG'.padStart(8)} VERDICT  `,
  );
  const row = { name: 'billing-events-of-all', lag: 48210, verdict: 'falling behind' };
  expect(lineToText(placeTable(columns, 32, []).line(row, '…'))).toBe(
    `billing-even… ${'48210'.padStart(8)} falling … `,
  );
  // Columns whose text does not fit grow first.
  expect(
    lineToText(placeTable(columns, 47, [row]).line(row, '…'))
      .trimEnd()
      .split(/ {2,}/),
  ).toEqual(['billing-events-of-all', '48210 falling behind']);
  expect(placeColumns(columns, 60)).toHaveLength(4);
});

test('a column is wide enough for the folded row. The names of a growing one do not count', () => {
  const folding: readonly Column<Fact>[] = [
    {
      head: 'GROUP',
      width: 8,
      grow: 1,
      cell: ({ name }) => pen.run(name),
      renderFolded: () => pen.run('a · b · c · d'),
    },
    {
      head: 'LAG',
      width: 4,
      align: 'right',
      cell: ({ lag }) => pen.run(`${lag}`),
      renderFolded: () => pen.run('≤48,210'),
    },
  ];
  const row = { name: 'mail', lag: 3, verdict: '' };
  const { placed } = placeTable(folding, 20, [row], { folded: [row] });
  expect(lineToText(foldedRowLine(placed, [row], '…'))).toBe('a · b · c…   ≤48,210');
});

test.each([
  [[5, 5, 5], 15, [5, 5, 5]],
  [[5, 5, 5], 9, [3, 3, 3]],
  [[9, 2, 9], 12, [5, 2, 5]],
  [[9, 9], 3, [2, 2]],
] as const)('%j in %i lines get %j', (wants, room, expected) => {
  expect(distributeLines(wants, room, 2)).toEqual(expected);
});

test.each([
  [9, [5, 2, 2]],
  [8, [4, 2, 2]],
  [12, [5, 4, 3]],
  [30, [5, 5, 5]],
] as const)('higher priorities come first: %i lines are shared as %j', (room, expected) => {
  expect(distributeLines([5, 5, 5], room, 2, [5, 2, 2])).toEqual(expected);
});

test.each([
  [10, 5, 0, [0, 5]],
  [10, 5, 4, [2, 7]],
  [10, 5, 9, [5, 10]],
  [3, 5, 2, [0, 3]],
  [3, 0, 2, [2, 2]],
] as const)(
  'of %i rows in %i lines with the cursor on %i, %j are visible',
  (count, room, index, [from, to]) => {
    const seen = visibleWindow(count, room, index);
    expect([seen.from, seen.to]).toEqual([from, to]);
    expect(seen.hidden).toBe(count - (to - from));
  },
);

test('the cursor stays on its object, on the row it was folded into, or at its position', () => {
  const row = (key: string, folds?: readonly string[]) => ({
    key,
    level: 'ok' as const,
    label: key,
    text: key,
    ...(folds && { foldedKeys: folds }),
  });
  const rows = [row('a'), row('b'), row('folded', ['c', 'd'])];
  expect(cursorRowIndex(rows, { key: 'b', index: 0 })).toBe(1);
  expect(cursorRowIndex(rows, { key: 'd', index: 0 })).toBe(2);
  expect(cursorRowIndex(rows, { key: 'gone', index: 1 })).toBe(1);
  expect(cursorRowIndex(rows, { key: 'gone', index: 9 })).toBe(2);
  expect(cursorRowIndex([], { index: 3 })).toBe(0);
});

const none: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

test.each([
  ['j', {}, ['j']],
  ['jjk', {}, ['j', 'j', 'k']],
  ['ab\r', {}, ['a', 'b', 'enter']],
  ['\t', {}, ['tab']],
  ['a\u0010', {}, ['a', 'ctrl-p']],
  ['', { return: true }, ['enter']],
  ['', { escape: true }, ['esc']],
  ['', { escape: true, meta: true }, ['esc', 'esc']],
  ['j', { meta: true }, ['esc', 'j']],
  ['p', { ctrl: true }, ['ctrl-p']],
  ['', { tab: true, shift: true }, ['shift-tab']],
  ['注', {}, ['注']],
] as const)('%j with %j is parsed as %j', (input, key, expected) => {
  expect(parseStrokes(input, { ...none, ...key })).toEqual(expected);
});

test.each([
  ['ledger', 'ledg', 4],
  ['ledger', 'lex', 2],
  ['ledger', 'ledgerX', 6],
  ['注文', '注', 1],
  ['a', '', 0],
] as const)('in %s, %s has %i correct letters', (name, typed, right) => {
  expect(correctPrefixLength(name, typed)).toBe(right);
});

test('text input handles editing keys and ignores key names', () => {
  expect(applyEditingKey('ab', 'c')).toBe('abc');
  expect(applyEditingKey('ab', 'backspace')).toBe('a');
  expect(applyEditingKey('ab cd', 'ctrl-w')).toBe('ab ');
  expect(applyEditingKey('ab', 'ctrl-u')).toBe('');
  expect(applyEditingKey('ab', 'enter')).toBeUndefined();
  expect(firstPastedLine(' one\r\ntwo')).toBe('one');
});

test('the key reference has every key of every pane', () => {
  const page = keysPage();
  for (const { description: does, keys } of features.panes.all().flatMap((pane) => pane.keys)) {
    expect(page).toContain(does);
    for (const key of keys) expect(page).toContain(`\`${key}\``);
  }
});
