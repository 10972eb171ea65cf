import { cursorOn, firstRow, placeOf } from '../../../cursor.ts';
import { noOverlay } from '../../../overlays/overlay.ts';
import type { Binding, Hand } from '../../../panes/pane.ts';
import { itemsOf, type LogListItem } from '../lists.ts';
import type { LogList, LogListOverlay } from '../overlays.ts';
import { noStream } from './no-stream.ts';

const listOf = ({ view }: Hand): LogListOverlay | undefined =>
  view.ui.overlay.is === 'log-list' ? view.ui.overlay : undefined;

const move = (step: number) => (hand: Hand) => {
  const overlay = listOf(hand);
  if (overlay === undefined) return;
  const keys = itemsOf(hand, overlay.list).map(({ key }) => key);
  hand.model.setState({
    overlay: { ...overlay, cursor: cursorOn(keys, placeOf(keys, overlay.cursor) + step) },
  });
};

const chosen = (hand: Hand): LogListItem | undefined => {
  const overlay = listOf(hand);
  if (overlay === undefined) return undefined;
  const items = itemsOf(hand, overlay.list);
  return items[
    placeOf(
      items.map(({ key }) => key),
      overlay.cursor,
    )
  ];
};

const close = ({ model }: Hand): void => model.setState({ overlay: noOverlay });

const take = (hand: Hand): void => {
  const item = chosen(hand);
  if (item === undefined) return;
  // A column is given or taken, and the list stays for the next one.
  if (item.isOn === undefined) close(hand);
  item.run(hand);
};

/** Keys of the lists of LOGS. */
export const logListKeys: readonly Binding[] = [
  { id: 'log-list.take', keys: ['enter', 'space'], does: 'take it', footer: 'take', run: take },
  {
    id: 'log-list.drop',
    keys: ['backspace'],
    does: 'drop it',
    footer: 'drop',
    whyNot: (hand) => (chosen(hand)?.drop === undefined ? 'nothing here can be dropped' : undefined),
    run: (hand) => chosen(hand)?.drop?.(hand),
  },
  { id: 'log-list.down', keys: ['j', 'down'], does: 'next', run: move(1) },
  { id: 'log-list.up', keys: ['k', 'up'], does: 'previous', run: move(-1) },
  { id: 'log-list.close', keys: ['esc'], does: 'close', footer: 'close', run: close },
];

const open =
  (list: LogList) =>
  ({ model }: Hand): void =>
    model.setState({ overlay: { is: 'log-list', list, cursor: firstRow } });

/** Keys that open the lists. */
export const openListKeys: readonly Binding[] = [
  {
    id: 'logs.chips',
    keys: ['F'],
    does: 'list of the chips: write one anew, drop one',
    whyNot: noStream,
    run: open('chips'),
  },
  {
    id: 'logs.columns',
    keys: ['C'],
    does: 'fields of the lines as columns',
    whyNot: noStream,
    run: open('columns'),
  },
  {
    id: 'logs.views',
    keys: ['V'],
    does: 'views of the profile',
    whyNot: ({ view }) =>
      (view.cockpit.open?.logViews?.length ?? 0) === 0 ? 'this profile has no view: logs: views:' : undefined,
    run: open('views'),
  },
];
