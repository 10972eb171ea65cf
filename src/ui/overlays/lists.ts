import type { CockpitState, EnvironmentRef, RunbookSuggestion } from '../../store/cockpit.ts';
import { type Cursor, cursorAt, cursorIndexIn, initialCursor, isCursorTargetGone } from '../cursor.ts';
import { switchEnvironment } from '../features/environments/navigate.ts';
import { sortBySuggestion, startBlockedReason } from '../features/runbooks/actions.ts';
import { boundKey } from '../keys/bound-keys.ts';
import { armKey, helpKey, quitKey } from '../keys/shared-keys.ts';
import type { UiState } from '../model.ts';
import type { Binding, KeyContext } from '../panes/pane.ts';
import { noOverlay } from './overlay.ts';

/** True if the user must choose an environment: none is open or opening. */
export const needsEnvironmentChoice = (
  cockpit: CockpitState,
  { openingEnvironment: opening }: UiState,
): boolean =>
  cockpit.open === undefined &&
  cockpit.profileErrors === undefined &&
  cockpit.isPickingEnvironment === true &&
  opening === undefined;

/** Opens the environment list if a choice is needed and no other overlay is open. */
export const withEnvironmentPicker = (ui: UiState, cockpit: CockpitState): UiState =>
  ui.overlay.is === 'none' && needsEnvironmentChoice(cockpit, ui)
    ? { ...ui, overlay: { is: 'environments', cursor: initialCursor } }
    : ui;

/** Runbooks in list order. */
export const orderedRunbooks = ({ view }: Pick<KeyContext, 'view'>): readonly RunbookSuggestion[] =>
  sortBySuggestion(view.cockpit.suggestions);

/** Selects the keys of a list's entries, in order. */
type Keys = (context: KeyContext) => readonly string[];

export const orderedRunbookIds: Keys = (context) => orderedRunbooks(context).map(({ runbook }) => runbook.id);

const nameOf = ({ system, env }: EnvironmentRef): string => `${system}/${env}`;

export const selectEnvironmentNames: Keys = ({ view }) => view.cockpit.environments.map(nameOf);

const cursorOf = ({ view: { ui } }: KeyContext): Cursor =>
  ui.overlay.is === 'runbooks' || ui.overlay.is === 'environments' ? ui.overlay.cursor : initialCursor;

const move =
  (step: number, keys: Keys) =>
  (context: KeyContext): void => {
    const { overlay } = context.view.ui;
    if (overlay.is !== 'runbooks' && overlay.is !== 'environments') return;
    const cursor = cursorAt(keys(context), cursorIndexIn(keys(context), overlay.cursor) + step);
    context.model.setState({ overlay: { ...overlay, cursor } });
  };

/** The key of the selected entry; undefined if it is gone, so that its successor is not chosen by mistake. */
const chosenKey = (context: KeyContext, keys: Keys): string | undefined => {
  const [all, cursor] = [keys(context), cursorOf(context)];
  if (!isCursorTargetGone(all, cursor)) return all[cursorIndexIn(all, cursor)];
  context.notify(`${cursor.key} is no longer in the list`);
  return undefined;
};

const close: Binding = {
  id: 'list.close',
  keys: ['esc'],
  description: 'close the list',
  footer: 'close',
  run: ({ model }) => model.setState({ overlay: noOverlay }),
};

const listKeys = (keys: Keys, ...own: readonly Binding[]): readonly Binding[] => [
  ...own,
  { id: 'list.down', keys: ['j', 'down'], description: 'move down', run: move(1, keys) },
  { id: 'list.up', keys: ['k', 'up'], description: 'move up', run: move(-1, keys) },
  helpKey,
];

const startChosen = (context: KeyContext) => {
  const id = chosenKey(context, orderedRunbookIds);
  const chosen = orderedRunbooks(context).find(({ runbook }) => runbook.id === id);
  if (chosen === undefined) return;
  const whyNot = startBlockedReason(context.view.cockpit, chosen.runbook);
  if (whyNot !== undefined) return context.notify(`${chosen.runbook.id}: ${whyNot}`);
  context.model.setState({ overlay: noOverlay });
  context.commands.propose(chosen.runbook.id, {});
};

export const runbookListKeys: readonly Binding[] = listKeys(
  orderedRunbookIds,
  {
    id: 'runbook.start',
    keys: ['enter'],
    description: 'preview the runbook',
    footer: 'preview',
    run: startChosen,
  },
  armKey,
  close,
);

const openChosen = (context: KeyContext) => {
  const name = chosenKey(context, selectEnvironmentNames);
  if (name === undefined) return;
  switchEnvironment(context, name);
};

const mustChoose = ({ view }: KeyContext): boolean => needsEnvironmentChoice(view.cockpit, view.ui);

export const environmentListKeys: readonly Binding[] = listKeys(
  selectEnvironmentNames,
  {
    id: 'environment.open',
    keys: ['enter'],
    description: 'open the environment',
    footer: 'open',
    run: openChosen,
  },
  {
    ...close,
    whyNot: (context) =>
      mustChoose(context)
        ? `choose an environment, or press ${boundKey(context.view.cockpit, 'quit', 'q')} to quit`
        : undefined,
  },
  {
    ...quitKey,
    description: 'quit opsdeck',
    whyNot: (context) => (mustChoose(context) ? undefined : 'press esc to close this list'),
  },
);
