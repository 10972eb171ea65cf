import { changePane, type LeastLevel, paneStateOf } from '../model.ts';
import { leastWords } from '../panes/wanted.ts';
import type { Binding, Hand } from './binding.ts';

const nextLeast = (least: LeastLevel | undefined): LeastLevel | undefined => {
  if (least === undefined) return 'bad';
  return least === 'bad' ? 'crit' : undefined;
};

const narrow = ({ model, pane, view, say }: Hand): void => {
  const least = nextLeast(paneStateOf(view.ui, pane.id).least);
  changePane(model, pane.id, { least });
  say(`${pane.title}: ${least === undefined ? 'every level' : leastWords[least]}`);
};

const nextOrder = ({ model, pane, view, say }: Hand): void => {
  const { order, reversed } = paneStateOf(view.ui, pane.id);
  const next = (order + 1) % pane.orders.length;
  changePane(model, pane.id, { order: next, reversed: false });
  const was = reversed === true ? ', not reversed any more' : '';
  say(`${pane.title}: ${pane.orders[next] ?? ''}${was}`);
};

const reverse = ({ model, pane, view, say }: Hand): void => {
  const { order, reversed } = paneStateOf(view.ui, pane.id);
  changePane(model, pane.id, { reversed: reversed !== true });
  say(`${pane.title}: ${pane.orders[order] ?? ''}${reversed === true ? '' : ', reversed'}`);
};

/** Keys that choose which rows are shown, and in which order. */
export const narrowKeys: readonly Binding[] = [
  { id: 'level', keys: ['v'], does: 'levels: all, worse than OK, CRIT only', run: narrow },
  { id: 'order', keys: ['o'], does: 'next order of the rows', run: nextOrder },
  { id: 'order.reverse', keys: ['i'], does: 'the same order, reversed', run: reverse },
];
