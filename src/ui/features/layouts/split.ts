import type { PaneId } from '../../cursor.ts';
import { endSplit, jumped } from '../../keys/places.ts';
import { allPanes } from '../../panes/index.ts';
import type { Hand } from '../../panes/pane.ts';

/** What stands beside a pane at first: the one that was looked at before it, else the one after it that is there. */
const besideOf = ({ view, pane }: Hand): PaneId | undefined => {
  const known = (id: string): boolean => id !== pane.id && allPanes().some((one) => one.id === id);
  const before = view.ui.trail.back.findLast(({ focus }) => known(focus))?.focus;
  if (before !== undefined) return before;
  const at = allPanes().indexOf(pane);
  return [...allPanes().slice(at + 1), ...allPanes().slice(0, at)].find((one) => one.there(view))?.id;
};

/** Two panes in the middle, the focused one and another; again: as it was before. */
export const splitOrNot = (hand: Hand): void => {
  const { model, pane, view, say } = hand;
  const { split, place } = view.ui;
  jumped(model);
  if (split !== undefined) {
    endSplit(model, split.from);
    return;
  }
  const other = besideOf(hand);
  if (other === undefined) {
    say('there is no other pane here');
    return;
  }
  model.setState({ split: { panes: [pane.id, other], from: place }, place: pane.id, focus: pane.id });
  say('two panes: a digit puts another one here, tab goes to the other half, | goes back');
};
