import { expect, test } from 'vitest';
import { lineToText } from '../../../../src/ui/kit/text/line.ts';
import { createTextPen } from '../../../../src/ui/kit/text/pen.ts';
import type { PaneForm, PaneRow } from '../../../../src/ui/shell/contract/pane-row.ts';
import type { RenderContext } from '../../../../src/ui/shell/contract/render-context.ts';
import { withFieldColumns } from '../../../../src/ui/shell/panes/field-columns.ts';
import type { PaneSpec } from '../../../../src/ui/shell/panes/pane-spec.ts';
import { pool, snapshotWith } from '../../../support/made-facts.ts';

const db = pool('db', { service: 'billing', instance: 'billing-0' });
const view = {
  pen: createTextPen(false),
  own: { snapshot: snapshotWith({ pools: [db] }) },
} as unknown as RenderContext;

const row: PaneRow = {
  key: 'db',
  level: 'ok',
  label: 'db',
  text: 'db',
  subject: { kind: 'pools', fact: db },
};

/** A pane of pools whose own table has these heads. */
const paneWith = (...heads: readonly string[]) =>
  withFieldColumns<PaneRow>({
    kind: 'pools',
    table: () =>
      heads.map((head) => ({ head, width: 9, cell: ({ label }) => [{ text: label, role: 'plain' }] })),
  } as Partial<PaneSpec<PaneRow>> as PaneSpec<PaneRow>);

const cellsOf = (spec: PaneSpec<PaneRow>, of: PaneRow, form: PaneForm = 'full') =>
  spec
    .table(view, form, 200)
    .map(({ head, wide, cell }) => [head, wide === true, lineToText([cell(of)].flat())]);

test('a column that a field declares is in wide mode of the pane of its kind, which need not list it', () => {
  expect(cellsOf(paneWith('POOL'), row)).toEqual([
    ['POOL', false, 'db'],
    ['SERVICE', true, 'billing'],
    ['INSTANCE', true, 'billing-0'],
  ]);
});

test('a column that the pane places itself is there once, and a box of the overview has no others', () => {
  expect(cellsOf(paneWith('INSTANCE', 'SERVICE'), row).map(([head]) => head)).toEqual([
    'INSTANCE',
    'SERVICE',
  ]);
  expect(cellsOf(paneWith('POOL'), row, 'brief').map(([head]) => head)).toEqual(['POOL']);
});

test('a row that stands for several has blank cells', () => {
  expect(cellsOf(paneWith(), { ...row, standsFor: 3 }).map(([, , text]) => text)).toEqual(['', '']);
});
