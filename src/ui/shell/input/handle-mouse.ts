import { type CardListKind, maxCardHeight, visiblePage } from '../../kit/components/card.ts';
import { cursorAt, cursorIndexIn } from '../../kit/components/cursor.ts';
import { cursorRowIndex } from '../../kit/components/window.ts';
import { dialogOf, listOfOverlay } from '../contract/dialog.ts';
import { paneState, updatePane } from '../contract/model.ts';
import { overlayStack } from '../contract/overlay.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import { footerKeyPositions } from '../frame/footer.ts';
import { topCardPosition } from '../frame/stacked-cards.ts';
import { handleStrokes } from '../keys/dispatch.ts';
import { bodyHeight, bodyTop, cardsHeight, cardsTop } from '../layout/body-rows.ts';
import type { PanePosition } from '../layout/layout.ts';
import { panePositions } from '../layout/layout.ts';
import { isSmallScreen } from '../layout/screen-size.ts';
import { focusPane, showMainView } from '../navigation/navigation.ts';
import { currentRun } from '../state/current-run.ts';
import type { MouseEvent } from '../terminal/mouse/input.ts';

/** The target under a cell of the screen. */
type Target =
  | { readonly is: 'key'; readonly binding: Binding }
  /** `line`: line of the top card, 0-based. */
  | { readonly is: 'card'; readonly line: number }
  /** The dimmed area around a card. */
  | { readonly is: 'under' }
  /** `line`: line of the pane; 0 is the title. */
  | { readonly is: 'pane'; readonly placed: PanePosition; readonly line: number }
  | { readonly is: 'nothing' };

const targetAt = (context: KeyContext, x: number, y: number): Target => {
  const { view } = context;
  if (y === view.rows - 1) {
    const key = footerKeyPositions(context).find(({ from, to }) => x >= from && x < to);
    return key === undefined ? { is: 'nothing' } : { is: 'key', binding: key.binding };
  }
  const card = topCardPosition(context, cardsHeight(view));
  if (card !== undefined) {
    const line = y - cardsTop - card.top;
    const inside = line >= 0 && line < card.height && x >= card.left && x < card.left + card.width;
    return inside ? { is: 'card', line } : { is: 'under' };
  }
  const height = bodyHeight(view);
  const row = y - bodyTop(view);
  if (row < 0 || row >= height || view.cockpit.open === undefined) return { is: 'nothing' };
  // The list of a small screen has other lines than the pane.
  if (isSmallScreen(view)) return { is: 'nothing' };
  const placed = panePositions(view, height).find(
    (panePosition) =>
      row >= panePosition.y &&
      row < panePosition.y + panePosition.height &&
      x >= panePosition.x &&
      x < panePosition.x + panePosition.width,
  );
  return placed === undefined ? { is: 'nothing' } : { is: 'pane', placed, line: row - placed.y };
};

/** The index of the entry in this row of a card whose list has one entry per row, below the title. */
const indexOnPage = (
  kind: CardListKind | undefined,
  count: number,
  cursor: number,
  { line, room }: { readonly line: number; readonly room: number },
): number | undefined => {
  if (kind === undefined) return undefined;
  const page = visiblePage(kind, count, cursor, room);
  return line > 0 && line <= page.count ? page.from + line - 1 : undefined;
};

/** A click on a row of a list selects it; `enter` runs it. */
const clickList = (context: KeyContext, line: number): void => {
  const { overlay } = context.view.ui;
  const { dialogs } = context.view.features;
  const dialogList = dialogOf(dialogs, overlay)?.list;
  const list = listOfOverlay(dialogs, context, overlay);
  if (dialogList === undefined || list === undefined) return;
  const { entries, overlay: open } = list;
  const room = maxCardHeight(context.view.rows);
  const index =
    dialogList.rows === undefined
      ? indexOnPage(dialogList.page, entries.length, cursorIndexIn(entries, open.cursor), { line, room })
      : dialogList.rows(context, overlay, room)[line];
  if (index !== undefined) context.model.setState({ overlay: { ...open, cursor: cursorAt(entries, index) } });
};

/** Rows per notch of the wheel. */
const rowsPerNotch = 3;

const onlyKeys = 'you cannot confirm a run with a click: use the keys';

/** True while the screen asks for a confirmation, which only a key can give. */
const isConfirmationOpen = ({ view }: KeyContext): boolean =>
  currentRun(view) !== undefined ||
  overlayStack(view.ui.overlay).some(
    (overlay) => dialogOf(view.features.dialogs, overlay)?.confirms === true,
  );

const focus = ({ model, view, pane }: KeyContext, { pane: { id } }: PanePosition): void => {
  model.setState({ isFiltering: false });
  if (id === pane.id) return;
  if (view.ui.place === 'overview') focusPane(model, id);
  else showMainView(model, id);
};

const moveTo = (
  { model }: KeyContext,
  { pane }: PanePosition,
  keys: readonly string[],
  index: number,
): void => updatePane(model, pane.id, { cursor: cursorAt(keys, index) });

/** Handles a click in a pane: the first one sets focus and cursor, a click on the selected row opens it. */
const clickPane = (currentContext: () => KeyContext, placed: PanePosition, x: number, line: number) => {
  const context = currentContext();
  if (placed.pane.click !== undefined) {
    focus(context, placed);
    return placed.pane.click(currentContext(), placed, x - placed.x, line);
  }
  const { view, pane } = context;
  const rows = placed.pane.displayedRows(view, placed.form);
  const { rows: drawn, list = { from: 0, width: placed.width } } = placed.pane.render(view, placed);
  const cell = x - placed.x - list.from;
  const isInList = cell >= 0 && cell < list.width;
  const position =
    drawn?.lines === undefined
      ? line - (drawn?.top ?? 0)
      : drawn.lines.findIndex((first, row) => line >= first && line < first + (drawn.heights?.[row] ?? 1));
  const index =
    drawn !== undefined && isInList && position >= 0 && position < drawn.count
      ? drawn.from + position
      : undefined;
  const selected = cursorRowIndex(rows, paneState(view.ui, placed.pane.id).cursor);
  focus(context, placed);
  if (index === undefined) return;
  if (placed.pane.id === pane.id && index === selected) handleStrokes(currentContext, ['enter']);
  else
    moveTo(
      context,
      placed,
      rows.map(({ key }) => key),
      index,
    );
};

const wheelPane = (currentContext: () => KeyContext, placed: PanePosition, step: number) => {
  const context = currentContext();
  const rows = placed.pane.displayedRows(context.view, placed.form);
  const index = cursorRowIndex(rows, paneState(context.view.ui, placed.pane.id).cursor);
  focus(context, placed);
  if (placed.pane.moveCursor !== undefined) return placed.pane.moveCursor(currentContext(), step);
  if (rows.length > 0)
    moveTo(
      context,
      placed,
      rows.map(({ key }) => key),
      index + step,
    );
};

const click = (currentContext: () => KeyContext, { x, y }: MouseEvent) => {
  const context = currentContext();
  const target = targetAt(context, x, y);
  if (target.is === 'nothing') return;
  if (isConfirmationOpen(context)) return context.notify(onlyKeys);
  switch (target.is) {
    case 'key':
      return handleStrokes(currentContext, target.binding.keys.slice(0, 1));
    case 'card':
      return clickList(context, target.line);
    case 'under':
      return context.notify('press esc to close the top card');
    case 'pane':
      return clickPane(currentContext, target.placed, x, target.line);
  }
};

const roll = (currentContext: () => KeyContext, { x, y }: MouseEvent, step: 1 | -1): void => {
  const context = currentContext();
  const target = targetAt(context, x, y);
  // In the cancel window every key cancels, but the wheel does not.
  if (currentRun(context.view)?.stage === 'window') return;
  const { cockpit } = context.view;
  const isRefused = cockpit.open === undefined && cockpit.profileErrors !== undefined;
  if (target.is === 'card' || target.is === 'under' || isRefused)
    handleStrokes(currentContext, [step > 0 ? 'down' : 'up']);
  if (target.is === 'pane') wheelPane(currentContext, target.placed, step * rowsPerNotch);
};

/** Handles a mouse event. The mouse can never confirm an action. */
export const handleMouse = (currentContext: () => KeyContext, event: MouseEvent) => {
  switch (event.is) {
    case 'click':
      return click(currentContext, event);
    case 'wheel-up':
      return roll(currentContext, event, -1);
    case 'wheel-down':
      return roll(currentContext, event, 1);
  }
};
