import {
  type Cursor,
  cursorAt,
  cursorIndexIn,
  initialCursor,
  isCursorTargetGone,
} from '../../kit/components/cursor.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { Binding, KeyContext, TextField } from '../../shell/contract/pane.ts';
import { memoizeLast } from '../../shell/state/memoize.ts';
import { type ListedRunbook, runbooksMentioning } from '../runbook-matching/listed-runbooks.ts';
import { fuzzyMatch, type MatchResult, withMentions } from './match.ts';
import { allPaletteItems, maskedItems, rowActionItems } from './palette-items.ts';
import { rememberItem } from './recent-items.ts';
import { bySection } from './sections.ts';

/** The palette. */
export interface PaletteOverlay {
  readonly is: 'palette';
  /** `ctrl-p`: everything; `x`: actions for the row under the cursor. */
  readonly mode: 'fuzzy' | 'row';
  readonly text: string;
  readonly cursor: Cursor;
  /** `tab`: shows the calls of the selected runbook. */
  readonly calls: boolean;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly palette: PaletteOverlay;
  }
}

const paletteOf = ({ view }: KeyContext): PaletteOverlay | undefined =>
  view.ui.overlay.is === 'palette' ? view.ui.overlay : undefined;

/** The matches for the typed text, and the number of all items. */
export const paletteMatches = (
  context: KeyContext,
  palette: PaletteOverlay,
): MatchResult & { readonly all: number } => {
  const items =
    palette.mode === 'row' ? maskedItems(context, rowActionItems(context)) : allPaletteItems(context);
  const found = searched({ items, text: palette.text, recent: context.view.ui.recentItems });
  // The actions of a row are one list, in their own order.
  if (palette.mode === 'row') return inOneSection(found);
  return palette.text.trim() === ''
    ? inSections(found)
    : inSections(
        mentioned({
          found,
          items,
          text: palette.text,
          listed: runbooksMentioning(context.view, palette.text),
        }),
      );
};

type FoundItems = MatchResult & { readonly all: number };

const inOneSection = memoizeLast(
  (found: FoundItems) => [found],
  (found: FoundItems): FoundItems => ({
    ...found,
    items: found.items.map((match) => ({ ...match, section: 'Actions' })),
  }),
);

/** The cursor moves through the list as it is drawn. */
const inSections = memoizeLast(
  (found: FoundItems) => [found],
  (found: FoundItems): FoundItems => ({ ...found, items: bySection(found.items) }),
);

/** Adds the runbooks that mention the typed text. */
const mentioned = memoizeLast(
  ({ found, listed }: Mentioned) => [found, listed],
  ({ found, items, text, listed }: Mentioned) => {
    const byId = new Map(items.map((item) => [item.id, item]));
    const mentions = listed.flatMap(({ suggestion, excerpt = '' }) => {
      const item = byId.get(`run ${suggestion.runbook.id} `);
      return item === undefined ? [] : [{ item, excerpt }];
    });
    return { ...withMentions(found, text, mentions), all: found.all };
  },
);

interface Mentioned {
  readonly found: MatchResult & { readonly all: number };
  readonly items: readonly PaletteItem[];
  readonly text: string;
  readonly listed: readonly ListedRunbook[];
}

const searched = memoizeLast(
  ({ items, text, recent }: { items: readonly PaletteItem[]; text: string; recent: readonly string[] }) => [
    items,
    text,
    recent,
  ],
  ({ items, text, recent }) => ({ ...fuzzyMatch(items, text, recent), all: items.length }),
);

/** Ids of the listed items, in order. */
export const paletteMatchIds = (context: KeyContext, palette: PaletteOverlay): readonly string[] =>
  paletteMatches(context, palette).items.map(({ item }) => item.id);

const change = (context: KeyContext, part: Partial<Omit<PaletteOverlay, 'is'>>) => {
  const palette = paletteOf(context);
  if (palette !== undefined) context.model.setState({ overlay: { ...palette, ...part } });
};

const move = (step: number) => (context: KeyContext) => {
  const palette = paletteOf(context);
  if (palette === undefined) return;
  const keys = paletteMatchIds(context, palette);
  change(context, { cursor: cursorAt(keys, cursorIndexIn(keys, palette.cursor) + step) });
};

/** The item that `enter` runs. */
const chosenItem = (context: KeyContext, palette: PaletteOverlay) => {
  const { items } = paletteMatches(context, palette);
  return items[cursorIndexIn(paletteMatchIds(context, palette), palette.cursor)];
};

const run = (context: KeyContext) => {
  const palette = paletteOf(context);
  if (palette === undefined) return;
  const keys = paletteMatchIds(context, palette);
  // Never run the item that took the place of the selected one.
  if (isCursorTargetGone(keys, palette.cursor))
    return context.notify('the selected item is no longer available: choose another');
  const chosen = chosenItem(context, palette);
  if (chosen === undefined) return context.notify('no matches');
  const { item, rest } = chosen;
  if (item.whyNot !== undefined) return context.notify(`${item.text}: ${item.whyNot}`);
  context.model.setState({ overlay: noOverlay });
  rememberItem(context.model, item.id);
  // The item sees the screen without the palette.
  const ui = { ...context.view.ui, overlay: noOverlay };
  item.run({ ...context, view: { ...context.view, ui } }, rest);
};

export const paletteKeys: readonly Binding[] = [
  {
    id: 'palette.run',
    keys: ['enter'],
    description: 'run the selected item',
    footer: 'run',
    confirms: (context) => {
      const palette = paletteOf(context);
      return palette !== undefined && chosenItem(context, palette)?.item.confirms === true;
    },
    run,
  },
  { id: 'palette.down', keys: ['down', 'ctrl-n'], description: 'move down', run: move(1) },
  { id: 'palette.up', keys: ['up', 'ctrl-p'], description: 'move up', run: move(-1) },
  {
    id: 'palette.calls',
    keys: ['tab'],
    description: 'show or hide the calls of the selected item',
    run: (context) => change(context, { calls: paletteOf(context)?.calls !== true }),
  },
  {
    id: 'palette.close',
    keys: ['esc'],
    description: 'close the palette',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
];

export const paletteField = (palette: PaletteOverlay): TextField => ({
  value: palette.text,
  set: (context, text) => change(context, { text, cursor: initialCursor }),
});
