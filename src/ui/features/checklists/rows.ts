import type { Millis } from '../../../domain/base/fault.ts';
import { modeOf } from '../../../domain/checklists/modes/item-mode.ts';
import { type ChecklistStatus, type ItemStatus, stateReason } from '../../../domain/checklists/status.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatShortPastTime } from '../../kit/text/past-time.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { createTreeRows, type TreeNode } from '../../shell/panes/tree.ts';

/** A checklist, or an item below it. */
export interface ChecklistRow extends PaneRow {
  readonly list: ChecklistStatus;
  /** Absent: the row is the list. */
  readonly item?: ItemStatus;
  readonly position: number;
}

export const checklistsPaneId = 'checklists';

export const listRowKey = (list: string): string => `list ${list}`;

/** Key of an item's row. */
const itemRowKey = (list: string, item: string): string => `item ${list} ${item}`;

/** '[x]' a person, '[=]' by its check, '[!]' overridden, '[-]' not needed, '[?]' its check is unknown, '[ ]' open. */
export const boxOf = ({ state }: ItemStatus): string => {
  switch (state.is) {
    case 'done':
      return state.by === 'reading' ? '[=]' : '[x]';
    case 'overridden':
      return '[!]';
    case 'not-needed':
      return '[-]';
    case 'open':
      return state.isUnknown ? '[?]' : '[ ]';
  }
};

/** The state in a word or two. */
export const itemStateText = ({ state, item }: ItemStatus): string => {
  switch (state.is) {
    case 'done':
      return state.by === 'reading' ? 'by a check' : 'done';
    case 'overridden':
      return 'overridden';
    case 'not-needed':
      return 'not needed';
    case 'open':
      if (state.isUnknown) return 'unknown';
      return modeOf(item).openWord;
  }
};

/** When the state began: since when its check holds or no longer does, or when a person decided. Wall-clock ms. */
export const stateTime = ({ state }: ItemStatus): Millis | undefined => {
  if (state.is === 'open') return state.since;
  return state.is === 'done' && state.by === 'reading' ? state.since : state.mark.at;
};

/** Why the item is in its state; of an open item with data, what the data shows. */
export const evidenceText = ({ state, reading, item }: ItemStatus): string => {
  const why = stateReason(state);
  if (why !== '' || state.is !== 'open') return why;
  return reading?.why ?? item.show ?? '';
};

/** 'overdue by 2h', 'due in 3h', 'completed', 'on demand', 'in progress'; 'was due 3h ago' of a list without any record. */
export const dueText = (status: ChecklistStatus, wall: Millis): string => {
  const { dueAt, overdueSince, hasEnded, beganAt, settled, items } = status;
  if (hasEnded) return 'completed';
  if (overdueSince !== undefined) return `overdue by ${formatAge(wall - overdueSince)}`;
  if (settled === items.length) return 'complete';
  if (dueAt !== undefined)
    return dueAt > wall ? `due in ${formatAge(dueAt - wall)}` : `was due ${formatAge(wall - dueAt)} ago`;
  return beganAt === undefined ? 'on demand' : 'in progress';
};

/** '10:03:04', with the date if it is not today. */
export const timeText = (view: RenderContext, time: Millis | undefined): string =>
  time === undefined ? '' : formatShortPastTime(time, wallNow(view));

const listRow = (list: ChecklistStatus, position: number): ChecklistRow => ({
  key: listRowKey(list.list.id),
  level: list.isOverdue ? 'warn' : 'ok',
  label: list.list.title,
  text: [list.list.id, list.list.title, list.list.when].join(' '),
  list,
  position,
});

const itemRow = (list: ChecklistStatus, item: ItemStatus, position: number): ChecklistRow => ({
  key: itemRowKey(list.list.id, item.item.id),
  level: 'ok',
  label: `${list.list.title}: ${item.item.title}`,
  text: [item.item.id, item.item.title, itemStateText(item), evidenceText(item)].join(' '),
  list,
  item,
  position,
});

const roots = ({ cockpit: { checklists = [] } }: RenderContext): readonly TreeNode<ChecklistRow>[] =>
  checklists.map((list, position) => ({
    row: listRow(list, position),
    children: () => list.items.map((item, index) => ({ row: itemRow(list, item, index) })),
  }));

/** The lists in profile order, with the items of the opened ones. */
export const checklistRows = createTreeRows<ChecklistRow>({
  id: checklistsPaneId,
  first: (a, b) => a.position - b.position,
  roots,
});
