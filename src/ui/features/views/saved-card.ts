import { type Card, cardHeading, cardInnerWidth, keyHints, visiblePage } from '../../kit/components/card.ts';
import { type Cursor, cursorAt, cursorIndexIn, isCursorTargetGone } from '../../kit/components/cursor.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { helpKey } from '../../shell/keys/shared-keys.ts';
import { deleteBookmark, deleteView, openBookmark, openView } from './commands.ts';

/** The saved views or the bookmarks of the environment. */
interface SavedOverlay {
  readonly is: 'saved';
  readonly list: 'views' | 'bookmarks';
  readonly cursor: Cursor;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly saved: SavedOverlay;
  }
}

const namesOf = ({ view: { ui } }: KeyContext, { list }: SavedOverlay): readonly string[] =>
  Object.keys(list === 'views' ? ui.views : ui.bookmarks).toSorted();

const indexOf = (names: readonly string[], { cursor }: SavedOverlay): number => cursorIndexIn(names, cursor);

/** Wraps an action of the open list. */
const onList =
  (act: (context: KeyContext, overlay: SavedOverlay, names: readonly string[]) => void) =>
  (context: KeyContext): void => {
    const { overlay } = context.view.ui;
    if (overlay.is === 'saved') act(context, overlay, namesOf(context, overlay));
  };

const moveCursor = (step: number) =>
  onList(({ model }, overlay, names) =>
    model.setState({ overlay: { ...overlay, cursor: cursorAt(names, indexOf(names, overlay) + step) } }),
  );

/** Wraps an action on the selected entry. Never acts on the one that took the place of a deleted entry. */
const onEntry = (act: (context: KeyContext, overlay: SavedOverlay, name: string) => void) =>
  onList((context, overlay, names) => {
    const name = names[indexOf(names, overlay)];
    if (name === undefined) return context.notify(`no ${overlay.list} yet`);
    if (isCursorTargetGone(names, overlay.cursor))
      return context.notify(`${overlay.cursor.key} is no longer in the list`);
    act(context, overlay, name);
  });

const openEntry = onEntry((context, { list }, name) => {
  const { model, view } = context;
  model.setState({ overlay: noOverlay });
  const now = { ...context, view: { ...view, ui: model.getState() } };
  const bookmark = view.ui.bookmarks[name];
  if (list === 'views') openView(now, name);
  else if (bookmark !== undefined) openBookmark(now, bookmark);
});

/** Keys of the lists of saved views and bookmarks. */
export const savedListKeys: readonly Binding[] = [
  {
    id: 'saved.open',
    keys: ['enter'],
    description: 'open the selected view or bookmark',
    footer: 'open',
    run: openEntry,
  },
  {
    id: 'saved.delete',
    keys: ['D'],
    description: 'delete the selected view or bookmark',
    footer: 'delete',
    run: onEntry((context, overlay, name) => {
      const index = indexOf(namesOf(context, overlay), overlay);
      if (overlay.list === 'views') deleteView(context, name);
      else deleteBookmark(context, name);
      context.model.setState({ overlay: { ...overlay, cursor: { index } } });
    }),
  },
  { id: 'saved.down', keys: ['j', 'down'], description: 'move down', run: moveCursor(1) },
  { id: 'saved.up', keys: ['k', 'up'], description: 'move up', run: moveCursor(-1) },
  {
    id: 'saved.close',
    keys: ['esc'],
    description: 'close the list',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
  helpKey,
];

const titleOf = ({ features }: RenderContext, id: string): string =>
  features.panes.all().find((pane) => pane.id === id)?.title ?? `${id} (gone)`;

/** 'Pods · /psp/ · by restarts · wide' */
const describeEntry = ({ view }: KeyContext, list: SavedOverlay['list'], name: string): string => {
  const { ui, pen } = view;
  if (list === 'bookmarks') return titleOf(view, ui.bookmarks[name]?.pane ?? '');
  const saved = ui.views[name];
  if (saved === undefined) return '';
  const { pane, filter, order, sortColumn, columns, layout } = saved;
  return [
    titleOf(view, pane),
    filter === '' ? '' : `/${pen.maskTyped(filter)}/`,
    sortColumn === undefined ? order : `by ${sortColumn.trim()}`,
    columns?.wide === true ? 'wide' : columns === undefined ? '' : 'own columns',
    layout.place === 'overview' ? 'overview' : layout.split === undefined ? 'zoomed' : 'split',
  ]
    .filter((part) => part !== '')
    .join(' · ');
};

const emptyTexts: Readonly<Record<SavedOverlay['list'], string>> = {
  views: ' no saved views: save one with :view save NAME',
  bookmarks: ' no bookmarks: :bookmark keeps the row under the cursor',
};

/** Renders the saved views or the bookmarks in at most `room` lines. */
export const renderSavedCard = (context: KeyContext, overlay: SavedOverlay, room: number): Card => {
  const { pen } = context.view;
  const names = namesOf(context, overlay);
  const position = indexOf(names, overlay);
  const seen = visiblePage('environments', names.length, position, room);
  const lines = names.slice(seen.from, seen.from + seen.count).map((name, index): StyledLine => {
    const chosen = seen.from + index === position;
    return justifyLine(
      [chosen ? pen.glyph('chosen', 'key') : pen.run(' '), pen.run(`  ${name}`, chosen ? 'bold' : 'plain')],
      [pen.run('  '), pen.run(describeEntry(context, overlay.list, name), 'faint')],
      cardInnerWidth(context.view),
      'plain',
      pen.ellipsis,
    );
  });
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        context.view,
        [pen.run(overlay.list === 'views' ? 'SAVED VIEWS' : 'BOOKMARKS', 'bold')],
        [pen.run(`${names.length}`)],
      ),
      ...lines,
      ...(names.length > 0
        ? []
        : [[pen.glyph('empty', 'loading'), pen.run(emptyTexts[overlay.list], 'loading')]]),
      keyHints(pen, 'enter open', 'D delete', 'esc close'),
    ],
  };
};
