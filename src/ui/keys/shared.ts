import { isGoing, notArmed } from '../features/runbooks/actions.ts';
import type { Binding, Hand } from '../panes/pane.ts';

/** What only the details of the row under the cursor tell is read when they are looked at. */
export const readDetails = ({ commands, pane, row, view }: Hand): void => {
  const feeds = row === undefined ? [] : (pane.feedsOf?.(view, row.key) ?? []);
  if (feeds.length > 0) commands.read(feeds);
};

/** What runs is cancelled, what is asked is answered with no; when there is neither, the cockpit ends. */
export const interrupt: Binding = {
  id: 'cancel',
  keys: ['ctrl-c'],
  does: 'cancel what runs or is asked; else quit',
  run: ({ view, commands, quit }) => {
    switch (view.cockpit.run?.stage) {
      case 'running':
      case 'window':
        return commands.cancel();
      case 'params':
      case 'diagnosing':
      case 'planning':
      case 'proposed':
        return commands.decline();
      case 'ended':
      case undefined:
        return quit();
    }
  },
};

export const suspend: Binding = {
  id: 'suspend',
  keys: ['ctrl-z'],
  does: 'stop opsdeck until fg',
  whyNot: ({ view }) => (view.canSuspend ? undefined : 'nothing here could continue it'),
  run: (hand) => hand.suspend(),
};

export const quit: Binding = {
  id: 'quit',
  keys: ['q'],
  does: 'quit; asks when a run is going',
  footer: 'quit',
  run: (hand) => {
    if (isGoing(hand.view.cockpit)) hand.model.setState({ overlay: { is: 'quit' } });
    else hand.quit();
  },
};

/** Help about what is on top, which stays under it. */
export const help: Binding = {
  id: 'help',
  keys: ['?'],
  does: 'help: every key of this screen',
  footer: 'help',
  run: ({ model, view }) =>
    model.setState({
      overlay: { is: 'help', text: '', typing: false, cursor: 0, over: view.ui.overlay },
    }),
};

/** Arms from a card or a list, which stays under the question. */
export const armHere: Binding = {
  id: 'card.arm',
  keys: ['A'],
  does: 'arm (asks why)',
  footer: 'arm',
  acts: true,
  whyNot: ({ view: { cockpit } }) => {
    if (cockpit.arming.armedUntil !== undefined) return 'it is armed already';
    return notArmed(cockpit) === undefined ? 'this environment is not read-only' : undefined;
  },
  run: ({ model, view }) => model.setState({ overlay: { is: 'arm', text: '', over: view.ui.overlay } }),
};
