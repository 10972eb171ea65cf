import type { CockpitState, EnvironmentRef } from '../../../store/cockpit.ts';
import {
  type Cursor,
  cursorAt,
  cursorIndexIn,
  initialCursor,
  isCursorTargetGone,
} from '../../kit/components/cursor.ts';
import type { UiState } from '../../shell/contract/model.ts';
import { noOverlay, type Overlay } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext, TextField } from '../../shell/contract/pane.ts';
import { armKey, helpKey, quitKey } from '../../shell/keys/shared-keys.ts';
import { switchEnvironment } from '../../shell/navigation/navigate.ts';
import { startBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { type ListedRunbook, listedRunbooks } from '../runbooks/listed-runbooks.ts';
import type { RunbookSubject } from '../runbooks/runbook-subject.ts';

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

/**
 * Runbooks in list order: those that mention the searched text, or all. Without a search the order is that when the list was
 * opened, so that no row moves under the cursor; new ones are at the end.
 */
export const orderedRunbooks = ({ view }: Pick<KeyContext, 'view'>): readonly ListedRunbook[] => {
  const { overlay } = view.ui;
  if (overlay.is !== 'runbooks') return listedRunbooks(view, {});
  const listed = listedRunbooks(view, overlay);
  const { order, about, text = '' } = overlay;
  if (order === undefined || about !== undefined || text !== '') return listed;
  const places = new Map(order.map((id, index) => [id, index]));
  const placeOf = ({ suggestion }: ListedRunbook): number => places.get(suggestion.runbook.id) ?? places.size;
  return listed.toSorted((a, b) => placeOf(a) - placeOf(b));
};

/** Opens the list of runbooks with the first one selected, in an order that stays while it is open. */
export const openRunbookList = (
  { model, view }: Pick<KeyContext, 'model' | 'view'>,
  about?: RunbookSubject,
): void => {
  if (about !== undefined) {
    model.setState({ overlay: { is: 'runbooks', cursor: initialCursor, about } });
    return;
  }
  const order = listedRunbooks(view, {}).map(({ suggestion }) => suggestion.runbook.id);
  model.setState({ overlay: { is: 'runbooks', cursor: cursorAt(order, 0), order } });
};

/** The runbook that is suggested first now, if the open list, which keeps its order, has another one at the top. */
export const newlySuggested = (context: Pick<KeyContext, 'view'>): ListedRunbook | undefined => {
  const { overlay } = context.view.ui;
  if (overlay.is !== 'runbooks' || overlay.order === undefined || (overlay.text ?? '') !== '')
    return undefined;
  const [first] = listedRunbooks(context.view, {});
  const [shown] = orderedRunbooks(context);
  return first?.suggestion.fits === 'yes' && first.suggestion.runbook.id !== shown?.suggestion.runbook.id
    ? first
    : undefined;
};

/** Selects the keys of a list's entries, in order. */
type Keys = (context: KeyContext) => readonly string[];

export const orderedRunbookIds: Keys = (context) =>
  orderedRunbooks(context).map(({ suggestion }) => suggestion.runbook.id);

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
  const runbook = orderedRunbooks(context).find(({ suggestion }) => suggestion.runbook.id === id)?.suggestion
    .runbook;
  if (runbook === undefined) return;
  const whyNot = startBlockedReason(context.view.cockpit, runbook);
  if (whyNot !== undefined) return context.notify(`${runbook.id}: ${whyNot}`);
  context.model.setState({ overlay: noOverlay });
  context.commands.propose(runbook.id, {});
};

const changeSearch = (
  context: KeyContext,
  part: { readonly text?: string; readonly typing: boolean },
): void => {
  const { overlay } = context.view.ui;
  if (overlay.is === 'runbooks')
    context.model.setState({ overlay: { ...overlay, ...part, cursor: initialCursor } });
};

/** Ends the search first, then the list. */
const closeRunbooks: Binding = {
  id: 'list.close',
  keys: ['esc'],
  description: 'end the search, or close the list',
  footer: 'close',
  run: (context) => {
    const { overlay } = context.view.ui;
    if (overlay.is === 'runbooks' && (overlay.text ?? '') !== '')
      return changeSearch(context, { text: '', typing: false });
    context.model.setState({ overlay: noOverlay });
  },
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
  {
    id: 'runbook.search',
    keys: ['/'],
    description: 'search a symptom: an error text, an alert, a word of a step',
    footer: 'search',
    run: (context) => changeSearch(context, { typing: true }),
  },
  {
    id: 'runbook.sort',
    keys: ['r'],
    description: 'sort the list by the suggestions of now',
    whyNot: (context) =>
      newlySuggested(context) === undefined ? 'the list has the order of the suggestions' : undefined,
    run: openRunbookList,
  },
  armKey,
  closeRunbooks,
);

/** Keys while a symptom is typed; the list below follows. */
export const runbookSearchKeys: readonly Binding[] = [
  {
    id: 'runbook.searched',
    keys: ['enter'],
    description: 'preview the selected runbook',
    footer: 'preview',
    run: startChosen,
  },
  {
    id: 'runbook.search-end',
    keys: ['esc'],
    description: 'end the search',
    footer: 'end search',
    run: (context) => changeSearch(context, { text: '', typing: false }),
  },
  { id: 'list.down', keys: ['down', 'ctrl-n'], description: 'move down', run: move(1, orderedRunbookIds) },
  { id: 'list.up', keys: ['up', 'ctrl-p'], description: 'move up', run: move(-1, orderedRunbookIds) },
];

export const runbookSearchField = (overlay: Extract<Overlay, { is: 'runbooks' }>): TextField => ({
  value: overlay.text ?? '',
  set: (context, text) => changeSearch(context, { text, typing: true }),
});

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
