import { expect, test } from 'vitest';
import type { StyledLine } from '../../../../src/ui/kit/text/line.ts';
import type { PaneForm, PaneRow } from '../../../../src/ui/shell/contract/pane-row.ts';
import { placeRows } from '../../../../src/ui/shell/panes/place-rows.ts';

const rowsOf = (count: number): readonly PaneRow[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `row-${index}`,
    level: 'ok',
    label: `row-${index}`,
    text: '',
  }));
const linesOf = (count: number): readonly StyledLine[] => Array.from({ length: count }, () => []);

interface Case {
  readonly what: string;
  readonly form: PaneForm;
  readonly height: number;
  readonly rows: number;
  readonly index?: number;
  readonly head?: number;
  readonly states?: number;
  readonly details?: number;
  readonly drawn: { readonly from: number; readonly count: number; readonly top: number };
  readonly others?: Partial<ReturnType<typeof placeRows>>;
}

test.each<Case>([
  {
    what: 'all rows fit below the title and the column heads',
    form: 'full',
    height: 10,
    rows: 4,
    drawn: { from: 0, count: 4, top: 2 },
    others: { scrolls: false, isCut: false, hasHeads: true },
  },
  {
    what: 'a full pane scrolls around the cursor, and a line says where',
    form: 'full',
    height: 10,
    rows: 30,
    index: 15,
    drawn: { from: 12, count: 7, top: 2 },
    others: { scrolls: true, isCut: false },
  },
  {
    what: 'the last line of a small pane counts the hidden rows',
    form: 'folded',
    height: 4,
    rows: 9,
    drawn: { from: 0, count: 2, top: 1 },
    others: { scrolls: false, isCut: true, hasHeads: false },
  },
  {
    what: 'with room for one row only, the worst is shown instead of a count',
    form: 'folded',
    height: 2,
    rows: 9,
    drawn: { from: 0, count: 1, top: 1 },
    others: { isCut: false },
  },
  {
    what: 'details leave three rows',
    form: 'full',
    height: 10,
    rows: 9,
    details: 20,
    drawn: { from: 0, count: 3, top: 2 },
    others: { detailRoom: 5, scrolls: false },
  },
  {
    what: 'status lines come before details',
    form: 'full',
    height: 10,
    rows: 9,
    states: 2,
    details: 20,
    drawn: { from: 0, count: 3, top: 2 },
    others: { detailRoom: 3 },
  },
  {
    what: 'the column heads are below the lines of a head',
    form: 'full',
    height: 10,
    rows: 4,
    head: 3,
    drawn: { from: 0, count: 4, top: 5 },
    others: { hasHeads: true },
  },
])('$what', ({ form, height, rows, index = 0, head = 0, states = 0, details = 0, drawn, others = {} }) => {
  const content = {
    rows: rowsOf(rows),
    index,
    columns: [{ head: 'NAME', width: 8, cell: () => [] }],
    head: linesOf(head),
    states: linesOf(states),
    details: linesOf(details),
  };
  expect(placeRows(content, { width: 80, height, form, focused: true })).toMatchObject({ drawn, ...others });
});
