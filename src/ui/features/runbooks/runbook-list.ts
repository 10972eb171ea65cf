import { cursorAt, cursorIndexIn, initialCursor, isCursorTargetGone } from '../../kit/components/cursor.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext, TextField } from '../../shell/contract/pane.ts';
import { armKey, helpKey } from '../../shell/keys/shared-keys.ts';
import { startBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { type ListedRunbook, listedRunbooks } from '../runbook-matching/listed-runbooks.ts';
import { openRunbookList, type RunbooksOverlay } from '../runbook-matching/open-runbook-list.ts';

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

/** The ids of the runbooks in list order. */
export const orderedRunbookIds = (context: KeyContext): readonly string[] =>
  orderedRunbooks(context).map(({ suggestion }) => suggestion.runbook.id);

/** Wraps an action of the open list. */
const onList =
  (act: (context: KeyContext, overlay: RunbooksOverlay) => void) =>
  (context: KeyContext): void => {
    const { overlay } = context.view.ui;
    if (overlay.is === 'runbooks') act(context, overlay);
  };

const move = (step: number): Binding['run'] =>
  onList((context, overlay) => {
    const ids = orderedRunbookIds(context);
    const cursor = cursorAt(ids, cursorIndexIn(ids, overlay.cursor) + step);
    context.model.setState({ overlay: { ...overlay, cursor } });
  });

/** The selected runbook; undefined if it is gone, so that its successor is not chosen by mistake. */
const chosenId = (context: KeyContext, { cursor }: RunbooksOverlay): string | undefined => {
  const ids = orderedRunbookIds(context);
  if (!isCursorTargetGone(ids, cursor)) return ids[cursorIndexIn(ids, cursor)];
  context.notify(`${cursor.key} is no longer in the list`);
  return undefined;
};

const startChosen = onList((context, overlay) => {
  const id = chosenId(context, overlay);
  const runbook = orderedRunbooks(context).find(({ suggestion }) => suggestion.runbook.id === id)?.suggestion
    .runbook;
  if (runbook === undefined) return;
  const whyNot = startBlockedReason(context.view.cockpit, runbook);
  if (whyNot !== undefined) return context.notify(`${runbook.id}: ${whyNot}`);
  context.model.setState({ overlay: noOverlay });
  context.commands.propose(runbook.id, {});
});

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

/** Keys of the list. */
export const runbookListKeys: readonly Binding[] = [
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
    description: 'search by symptom: an error text, an alert name, a word of a step',
    footer: 'search',
    run: (context) => changeSearch(context, { typing: true }),
  },
  {
    id: 'runbook.sort',
    keys: ['r'],
    description: 'sort the list by what is suggested now',
    whyNot: (context) =>
      newlySuggested(context) === undefined
        ? 'the list is already in the order of the suggestions'
        : undefined,
    run: openRunbookList,
  },
  armKey,
  closeRunbooks,
  { id: 'list.down', keys: ['j', 'down'], description: 'move down', run: move(1) },
  { id: 'list.up', keys: ['k', 'up'], description: 'move up', run: move(-1) },
  helpKey,
];

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
  { id: 'list.down', keys: ['down', 'ctrl-n'], description: 'move down', run: move(1) },
  { id: 'list.up', keys: ['up', 'ctrl-p'], description: 'move up', run: move(-1) },
];

export const runbookSearchField = (overlay: RunbooksOverlay): TextField => ({
  value: overlay.text ?? '',
  set: (context, text) => changeSearch(context, { text, typing: true }),
});
