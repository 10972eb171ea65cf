import type { RunView } from '../../../store/cockpit.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { currentRun } from '../../shell/state/current-run.ts';

/** The effect of `esc` on the card, by stage. In the cancel window every key cancels. */
const escText: Readonly<Record<RunView['stage'], string>> = {
  params: 'press esc to close the card first',
  diagnosing: 'press esc to close the card first',
  planning: 'press esc to close the card first',
  proposed: 'press esc to close the card first. Nothing is sent',
  approving: 'press esc to close the card first. Nothing is recorded',
  window: 'any key cancels the run',
  running: 'press esc to move the run to the background first. The run continues',
  ended: 'press esc to close the card first',
};

const escFirst = ({ view }: KeyContext): string | undefined => {
  const run = currentRun(view);
  return run === undefined ? undefined : escText[run.stage];
};

/** Keys of the screen below a card. They say how to leave the card, and act only after it is closed. `q` closes a card, as `esc` does. */
export const leaveCardKeys: readonly Binding[] = [
  {
    id: 'card.pane',
    keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    description: 'focus a pane, once the card is closed',
    whyNot: escFirst,
    run: () => {},
  },
];
