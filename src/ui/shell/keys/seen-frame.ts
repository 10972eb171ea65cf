import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { type Cursor, cursorIndexIn, type SeenFrame } from '../../kit/components/cursor.ts';
import { dialogOf, listOfOverlay } from '../contract/dialog.ts';
import type { KeyContext } from '../contract/pane.ts';
import { liveContext } from '../contract/render-context.ts';
import { isSmallScreen } from '../layout/screen-size.ts';
import { currentRun } from '../state/current-run.ts';
import type { ActiveKeys } from './active-keys.ts';
import type { Stroke } from './strokes.ts';

/** A person who has begun to type notices after this time that the field is gone. */
const meantForFieldMs: Millis = 2000;
/** Time that a person needs to see another entry before `enter`: human reactions take 0.2 to 0.4 s. */
export const reactionMs: Millis = 400;

const entryAt = (keys: readonly string[], cursor: Cursor): string | undefined =>
  keys[cursorIndexIn(keys, cursor)];

/** The entry that `enter` would act on. Its list is named too: a key that opens another list shifts nothing. */
const entryUnderCursor = (context: KeyContext): SeenFrame['list'] => {
  const { view, pane, row } = context;
  const { overlay, place } = view.ui;
  if (overlay.is === 'none') {
    // In the overview `enter` opens the pane, and a pane with its own cursor follows its newest line on purpose.
    const isPane = place === 'overview' && !isSmallScreen(view);
    if (isPane || row === undefined || pane.moveCursor !== undefined || currentRun(view) !== undefined)
      return undefined;
    return { place: `pane ${pane.id}`, entry: row.key };
  }
  // The others pin their cursor, and refuse an entry that took the place of the selected one.
  const { dialogs } = view.features;
  if (dialogOf(dialogs, overlay)?.list?.movesByItself !== true) return undefined;
  const list = listOfOverlay(dialogs, context, overlay);
  // A pinned entry that is gone is refused by its list.
  if (list === undefined || list.overlay.cursor.key !== undefined) return undefined;
  const entry = entryAt(list.entries, list.overlay.cursor);
  return entry === undefined ? undefined : { place: overlay.is, entry };
};

const hasShifted = (before: SeenFrame['list'], now: SeenFrame['list']): boolean =>
  before !== undefined && before.place === now?.place && before.entry !== now.entry;

const seenOf = ({ view }: KeyContext): SeenFrame => view.ui.seen ?? {};

/** Records what a drawn frame shows. What differs from the last one, without a key in between, has changed by itself. */
export const noteFrame = (context: KeyContext, { field, anyKey }: ActiveKeys): void => {
  const { now } = liveContext(context.view);
  const before = seenOf(context);
  const list = entryUnderCursor(context);
  const isShifted = hasShifted(before.list, list);
  const isLost = before.field === 'open' && field === undefined && anyKey === undefined;
  const isSame =
    before.list?.place === list?.place &&
    before.list?.entry === list?.entry &&
    (before.field === undefined) === (field === undefined);
  if (isSame) return;
  const fieldLostAt = isLost ? now : field === undefined ? before.fieldLostAt : undefined;
  const shiftedAt = isShifted ? now : before.list?.place === list?.place ? before.shiftedAt : undefined;
  context.model.setState({
    seen: {
      ...(field === undefined ? {} : { field: before.field ?? 'open' }),
      ...defined({ fieldLostAt, list, shiftedAt }),
    },
  });
};

/** Records the screen after a key, or another event of the user: what the key has opened, closed or moved has not changed by itself. */
export const noteKey = (context: KeyContext, { field }: ActiveKeys, key: Stroke | undefined): void => {
  const list = entryUnderCursor(context);
  const closes = key === 'enter' || key === 'esc';
  const asBefore = key === undefined ? seenOf(context).field : undefined;
  context.model.setState({
    seen: {
      ...(field === undefined ? {} : { field: asBefore ?? (closes ? 'closing' : 'open') }),
      ...defined({ list }),
    },
  });
};

/**
 * True if a text field disappeared by itself, such as when arming expires: letters that follow at once are meant for it,
 * although none was typed into it yet.
 */
export const hasLostField = (context: KeyContext, { field, anyKey }: ActiveKeys): boolean => {
  if (field !== undefined || anyKey !== undefined) return false;
  const { field: seen, fieldLostAt } = seenOf(context);
  if (seen === 'open') return true;
  return fieldLostAt !== undefined && liveContext(context.view).now - fieldLostAt < meantForFieldMs;
};

/** True if the entry under the cursor is not the one that the person has seen there: it changed by itself a moment ago. */
export const hasShiftedList = (context: KeyContext): boolean => {
  const { list, shiftedAt } = seenOf(context);
  const now = entryUnderCursor(context);
  if (now === undefined || list?.place !== now.place) return false;
  return (
    list.entry !== now.entry ||
    (shiftedAt !== undefined && liveContext(context.view).now - shiftedAt < reactionMs)
  );
};
