import { expect, test } from 'vitest';
import {
  type BoxColumn,
  boxOutlines,
  type ColumnBox,
  renderBoxColumns,
} from '../../../../src/ui/kit/components/box-columns.ts';
import { lineToText, lineWidth, type StyledLine } from '../../../../src/ui/kit/text/line.ts';

const pen = { ascii: false, ellipsis: '…' };
const run = (text: string): StyledLine => [{ text, role: 'plain' }];
const look = { weight: 'thin', focused: 'focus', hasSides: true } as const;

const box = (title: string, rows: number, more: Partial<ColumnBox> = {}): ColumnBox => ({
  ...{ title: run(title), note: run(`${rows} rows`), rows, least: 1 },
  lines: ({ width, height }) => Array.from({ length: height }, () => run('x'.repeat(width))),
  ...more,
});

const columns: readonly BoxColumn[] = [
  { cells: 30, boxes: [box('Group', 3, { grows: true }), box('Runbooks', 2)] },
  { cells: 20, boxes: [box('Partitions', 4), box('Members', 2), box('Signals', 1)] },
];

const textsOf = (height: number, ascii = false): readonly string[] =>
  renderBoxColumns({ ...pen, ascii }, columns, height, look).map(lineToText);

test.each([8, 14, 40])('boxes side by side fill %i rows exactly', (height) => {
  const lines = renderBoxColumns(pen, columns, height, look);
  expect(lines).toHaveLength(height);
  expect(lines.map(lineWidth)).toEqual(Array.from({ length: height }, () => 50));
});

test('a box has its title and its note in its upper border', () => {
  const [first = ''] = textsOf(14);
  expect(first).toMatch(/^╭─ Group ─+ 3 rows ─╮╭─ Partitions ─+╮$/u);
});

test('the box that grows takes the rows that are left, otherwise the last one', () => {
  const outlines = boxOutlines(columns, 40).map(({ top, bottom }) => bottom - top - 1);
  expect(outlines).toEqual([34, 2, 4, 2, 28]);
});

test('without room the largest boxes shrink, then the last ones are left out', () => {
  expect(boxOutlines(columns, 10).map(({ top, bottom }) => bottom - top - 1)).toEqual([4, 2, 1, 2, 1]);
  expect(textsOf(8).join('\n')).not.toContain('Signals');
});

test('in ASCII the borders are other characters', () => {
  expect(textsOf(14, true)[0]).toMatch(/^\+- Group -+ 3 rows -\+\+- Partitions -+\+$/);
});
