import type { CockpitState, EnvironmentRef, Suggestion } from '../../store/cockpit.ts';
import { type Cursor, cursorOn, firstRow, isGone, placeOf } from '../cursor.ts';
import { goToEnvironment } from '../features/environments/travel.ts';
import { byFit, whyNotStart } from '../features/runbooks/actions.ts';
import { keyOf } from '../keys/rebound.ts';
import { armHere, help, quit } from '../keys/shared.ts';
import type { UiState } from '../model.ts';
import type { Binding, Hand } from '../panes/pane.ts';
import { noOverlay } from './overlay.ts';

/** Nothing is open, nothing is on its way, and somebody has to choose. */
export const mustPick = (cockpit: CockpitState, { opening }: UiState): boolean =>
  cockpit.open === undefined &&
  cockpit.refused === undefined &&
  cockpit.picking === true &&
  opening === undefined;

/** The screen's state with the list of environments on it where one must be chosen and nothing else lies there. */
export const withPicker = (ui: UiState, cockpit: CockpitState): UiState =>
  ui.overlay.is === 'none' && mustPick(cockpit, ui)
    ? { ...ui, overlay: { is: 'environments', cursor: firstRow } }
    : ui;

/** The runbooks in the order in which they are offered. */
export const offeredRunbooks = ({ view }: Pick<Hand, 'view'>): readonly Suggestion[] =>
  byFit(view.cockpit.suggestions);

/** What a list shows, in its order, by what tells one from another. */
type Keys = (hand: Hand) => readonly string[];

export const offeredIds: Keys = (hand) => offeredRunbooks(hand).map(({ runbook }) => runbook.id);

const nameOf = ({ system, env }: EnvironmentRef): string => `${system}/${env}`;

export const environmentNames: Keys = ({ view }) => view.cockpit.environments.map(nameOf);

const cursorOf = ({ view: { ui } }: Hand): Cursor =>
  ui.overlay.is === 'runbooks' || ui.overlay.is === 'environments' ? ui.overlay.cursor : firstRow;

const move =
  (step: number, keys: Keys) =>
  (hand: Hand): void => {
    const { overlay } = hand.view.ui;
    if (overlay.is !== 'runbooks' && overlay.is !== 'environments') return;
    const cursor = cursorOn(keys(hand), placeOf(keys(hand), overlay.cursor) + step);
    hand.model.setState({ overlay: { ...overlay, cursor } });
  };

/** The key of what was chosen; what stands in the place of one that has gone meanwhile was chosen by nobody. */
const chosenKey = (hand: Hand, keys: Keys): string | undefined => {
  const [all, cursor] = [keys(hand), cursorOf(hand)];
  if (!isGone(all, cursor)) return all[placeOf(all, cursor)];
  hand.say(`${cursor.key} has gone from this list`);
  return undefined;
};

const close: Binding = {
  id: 'list.close',
  keys: ['esc'],
  does: 'close',
  footer: 'close',
  run: ({ model }) => model.setState({ overlay: noOverlay }),
};

const listKeys = (keys: Keys, ...own: readonly Binding[]): readonly Binding[] => [
  ...own,
  { id: 'list.down', keys: ['j', 'down'], does: 'next', run: move(1, keys) },
  { id: 'list.up', keys: ['k', 'up'], does: 'previous', run: move(-1, keys) },
  help,
];

const startChosen = (hand: Hand) => {
  const id = chosenKey(hand, offeredIds);
  const chosen = offeredRunbooks(hand).find(({ runbook }) => runbook.id === id);
  if (chosen === undefined) return;
  const whyNot = whyNotStart(hand.view.cockpit, chosen.runbook);
  if (whyNot !== undefined) return hand.say(`${chosen.runbook.id}: ${whyNot}`);
  hand.model.setState({ overlay: noOverlay });
  hand.commands.propose(chosen.runbook.id, {});
};

export const runbookKeys: readonly Binding[] = listKeys(
  offeredIds,
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
  const name = chosenKey(hand, environmentNames);
  if (name === undefined) return;
  goToEnvironment(hand, name);
};

const mustChoose = ({ view }: Hand): boolean => mustPick(view.cockpit, view.ui);

export const environmentKeys: readonly Binding[] = listKeys(
  environmentNames,
  { id: 'environment.open', keys: ['enter'], does: 'open it', footer: 'open', run: openChosen },
  {
    ...close,
    whyNot: (hand) =>
      mustChoose(hand) ? `one has to be chosen; ${keyOf(hand.view.cockpit, 'quit', 'q')} quits` : undefined,
  },
  { ...quit, does: 'quit', whyNot: (hand) => (mustChoose(hand) ? undefined : 'esc closes this list') },
);
