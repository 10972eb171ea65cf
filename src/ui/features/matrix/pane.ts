import type { Bound } from '../../../domain/bound.ts';
import { ageText, durationText } from '../../../domain/duration.ts';
import { rank } from '../../../domain/level.ts';
import { keyOf } from '../../keys/rebound.ts';
import { changePane, paneStateOf } from '../../model.ts';
import { definePane } from '../../panes/define-pane.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { byName } from '../../panes/worst-first.ts';
import { seenAgo, type Wrong } from '../../panes/wrong.ts';
import { faultSentence } from '../../text/faults.ts';
import { levelWords } from '../../theme/glyphs.ts';
import type { View } from '../../view.ts';
import { environmentsOf } from '../health/rows.ts';
import type { MatrixCell } from './cell.ts';
import { acrossColumns, briefColumns, ownColumns } from './columns.ts';
import { matrixDetails } from './details.ts';
import { type MatrixRow, matrixRows } from './rows.ts';
import { boundText, valueText } from './values.ts';
import { showsLimits, showsOthers, windowOf, windows } from './window.ts';

type Seen = Extract<MatrixCell, { is: 'seen' }>;

/** The limit that it is beyond, or will be raised for. */
const limitOf = ({ signal, spec: { threshold } }: Seen): Bound | undefined => {
  const level = signal.verdict?.pending?.level ?? signal.level;
  return rank[level] === rank.crit ? (threshold.crit ?? threshold.warn) : threshold.warn;
};

/** ', CRIT in 47s if it stays' of what is about to be raised. */
const soonText = ({ now }: View, { signal, spec }: Seen): string => {
  const { pending } = signal.verdict ?? {};
  if (pending === undefined) return '';
  const left = Math.max(0, (spec.threshold.forMs ?? 0) - (now - pending.since));
  return `, ${levelWords[pending.level]} in ${ageText(left)} if it stays`;
};

const said = (view: View, cell: Seen): string => {
  const { signal, spec } = cell;
  const { verdict, value, unit } = signal;
  const limit = limitOf(cell);
  if (value === undefined || verdict?.silent === true || limit === undefined) return verdict?.why ?? '';
  const shown = `${valueText(value, unit)}${unit === '' || unit === 'B' || unit === 'bytes' ? '' : ` ${unit}`}`;
  return `${shown}, limit ${boundText(limit, spec.unit)}${soonText(view, cell)}`;
};

/** '6.4 %, limit ≥ 5', or why there is no value, in the open environment. */
const signalWrong: Wrong<MatrixRow> = {
  says: (view, { own }) => {
    if (own.is !== 'seen') return own.is === 'waiting' ? 'no answer yet' : '';
    const { signal, env } = own;
    const { fault, at = view.now, stale } = signal;
    if (fault !== undefined)
      return fault.source === ''
        ? fault.message
        : faultSentence(fault, env.facts, view.now, keyOf(view.cockpit, 'ask', 'r'));
    return `${seenAgo(view, at, stale)}${said(view, own)}`;
  },
  blindBy: ({ own }) => (own.is === 'seen' ? own.signal.fault?.source : undefined),
  since: ({ own }) => {
    if (own.is !== 'seen') return undefined;
    const { verdict } = own.signal;
    return verdict?.pending?.since ?? verdict?.since;
  },
};

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
