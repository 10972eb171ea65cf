import type { Binding, Hand } from '../../../panes/pane.ts';
import { logsId } from '../cursor.ts';
import { openTarget } from '../open-target.ts';
import { logTarget } from '../target.ts';

/** Why no lines can be had here, or undefined. */
export const noTails = ({ view }: Hand): string | undefined => {
  const { open } = view.cockpit;
  if (open === undefined) return 'no environment is open yet';
  return (open.tails?.length ?? 0) === 0 ? 'not set up: no source here has streams of lines' : undefined;
};

/** From anywhere to the lines of what is under the cursor. */
export const logsHere: Binding = {
  id: 'logs.here',
  keys: ['L'],
  does: 'LOGS of this row, from 5 min before it began',
  whyNot: (hand) =>
    noTails(hand) ??
    (hand.pane.id === logsId
      ? 'these are the lines: 8 LOGS'
      : logTarget(hand.view, hand.row, hand.pane.id) === undefined
        ? 'this row is about nothing that writes lines: 8 opens every stream'
        : undefined),
  run: (hand) => {
    const target = logTarget(hand.view, hand.row, hand.pane.id);
    if (target !== undefined) openTarget(hand, target);
  },
};
