import { defined } from '../../../domain/base/defined.ts';
import { initialCursor } from '../../kit/components/cursor.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { focusPane, moveCursorToRow, navigateTo, noteNavigation } from '../../shell/navigation/navigation.ts';
import { applyView, bookmarkName, captureView, findBookmark, hasSecret } from './saved-view.ts';
import type { Bookmark } from './view-state.ts';
import { maxSaved } from './views-file.ts';

const longestName = 40;
/** The words that follow `:view`; a view with such a name could not be opened. */
const words: readonly string[] = ['save', 'delete'];

/** Saves the view of the focused pane under a name. */
const saveView = (context: KeyContext, rest: string) => {
  const { model, view, pane, notify: say } = context;
  const name = rest.trim();
  const { views } = view.ui;
  const isNew = !Object.hasOwn(views, name);
  if (name === '' || /\s/.test(name) || name.length > longestName)
    return say(`the name of a view must be one word of at most ${longestName} characters: view save NAME`);
  if (words.includes(name)) return say(`cannot use ${name} as a view name: view ${name} is a command`);
  if (isNew && Object.keys(views).length >= maxSaved)
    return say(`limit of ${maxSaved} views reached: delete one with view delete NAME`);
  const saved = captureView(context);
  if (hasSecret(view, saved.filter))
    return say('view not saved: the filter contains a secret, which must not be written to a file');
  model.setState((s) => ({ views: { ...s.views, [name]: saved } }));
  say(`view ${name} ${isNew ? 'saved' : 'replaced'}: ${pane.title} · open with :view ${name}`);
};

/** Opens a saved view, and reports what of it no longer exists. */
export const openView = (context: KeyContext, name: string) => {
  const { model, view, notify: say } = context;
  const saved = view.ui.views[name];
  if (saved === undefined) return say(`view ${name} was deleted`);
  noteNavigation(model);
  const { applied, missing } = applyView(context, saved);
  if (!applied) return say(`cannot open view ${name}: ${missing} · :view delete ${name}`);
  say(missing === '' ? `view ${name}` : `view ${name}: ${missing}`);
};

/** Deletes a saved view. */
export const deleteView = ({ model, notify: say }: KeyContext, name: string): void => {
  model.setState((s) => {
    const { [name]: _, ...views } = s.views;
    return { views };
  });
  say(`view ${name} deleted`);
};

/** Goes to the row of a bookmark. */
export const openBookmark = (context: KeyContext, bookmark: Bookmark) => {
  const { model, notify: say } = context;
  const found = findBookmark(context, bookmark);
  if ('whyNot' in found) return say(`bookmark: ${found.whyNot}`);
  moveCursorToRow(model, found.pane.id, found.key);
  focusPane(model, found.pane.id);
  navigateTo(model, found.pane.id);
};

/** Deletes a bookmark. */
export const deleteBookmark = ({ model, notify: say }: KeyContext, name: string): void => {
  model.setState((s) => {
    const { [name]: _, ...bookmarks } = s.bookmarks;
    return { bookmarks };
  });
  say(`bookmark ${name} deleted`);
};

const noBookmarkRow = ({ row }: KeyContext): string | undefined => {
  if (row === undefined) return 'this pane shows no rows';
  return row.foldedKeys === undefined
    ? undefined
    : 'this row is a group: press z to show the rows of the group';
};

/** Bookmarks the row under the cursor. */
const bookmarkRow = (context: KeyContext) => {
  const { model, view, pane, row, notify: say } = context;
  const whyNot = noBookmarkRow(context);
  if (whyNot !== undefined || row === undefined) return say(whyNot ?? '');
  const { key, label } = row;
  if (hasSecret(view, key) || hasSecret(view, label))
    return say('no bookmark: the name of the row contains a secret, which must not be written to a file');
  const bookmark = { pane: pane.id, key, label };
  const name = bookmarkName(bookmark);
  const { bookmarks } = view.ui;
  if (!Object.hasOwn(bookmarks, name) && Object.keys(bookmarks).length >= maxSaved)
    return say(`limit of ${maxSaved} bookmarks reached: delete one with bookmark delete NAME`);
  model.setState((s) => ({ bookmarks: { ...s.bookmarks, [name]: bookmark } }));
  say(`bookmark ${name} · :bookmarks lists them`);
};

const openList =
  (list: 'views' | 'bookmarks') =>
  ({ model }: KeyContext): void =>
    model.setState({ overlay: { is: 'saved', list, cursor: initialCursor } });

/** Keys of bookmarks. */
export const bookmarkKeys: readonly Binding[] = [
  {
    id: 'bookmarks',
    keys: ['"'],
    description: 'list bookmarks and go to one',
    run: openList('bookmarks'),
  },
];

const viewItems = ({ view }: KeyContext): readonly PaletteItem[] =>
  Object.entries(view.ui.views).flatMap(([name, { pane }]): readonly PaletteItem[] => [
    {
      id: `view ${name}`,
      text: `view ${name}: ${pane}`,
      command: `view ${name}`,
      run: (context) => openView(context, name),
    },
    {
      id: `view delete ${name}`,
      text: `delete view ${name}`,
      command: `view delete ${name}`,
      run: (context) => deleteView(context, name),
    },
  ]);

const bookmarkItems = ({ view }: KeyContext): readonly PaletteItem[] =>
  Object.entries(view.ui.bookmarks).flatMap(([name, bookmark]): readonly PaletteItem[] => [
    {
      id: `bookmark ${name}`,
      text: `bookmark ${name}`,
      command: `bookmark ${name}`,
      run: (context) => openBookmark(context, bookmark),
    },
    {
      id: `bookmark delete ${name}`,
      text: `delete bookmark ${name}`,
      command: `bookmark delete ${name}`,
      run: (context) => deleteBookmark(context, name),
    },
  ]);

/** Commands of saved views and bookmarks. */
export const viewCommandItems = (context: KeyContext): readonly PaletteItem[] => {
  const whyNot = noBookmarkRow(context);
  return [
    { id: 'views', text: 'list saved views', command: 'views', run: openList('views') },
    {
      id: 'view save',
      text: 'save this view: pane, filter, order, columns, zoom, time window',
      command: 'view save',
      argumentHint: 'name',
      run: saveView,
    },
    ...viewItems(context),
    {
      id: 'bookmark',
      text: 'bookmark the row',
      command: 'bookmark',
      ...defined({ whyNot }),
      run: bookmarkRow,
    },
    ...bookmarkItems(context),
  ];
};
