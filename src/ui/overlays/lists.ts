import type { EnvironmentRef, Suggestion } from '../../store/cockpit.ts';
import { byFit, whyNotStart } from '../actions.ts';
import type { Binding, Hand } from '../keys/binding.ts';
import { armHere, help, quit } from '../keys/shared.ts';
import { noOverlay } from './overlay.ts';
import { mustPick } from './picker.ts';

/** The runbooks in the order in which they are offered. */
export const offeredRunbooks = ({ view }: Pick<Hand, 'view'>): readonly Suggestion[] =>
  byFit(view.cockpit.suggestions);

const cursorOf = ({ view }: Hand): number => ('cursor' in view.ui.overlay ? view.ui.overlay.cursor : 0);

const move =
  (step: number, count: (hand: Hand) => number) =>
  (hand: Hand): void => {
    const { overlay } = hand.view.ui;
    if (!('cursor' in overlay)) return;
    const cursor = Math.max(0, Math.min(count(hand) - 1, overlay.cursor + step));
    hand.model.setState({ overlay: { ...overlay, cursor } });
  };

const close: Binding = {
  id: 'list.close',
  keys: ['esc'],
  does: 'close',
  footer: 'close',
  run: ({ model }) => model.setState({ overlay: noOverlay }),
};

const listKeys = (count: (hand: Hand) => number, ...own: readonly Binding[]): readonly Binding[] => [
  ...own,
  { id: 'list.down', keys: ['j', 'down'], does: 'next', run: move(1, count) },
  { id: 'list.up', keys: ['k', 'up'], does: 'previous', run: move(-1, count) },
  help,
];

const startChosen = (hand: Hand) => {
  const chosen = offeredRunbooks(hand)[cursorOf(hand)];
  if (chosen === undefined) return;
  const whyNot = whyNotStart(hand.view.cockpit, chosen.runbook);
  if (whyNot !== undefined) return hand.say(`${chosen.runbook.id}: ${whyNot}`);
  hand.model.setState({ overlay: noOverlay });
  hand.commands.propose(chosen.runbook.id, {});
};

export const runbookKeys: readonly Binding[] = listKeys(
  (hand) => offeredRunbooks(hand).length,
  {
    id: 'runbook.start',
    keys: ['enter'],
    does: 'start it: it reads, and shows a card first',
    footer: 'start',
    run: startChosen,
  },
  armHere,
  close,
);

const openChosen = (hand: Hand) => {
  const chosen: EnvironmentRef | undefined = hand.view.cockpit.environments[cursorOf(hand)];
  if (chosen === undefined) return;
  const name = `${chosen.system}/${chosen.env}`;
  hand.model.setState({ overlay: noOverlay, opening: name });
  hand.say(`opening ${name}`);
  hand.commands.openEnvironment(name);
};

const mustChoose = ({ view }: Hand): boolean => mustPick(view.cockpit, view.ui);

export const environmentKeys: readonly Binding[] = listKeys(
  (hand) => hand.view.cockpit.environments.length,
  { id: 'environment.open', keys: ['enter'], does: 'open it', footer: 'open', run: openChosen },
  { ...close, whyNot: (hand) => (mustChoose(hand) ? 'one has to be chosen; q quits' : undefined) },
  { ...quit, does: 'quit', whyNot: (hand) => (mustChoose(hand) ? undefined : 'esc closes this list') },
);
