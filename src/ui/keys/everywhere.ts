import { firstRow } from '../cursor.ts';
import { busy } from '../features/runbooks/actions.ts';
import { actionsOn } from '../features/runbooks/row-actions.ts';
import { shareKey } from '../features/share/keys.ts';
import { whyNotActing } from '../features/time-travel/past-view.ts';
import { paneStateOf } from '../model.ts';
import type { Binding, Hand } from '../panes/pane.ts';
import { actedOn } from './mark.ts';
import { armHere, help, interrupt, quit, readDetails, suspend } from './shared.ts';

const notOpen = ({ view }: Hand): string | undefined =>
  view.cockpit.open === undefined ? 'no environment is open yet' : undefined;

/** The newest run of this session that kept what it takes to put things back. */
const undoable = ({ view }: Hand): string | undefined =>
  view.cockpit.ended.find((run) =>
    run.events.some((event) => event.event === 'ended' && (event.undo?.length ?? 0) > 0),
  )?.proposal?.run;

/** Why nothing can be done about the marked rows, or the one under the cursor. */
const noAction = (hand: Hand): string | undefined => {
  const on = actedOn(hand);
  if ('whyNot' in on) return on.whyNot;
  if (actionsOn(hand.view.cockpit, on.subjects).length > 0) return undefined;
  return on.subjects.length > 1
    ? `no runbook takes ${on.subjects.length} such rows at once: esc unmarks them`
    : 'no runbook takes this row';
};

/** The list of runbooks, or the card of the run that went into the background. */
const runbooks = ({ model, view, commands }: Hand) => {
  const { run } = view.cockpit;
  if (run?.background === true) return commands.background(false);
  model.setState({ overlay: { is: 'runbooks', cursor: firstRow } });
};

const pickEnvironment = ({ model, view }: Hand): void => {
  const { environments, open } = view.cockpit;
  const at = environments.findIndex((one) => one.env === open?.env && one.system === open.system);
  model.setState({ overlay: { is: 'environments', cursor: { index: Math.max(0, at) } } });
};

/** Keys that find anything by its name. */
export const findKeys: readonly Binding[] = [
  {
    id: 'command',
    keys: [':'],
    does: 'a command by its name',
    footer: 'command',
    run: ({ model }) => model.setState({ overlay: { is: 'command', text: '', cursor: firstRow } }),
  },
  {
    id: 'palette',
    keys: ['ctrl-p'],
    does: 'palette, fuzzy',
    footer: 'palette',
    footerFrom: 100,
    run: ({ model }) =>
      model.setState({ overlay: { is: 'palette', mode: 'fuzzy', text: '', cursor: firstRow, calls: false } }),
  },
  shareKey,
];

/** Keys that act, wherever one is. */
export const actKeys: readonly Binding[] = [
  {
    id: 'row.actions',
    keys: ['x'],
    does: 'actions for this row, or the marked ones',
    footer: 'actions',
    acts: true,
    whyNot: noAction,
    run: ({ model }) =>
      model.setState({ overlay: { is: 'palette', mode: 'row', text: '', cursor: firstRow, calls: false } }),
  },
  {
    id: 'runbook.card',
    keys: ['R'],
    does: 'runbooks; or the card that was put away',
    footer: 'runbook',
    // The card of a run that goes on is live, whatever is looked at.
    whyNot: (hand) =>
      notOpen(hand) ?? (hand.view.cockpit.run?.background === true ? undefined : whyNotActing(hand.view)),
    run: runbooks,
  },
  {
    id: 'undo',
    keys: ['u'],
    does: 'undo the last run',
    acts: true,
    whyNot: (hand) =>
      busy(hand.view.cockpit) ??
      (undoable(hand) === undefined ? 'no run of this session can be undone' : undefined),
    run: (hand) => {
      const run = undoable(hand);
      if (run !== undefined) hand.commands.undo(run);
    },
  },
  {
    ...armHere,
    id: 'arm',
    whyNot: (hand) => notOpen(hand) ?? armHere.whyNot?.(hand),
  },
  {
    id: 'disarm',
    keys: ['A'],
    does: 'disarm: read-only again',
    footer: 'disarm',
    whyNot: ({ view }) => (view.cockpit.arming.armedUntil === undefined ? 'it is not armed' : undefined),
    run: ({ commands }) => commands.disarm(),
  },
  {
    id: 'environment',
    keys: ['e'],
    does: 'open another environment',
    footer: 'environment',
    whyNot: (hand) =>
      busy(hand.view.cockpit) ??
      (hand.view.cockpit.environments.length === 0 ? 'no environment was found' : undefined),
    run: pickEnvironment,
  },
  {
    id: 'ask',
    keys: ['r'],
    does: 'ask every source now',
    footer: 'ask now',
    whyNot: notOpen,
    run: (hand) => {
      hand.commands.askNow();
      if (paneStateOf(hand.view.ui, hand.pane.id).opened) readDetails(hand);
      hand.say('asking every source now');
    },
  },
  help,
  suspend,
  interrupt,
  quit,
];
