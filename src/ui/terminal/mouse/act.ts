import { cursorIndex } from '../../components/window.ts';
import { type Cursor, cursorOn, placeOf } from '../../cursor.ts';
import { cardRoom, type Page, pageOf } from '../../features/cards/card.ts';
import { runOnScreen } from '../../features/cards/question.ts';
import { commandIds } from '../../features/command-line/find.ts';
import { foundIds } from '../../features/palette/palette.ts';
import { cardOnTop } from '../../frame/cards.ts';
import { footerKeys } from '../../frame/footer.ts';
import type { Placed } from '../../frame/layout.ts';
import { framing, placedOn } from '../../frame/layout.ts';
import { focusPane, showPlace } from '../../keys/places.ts';
import { press } from '../../keys/press.ts';
import { changePane, paneStateOf } from '../../model.ts';
import { environmentNames } from '../../overlays/lists.ts';
import { layersOf, type Overlay } from '../../overlays/overlay.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import type { MouseEvent } from './input.ts';

/** Rows above the body: header and summary. */
const above = 2;

/** What is under a cell of the screen. */
type Target =
  | { readonly is: 'key'; readonly binding: Binding }
  /** `line`: of the card on top, from its first one. */
  | { readonly is: 'card'; readonly line: number }
  /** Dimmed, under a card. */
  | { readonly is: 'under' }
  /** `line`: of the pane, its title is 0. */
  | { readonly is: 'pane'; readonly placed: Placed; readonly line: number }
  | { readonly is: 'nothing' };

const targetAt = (hand: Hand, x: number, y: number): Target => {
  const { view } = hand;
  if (y === view.rows - 1) {
    const key = footerKeys(hand).find(({ from, to }) => x >= from && x < to);
    return key === undefined ? { is: 'nothing' } : { is: 'key', binding: key.binding };
  }
  const height = view.rows - framing;
  const row = y - above;
  const card = cardOnTop(hand, height);
  if (card !== undefined) {
    const line = row - card.top;
    const inside = line >= 0 && line < card.height && x >= card.left && x < card.left + card.width;
    return inside ? { is: 'card', line } : { is: 'under' };
  }
  if (row < 0 || row >= height || view.cockpit.open === undefined) return { is: 'nothing' };
  const placed = placedOn(view, height).find(
    (one) => row >= one.y && row < one.y + one.height && x >= one.x && x < one.x + one.width,
  );
  return placed === undefined ? { is: 'nothing' } : { is: 'pane', placed, line: row - placed.y };
};

interface ListPage extends Page {
  select(index: number): void;
}

/** The rows of the list on top that are seen, where each of them is one line: under its title, in their order. */
const listPage = (hand: Hand): ListPage | undefined => {
  const { overlay } = hand.view.ui;
  const page = (
    card: Parameters<typeof pageOf>[0],
    keys: readonly string[],
    cursor: Cursor,
    put: (cursor: Cursor) => Overlay,
  ): ListPage => ({
    ...pageOf(card, keys.length, placeOf(keys, cursor), cardRoom(hand.view.rows)),
    select: (index) => hand.model.setState({ overlay: put(cursorOn(keys, index)) }),
  });
  switch (overlay.is) {
    case 'palette':
      return page('palette', foundIds(hand, overlay), overlay.cursor, (cursor) => ({ ...overlay, cursor }));
    case 'command':
      return page('command', commandIds(hand, overlay), overlay.cursor, (cursor) => ({ ...overlay, cursor }));
    case 'environments':
      return page('environments', environmentNames(hand), overlay.cursor, (cursor) => ({
        ...overlay,
        cursor,
      }));
    default:
      return undefined;
  }
};

/** Rows that one notch of the wheel moves. */
const notch = 3;

const onlyKeys = 'a click says yes to nothing here: keys do';

const questions: readonly Overlay['is'][] = ['arm', 'quit', 'unshare'];

/** Something on the screen waits for a yes or a no, which only a key may give. */
const asks = ({ view }: Hand): boolean =>
  runOnScreen(view) !== undefined || layersOf(view.ui.overlay).some(({ is }) => questions.includes(is));

const focus = ({ model, view, pane }: Hand, { pane: { id } }: Placed): void => {
  model.setState({ filtering: false });
  if (id === pane.id) return;
  if (view.ui.place === 'overview') focusPane(model, id);
  else showPlace(model, id);
};

const moveTo = ({ model }: Hand, { pane }: Placed, keys: readonly string[], index: number): void =>
  changePane(model, pane.id, { cursor: cursorOn(keys, index) });

/** The first click puts focus and cursor there, one on the row that has both opens it. */
const clickPane = (handNow: () => Hand, placed: Placed, x: number, line: number) => {
  const hand = handNow();
  if (placed.pane.click !== undefined) {
    focus(hand, placed);
    return placed.pane.click(handNow(), placed, x - placed.x, line);
  }
  const { view, pane } = hand;
  const rows = placed.pane.shown(view, placed.form);
  const { rows: drawn } = placed.pane.draw(view, placed);
  const index = drawn !== undefined && line > 0 && line <= drawn.count ? drawn.from + line - 1 : undefined;
  const at = cursorIndex(rows, paneStateOf(view.ui, placed.pane.id).cursor);
  focus(hand, placed);
  if (index === undefined) return;
  if (placed.pane.id === pane.id && index === at) press(handNow, ['enter']);
  else
    moveTo(
      hand,
      placed,
      rows.map(({ key }) => key),
      index,
    );
};

const wheelPane = (handNow: () => Hand, placed: Placed, step: number) => {
  const hand = handNow();
  const rows = placed.pane.shown(hand.view, placed.form);
  const at = cursorIndex(rows, paneStateOf(hand.view.ui, placed.pane.id).cursor);
  focus(hand, placed);
  if (placed.pane.walk !== undefined) return placed.pane.walk(handNow(), step);
  if (rows.length > 0)
    moveTo(
      hand,
      placed,
      rows.map(({ key }) => key),
      at + step,
    );
};

/** A click on a row of a list selects it; `enter` runs it. */
const clickList = (hand: Hand, line: number): void => {
  const page = listPage(hand);
  if (page === undefined) return;
  const index = page.from + line - 1;
  if (line > 0 && line <= page.count) page.select(index);
};

const click = (handNow: () => Hand, { x, y }: MouseEvent) => {
  const hand = handNow();
  const target = targetAt(hand, x, y);
  if (target.is === 'nothing') return;
  if (asks(hand)) return hand.say(onlyKeys);
  switch (target.is) {
    case 'key':
      return press(handNow, target.binding.keys.slice(0, 1));
    case 'card':
      return clickList(hand, target.line);
    case 'under':
      return hand.say('esc closes what lies on top');
    case 'pane':
      return clickPane(handNow, target.placed, x, target.line);
  }
};

const roll = (handNow: () => Hand, { x, y }: MouseEvent, step: 1 | -1): void => {
  const hand = handNow();
  const target = targetAt(hand, x, y);
  // In the cancel window every key cancels; a wheel is none.
  if (runOnScreen(hand.view)?.stage === 'window') return;
  if (target.is === 'card' || target.is === 'under') press(handNow, [step > 0 ? 'down' : 'up']);
  if (target.is === 'pane') wheelPane(handNow, target.placed, step * notch);
};

/** What the mouse does to what is under it. It never says yes to anything that acts. */
export const mouseDid = (handNow: () => Hand, event: MouseEvent) => {
  switch (event.is) {
    case 'click':
      return click(handNow, event);
    case 'wheel-up':
      return roll(handNow, event, -1);
    case 'wheel-down':
      return roll(handNow, event, 1);
  }
};
