import type { Card, CardListKind } from '../../kit/components/card.ts';
import type { Cursor } from '../../kit/components/cursor.ts';
import type { KeyPlace } from './key-place.ts';
import type { Overlay, OverlayKind, OverlayKinds } from './overlay.ts';
import type { Binding, KeyContext, TextField } from './pane.ts';

/** The list of a dialog, whose cursor is in its overlay. */
interface DialogList<O> {
  /** Keys of its entries, in order. */
  entries(context: KeyContext, overlay: O): readonly string[];
  /** The list as its card places it, one entry per line, for clicks; absent: clicks select nothing. */
  readonly page?: CardListKind;
  /** In place of `page`: the index of the entry in each row of a card of at most `room` lines; undefined: the row has none. */
  rows?(context: KeyContext, overlay: O, room: number): readonly (number | undefined)[];
  /** True: entries move under the cursor by themselves, and `enter` right after that is refused. */
  readonly movesByItself?: true;
}

/** An overlay with a list. */
export type ListOverlay = Extract<Overlay, { readonly cursor: Cursor }>;

/** The view and the keys of one kind of overlay. */
export interface Dialog<O> {
  /** Title of its keys in help. */
  title(overlay: O): string;
  keys(overlay: O): readonly Binding[];
  /** The place of bindings that other features add before its keys, while it has no text field. */
  readonly otherKeys?: KeyPlace;
  /** Its text field; undefined: it has none now. */
  field?(overlay: O): TextField | undefined;
  /** Draws it in at most `room` lines; undefined: it has nothing to show. */
  render(context: KeyContext, overlay: O, room: number): Card | undefined;
  readonly list?: DialogList<O>;
  /** True: it asks for a confirmation, which only a key can give. */
  readonly confirms?: true;
  /** States with different keys, which are compared with the keys of the user. */
  readonly samples: readonly O[];
}

/** Dialogs by kind of overlay. */
export type Dialogs = { readonly [K in OverlayKind]?: Dialog<OverlayKinds[K]> };

/** The dialog of an overlay; undefined if no feature draws it. */
export const dialogOf = (dialogs: Dialogs, overlay: Overlay): Dialog<Overlay> | undefined =>
  dialogs[overlay.is] as Dialog<Overlay> | undefined;

/** The entries of the list of an overlay; undefined if it has no list. */
export const listOfOverlay = (
  dialogs: Dialogs,
  context: KeyContext,
  overlay: Overlay,
): { readonly overlay: ListOverlay; readonly entries: readonly string[] } | undefined => {
  const list = dialogOf(dialogs, overlay)?.list;
  return list === undefined || !('cursor' in overlay) || typeof overlay.cursor !== 'object'
    ? undefined
    : { overlay: overlay as ListOverlay, entries: list.entries(context, overlay) };
};
