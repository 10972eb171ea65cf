import { definePane } from '../define-pane.ts';
import { environmentsOf } from '../health/rows.ts';
import { byName } from '../worst-first.ts';
import { acrossColumns, briefColumns, ownColumns } from './columns.ts';
import { matrixDetails } from './details.ts';
import { matrixKeys } from './keys.ts';
import { type MatrixRow, matrixRows } from './rows.ts';
import { showsOthers } from './window.ts';
import { signalWrong } from './wrong.ts';

/** From so many columns on other environments have a place among the other panes, too. */
const briefFrom = 100;

/** 2 MATRIX: metrics × environments. */
export const matrixPane = definePane<MatrixRow>({
  id: 'matrix',
  key: '2',
  title: 'MATRIX',
  noun: 'signals',
  kind: 'samples',
  keys: matrixKeys,
  rows: matrixRows,
  wrong: signalWrong,
  orders: [{ name: 'by name', compare: byName }],
  columns: (view) => (showsOthers(view) ? environmentsOf(view).length : 0),
  caption: () => [],
  table: (view, form, width) => {
    const alone = environmentsOf(view).length < 2;
    if (form === 'full')
      return alone || !showsOthers(view) ? ownColumns(view, width) : acrossColumns(view, width);
    return alone || width + 2 < briefFrom ? ownColumns(view, width) : briefColumns(view, width);
  },
  details: matrixDetails,
});
