import { firstRow } from '../../../cursor.ts';
import type { Binding, Hand } from '../../../keys/binding.ts';
import { openPlace } from '../../../keys/places.ts';
import { changePane } from '../../../model.ts';
import { logsId } from '../cursor.ts';
import { type LogTarget, logTarget } from '../target.ts';

/** Why no lines can be had here, or undefined. */
export const noTails = ({ view }: Hand): string | undefined => {
  const { open } = view.cockpit;
  if (open === undefined) return 'no environment is open yet';
  return (open.tails?.length ?? 0) === 0 ? 'not set up: no source here has streams of lines' : undefined;
};

/** Opens LOGS on something: its streams, its chips, its time. */
export const openTarget = ({ model, commands, say }: Hand, { scope, chips, at, says }: LogTarget): void => {
  changePane(model, logsId, { cursor: firstRow, marks: undefined, opened: false });
  model.setState(({ logs: { pausedAt: _, movedIn: __, asking: ___, ...logs } }) => ({
    logs: { ...logs, follow: true },
  }));
  commands.logs.hold(false);
  commands.logs.open(scope);
  commands.logs.look(chips);
  openPlace(model, logsId);
  say(at === undefined ? says : `${says} · from 5 min before it began`);
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
