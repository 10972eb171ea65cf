import { durationText } from '../../../domain/duration.ts';
import { changePane, paneStateOf } from '../../model.ts';
import { definePane } from '../../panes/define-pane.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { byName } from '../../panes/worst-first.ts';
import { environmentsOf } from '../health/rows.ts';
import { acrossColumns, briefColumns, ownColumns } from './columns.ts';
import { matrixDetails } from './details.ts';
import { type MatrixRow, matrixRows } from './rows.ts';
import { showsLimits, showsOthers, windowOf, windows } from './window.ts';
import { signalWrong } from './wrong.ts';

const choose = ({ model, view }: Hand, name: 'window' | 'limits', value: number): void => {
  const { chosen } = paneStateOf(view.ui, 'matrix');
  changePane(model, 'matrix', { chosen: { ...chosen, [name]: value } });
};

const nextWindow = (hand: Hand): void => {
  const next = (windows.indexOf(windowOf(hand.view)) + 1) % windows.length;
  choose(hand, 'window', next);
  hand.say(`MATRIX: the last ${durationText(windows[next] ?? 0)}`);
};

/** The keys of 2 MATRIX. */
const matrixKeys: readonly Binding[] = [
  {
    id: 'matrix.window',
    keys: ['w'],
    does: 'window of sparklines and charts: 20m, 1h, 6h',
    footer: 'window',
    run: nextWindow,
  },
  {
    id: 'matrix.limits',
    keys: ['t'],
    does: 'show limits',
    footer: 'limits',
    whyNot: ({ view }) =>
      view.ui.place === 'overview' ? 'z first: limits stand beside the pane alone' : undefined,
    run: (hand) => choose(hand, 'limits', showsLimits(hand.view) ? 0 : 1),
  },
];

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
