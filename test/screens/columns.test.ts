import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { type Column, placeTable, tableHeaderLine } from '../../src/ui/kit/components/table.ts';
import { fitLine, lineToText, lineWidth } from '../../src/ui/kit/text/line.ts';
import {
  type ColumnChoice,
  chosenColumns,
  defaultColumns,
  isColumnOn,
  listColumns,
  moveColumn,
  toggleColumn,
} from '../../src/ui/shell/contract/column-choice.ts';
import { longTest, rounds } from '../support/layer.ts';
import { feedInfo, learn, noon } from '../support/made-facts.ts';
import { platforms } from './support/platforms.ts';
import { cardOf, headRow, rowOf, tableRows } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (size: readonly [number, number] = [120, 36], scene = shop()): Promise<User> =>
  openCockpit({ size, scene });

test(', lists the columns of the pane; enter turns one off and on again', async () => {
  const user = await open();
  await user.press('5 z ,');
  expect(rowOf(cardOf(user), 'COLUMNS  Connection pools')).toMatch(/9 of \d+/);
  expect(rowOf(cardOf(user), 'STATE')).toMatch(/on +STATE +always shown/);
  expect(rowOf(cardOf(user), 'KIND')).toMatch(/on +KIND +hidden below 90 cells/);
  await user.press('j j enter');
  expect(rowOf(cardOf(user), 'KIND')).toMatch(/off +KIND +turned off/);
  await user.press('esc');
  expect(headRow(user.rows(), 'Connection pools')).not.toContain('KIND');
  await user.press(', j j enter esc');
  expect(headRow(user.rows(), 'Connection pools')).toContain('KIND');
});

test('level and object cannot be turned off or moved', async () => {
  const user = await open();
  await user.press('5 z , enter');
  expect(user.rowWith('STATE identifies the row and is always shown')).toBeTruthy();
  await user.press('j J');
  expect(user.rowWith('POOL always stays at the left')).toBeTruthy();
});

test('J and K move a column, and r restores the default', async () => {
  const user = await open();
  await user.press('5 z');
  const before = headRow(user.rows(), 'Connection pools');
  await user.press(', j j j J esc');
  expect(headRow(user.rows(), 'Connection pools')).toMatch(/KIND +IDLE +IN USE/);
  await user.press(', r');
  expect(user.rowWith('Connection pools: default columns restored')).toBeTruthy();
  await user.press('esc');
  expect(headRow(user.rows(), 'Connection pools')).toBe(before);
});

test('a column that is turned on stays where the default hides it, room permitting', async () => {
  const user = await open([80, 24]);
  await user.press('5 z');
  expect(headRow(user.rows(), 'Connection pools')).not.toContain('IDLE');
  await user.press(', j j j j enter enter esc');
  expect(headRow(user.rows(), 'Connection pools')).toContain('IDLE');
});

longTest('a pane without a table has no columns to choose', async () => {
  const user = await open();
  await user.press('8 ,');
  expect(user.rowWith('the columns of this pane cannot be changed')).toBeTruthy();
});

longTest('ctrl-w shows further columns, and a narrow pane leaves them out first', async () => {
  const user = await open([200, 60], platforms());
  await user.press('6 z');
  expect(headRow(user.rows(), 'Pods')).not.toContain('NODE');
  await user.press('ctrl-w');
  expect(user.rowWith('Pods: wide mode is on')).toBeTruthy();
  expect(headRow(user.rows(), 'Pods')).toMatch(/OWNER .*NAMESPACE .*NODE .*IMAGE/);
  const rows = tableRows(user.rows(), 'Pods', 'billing-7c9f-x2k  pod');
  expect(rowOf(rows, 'billing-7c9f-x2k')).toMatch(/shop +deploy billing +node-1/);
  const narrow = await open([80, 24], platforms());
  await narrow.press('6 z ctrl-w j');
  expect(headRow(narrow.rows(), 'Pods')).toMatch(/READY +RESTARTS +CPU +MEMORY +AGE NAMESPACE/);
  expect(headRow(narrow.rows(), 'Pods')).not.toContain('IMAGE');
});

test('an export has the columns that the pane shows', async () => {
  const user = await open([200, 60], platforms());
  await user.press('6 z ctrl-w E enter');
  const saves = user.given.filter(([name]) => name === 'save');
  expect(JSON.stringify(saves)).toContain('NODE');
});

interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const alignments = fc.constantFrom<'right' | 'decimal' | undefined>(undefined, 'right', 'decimal');

const anyColumn = fc.record({
  name: fc.string({ minLength: 1, maxLength: 12 }),
  width: fc.integer({ min: 2, max: 40 }),
  grow: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  align: alignments,
  hideBelow: fc.option(fc.integer({ min: 20, max: 200 }), { nil: undefined }),
  required: fc.boolean(),
  wide: fc.boolean(),
  shows: fc.constantFrom<keyof Row | 'both'>('name', 'value', 'both'),
});

const columnOf = ({
  name,
  width,
  grow,
  align,
  hideBelow,
  required,
  wide,
  shows,
}: Parameters<Parameters<typeof anyColumn.map>[0]>[0]): Column<Row> => ({
  head: name,
  width,
  required,
  wide,
  ...(grow === undefined ? {} : { grow }),
  ...(align === undefined ? {} : { align }),
  ...(hideBelow === undefined ? {} : { hideBelow }),
  cell: (row) => ({
    text: shows === 'name' ? row.name : shows === 'value' ? `${row.value}` : `${row.value} ${row.unit}`,
    role: 'plain',
  }),
});

const anyChoice = (names: readonly string[]): fc.Arbitrary<ColumnChoice> =>
  fc.record({
    order: fc.shuffledSubarray([...names]),
    off: fc.subarray([...names]),
    on: fc.subarray([...names]),
    wide: fc.boolean(),
  });

const anyRow = fc.record({
  name: fc.string({ maxLength: 60, unit: 'grapheme' }),
  value: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => Math.round(value * 100) / 100),
  unit: fc.constantFrom('ms', 's', '%', 'GiB', ''),
});

longTest('any set of columns at any width from 20 to 300 has rows of exactly that width', () => {
  fc.assert(
    fc.property(
      fc
        .uniqueArray(anyColumn, { minLength: 1, maxLength: 14, selector: ({ name }) => name })
        .chain((parts) =>
          fc.tuple(fc.constant(parts.map(columnOf)), anyChoice(parts.map(({ name }) => name))),
        ),
      fc.array(anyRow, { maxLength: 8 }),
      fc.integer({ min: 20, max: 300 }),
      ([columns, choice], rows, width) => {
        const shown = chosenColumns(columns, choice);
        const table = placeTable(shown, width - 2, rows);
        const lines = [tableHeaderLine(table.placed, '…'), ...rows.map((row) => table.line(row, '…'))];
        const total = table.placed.reduce((sum, placedColumn) => sum + placedColumn.width, 0);
        for (const line of lines) {
          // Every line of a table is as wide as its columns, and they overflow only if the required ones do.
          expect(lineWidth(line)).toBe(total);
          expect(lineWidth(fitLine(line, width, 'plain', '…'))).toBe(width);
        }
        if (total > width - 1)
          expect(table.placed.slice(1).every(({ column }) => column.required === true)).toBe(true);
        for (const [index, column] of columns.entries())
          if (index === 0 || column.required === true)
            expect(shown.map(({ head }) => head)).toContain(column.head);
      },
    ),
    { numRuns: rounds(300) },
  );
});

test('a column that is toggled twice, or moved there and back, is where it was', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyColumn, { minLength: 2, maxLength: 10, selector: ({ name }) => name.trim() }),
      fc.nat(),
      (parts, position) => {
        const columns = parts.map(columnOf);
        const infos = listColumns(columns);
        const info = infos[position % infos.length];
        if (info === undefined || info.required) return;
        const once = toggleColumn(defaultColumns, info);
        expect(isColumnOn(info, once)).toBe(!isColumnOn(info, defaultColumns));
        expect(isColumnOn(info, toggleColumn(once, info))).toBe(isColumnOn(info, defaultColumns));
        const there = moveColumn(defaultColumns, infos, info.name, 1);
        if (there === defaultColumns) return;
        const back = moveColumn(there, listColumns(columns, there), info.name, -1);
        expect(chosenColumns(columns, back)).toEqual(chosenColumns(columns, defaultColumns));
      },
    ),
  );
});

test.each([
  ['at the decimal point', ['4.8 %', '31 %', '100 %', '–'], ['  4.8 %', ' 31   %', '100   %', '      –']],
  [
    'at their ends if their units differ',
    ['4.8s', '31ms', '180ms', '–'],
    [' 4.8s', ' 31ms', '180ms', '    –'],
  ],
])('numbers line up %s, and their units are dim', (_, texts, expected) => {
  const column: Column<string> = {
    head: 'LATENCY',
    width: 12,
    align: 'decimal',
    cell: (text) => ({ text, role: 'plain' }),
  };
  const table = placeTable([column], 12, texts);
  expect(texts.map((text) => lineToText(table.line(text, '…')))).toEqual(
    expected.map((line) => line.padStart(12)),
  );
  expect(table.line(texts[0] ?? '', '…').at(-1)?.role).toBe('faint');
});

test('the chooser offers the address of a pod, which wide mode shows too', async () => {
  const scene = platforms();
  if (scene.facts === undefined) throw new Error('the scene has no facts');
  const pod = {
    source: 'k8s',
    at: noon,
    kind: 'pod',
    namespace: 'shop',
    name: 'billing-0',
    owner: '',
    node: 'n1',
  };
  learn(scene.facts, feedInfo('k8s/pods', 'workloads'), {
    items: [{ ...pod, status: 'Running', ip: '10.244.1.7' } as Workload],
  });
  const user = await open([200, 60], scene);
  await user.press('6 z ,');
  expect(rowOf(cardOf(user), ' IP ')).toMatch(/off +IP/);
  await user.press('esc ctrl-w');
  expect(headRow(user.rows(), 'Pods')).toMatch(/ NODE +IP +/);
  expect(user.rowWith('10.244.1.7')).toContain('billing-0');
});
