import { durationText } from '../../../domain/duration.ts';
import type { Binding, Hand } from '../../keys/binding.ts';
import { changePane, paneStateOf } from '../../model.ts';
import { showsLimits, windowOf, windows } from './window.ts';

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
export const matrixKeys: readonly Binding[] = [
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
