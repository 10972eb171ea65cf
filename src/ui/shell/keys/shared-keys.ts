import { isRunActive } from '../../../store/run-view.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import { notArmedReason } from '../state/blocked-reasons.ts';
import { cardArmKey } from '../state/keys-in-text.ts';

/** Requests feeds that only the row details show. */
export const requestRowDetails = ({ commands, pane, row, view }: KeyContext): void => {
  const feeds = row === undefined ? [] : (pane.detailFeeds?.(view, row.key) ?? []);
  if (feeds.length > 0) commands.read(feeds);
};

/** Cancels the run or declines the question; quits if there is neither. */
export const interruptKey: Binding = {
  id: 'cancel',
  keys: ['ctrl-c'],
  description: 'cancel the run or question, else quit',
  run: ({ view, commands, quit }) => {
    switch (view.cockpit.run?.stage) {
      case 'running':
      case 'window':
        return commands.cancel();
      case 'params':
      case 'diagnosing':
      case 'planning':
      case 'proposed':
      case 'approving':
        return commands.decline();
      case 'ended':
      case undefined:
        return quit();
    }
  },
};

export const suspendKey: Binding = {
  id: 'suspend',
  keys: ['ctrl-z'],
  description: 'suspend opsdeck until fg resumes it',
  whyNot: ({ view }) => (view.canSuspend ? undefined : 'opsdeck has no shell to resume from'),
  run: (context) => context.suspend(),
};

export const quitKey: Binding = {
  id: 'quit',
  keys: ['q'],
  description: 'quit opsdeck, after a confirmation if a run is active',
  footer: 'quit',
  run: (context) => {
    if (isRunActive(context.view.cockpit)) context.model.setState({ overlay: { is: 'quit' } });
    else context.quit();
  },
};

/** Opens help for the topmost layer, which stays open below it. */
export const helpKey: Binding = {
  id: 'help',
  keys: ['?'],
  description: 'show help for this screen',
  footer: 'help',
  run: ({ model, view }) =>
    model.setState({
      overlay: { is: 'help', text: '', typing: false, cursor: 0, over: view.ui.overlay },
    }),
};

/** Opens the arming dialog above the current card or list. */
export const armKey: Binding = {
  id: 'card.arm',
  keys: [cardArmKey],
  description: 'arm the environment, for a reason that you type',
  footer: 'arm',
  isChange: true,
  whyNot: ({ view: { cockpit } }) => {
    if (cockpit.arming.armedUntil !== undefined) return 'already armed';
    return notArmedReason(cockpit) === undefined
      ? 'this environment is not read-only, so there is nothing to arm'
      : undefined;
  },
  run: ({ model, view }) => model.setState({ overlay: { is: 'arm', text: '', over: view.ui.overlay } }),
};
