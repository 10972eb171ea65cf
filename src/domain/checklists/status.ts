import { defined } from '../base/defined.ts';
import type { Millis } from '../base/fault.ts';
import type { Checklist, ChecklistItem } from '../profile/profile.ts';
import { schedulePeriod } from '../profile/schedule.ts';
import { isDecidedByCheck, modeOf } from './modes/item-mode.ts';
import {
  type ChecklistRecord,
  checklistFirstUse,
  type EndedItem,
  type ItemRecord,
  numberedOccurrence,
  type OccurrenceRecords,
  occurrenceRecords,
} from './record.ts';

/** State of an item according to the data now. */
export interface ItemReading {
  /** 'unknown': no data, stale data or a failed read; never 'true'. */
  readonly value: 'true' | 'false' | 'unknown';
  /** The deciding row or value, or why it is unknown. */
  readonly why: string;
  /**
   * Since when it has been true, as observed, in wall-clock ms. Of one that is not: since when it no longer is; absent:
   * it was not true before.
   */
  readonly since?: Millis;
}

/** The state of an item, and who or what decided it. */
export type ItemState =
  | { readonly is: 'done'; readonly by: 'reading'; readonly why: string; readonly since?: Millis }
  | { readonly is: 'done'; readonly by: 'person'; readonly mark: ItemRecord }
  /** A person vouches for it although its check does not say so. */
  | { readonly is: 'overridden'; readonly mark: ItemRecord; readonly why: string }
  | { readonly is: 'not-needed'; readonly mark: ItemRecord }
  | {
      readonly is: 'open';
      /** Why it is not done; '' for an item of a person. */
      readonly why: string;
      /** True: its check has no answer. */
      readonly isUnknown: boolean;
      /** When its check stopped holding, wall-clock ms. Absent: it has not held before. */
      readonly since?: Millis;
    };

/** An item in an occurrence. */
export interface ItemStatus {
  readonly item: ChecklistItem;
  readonly state: ItemState;
  /** State according to the data; absent: the item has no check. */
  readonly reading?: ItemReading;
  readonly notes: readonly ItemRecord[];
}

/** A checklist in its current occurrence. */
export interface ChecklistStatus {
  readonly list: Checklist;
  readonly occurrence: string;
  readonly items: readonly ItemStatus[];
  /** The number of items that need nothing more: done, overridden or not needed. */
  readonly settled: number;
  /** Absent: untouched. */
  readonly beganAt?: Millis;
  /** Of a list with a schedule: when it is due, wall-clock ms. */
  readonly dueAt?: Millis;
  /** True: it was due, in this period or in the one before, and has neither ended since nor are all items settled. */
  readonly isOverdue: boolean;
  /** Of an overdue list: the due time that has passed, wall-clock ms. */
  readonly overdueSince?: Millis;
  /** True: it has ended in this period; only a list with a schedule stays so. */
  readonly hasEnded: boolean;
}

type OpenState = Extract<ItemState, { readonly is: 'open' }>;

const openState = (item: ChecklistItem, reading: ItemReading | undefined): OpenState => {
  if (!isDecidedByCheck(item)) return { is: 'open', why: '', isUnknown: false };
  if (reading === undefined) return { is: 'open', why: 'not read yet', isUnknown: true };
  const { why, value, since } = reading;
  return { is: 'open', why, isUnknown: value === 'unknown', ...defined({ since }) };
};

/**
 * The state of an item, as its mode decides. An auto item is done only while its reading is true; a person's tick cannot
 * replace it, an override with a reason can, and is shown as such.
 */
const itemState = (
  item: ChecklistItem,
  mark: ItemRecord | undefined,
  reading: ItemReading | undefined,
): ItemState => {
  const verdict = modeOf(item).decide({ mark: mark?.is, reading: reading?.value });
  if (verdict === 'by-check' && reading !== undefined) {
    const { why, since } = reading;
    return { is: 'done', by: 'reading', why, ...defined({ since }) };
  }
  const open = openState(item, reading);
  if (mark === undefined) return open;
  switch (verdict) {
    case 'by-person':
      return { is: 'done', by: 'person', mark };
    case 'overridden':
      return { is: 'overridden', mark, why: open.why };
    case 'not-needed':
      return { is: 'not-needed', mark };
    case 'by-check':
    case 'open':
      return open;
  }
};

/** True for an item that needs nothing more. */
const isSettled = ({ state }: ItemStatus): boolean => state.is !== 'open';

/** Known state of the lists of an environment. */
interface ChecklistInputs {
  /** Records of this environment, in the order of the file. */
  readonly records: readonly ChecklistRecord[];
  /** The reading of an item; undefined: it has none, or none yet. */
  reading(list: string, item: string): ItemReading | undefined;
  /** Wall-clock ms. */
  readonly now: Millis;
  /** Time zone of the profile. */
  readonly zone: string | undefined;
}

/** Returns the current occurrence of a list. */
export const currentOccurrence = (
  list: Checklist,
  { records, now, zone }: Pick<ChecklistInputs, 'records' | 'now' | 'zone'>,
): string =>
  list.schedule === undefined
    ? numberedOccurrence(records, list.id)
    : schedulePeriod(list.schedule, now, zone).id;

const itemsOf = (
  { id, items }: Checklist,
  { marks, notes }: OccurrenceRecords,
  { reading }: Pick<ChecklistInputs, 'reading'>,
): readonly ItemStatus[] =>
  items.map((item) => {
    const read = reading(id, item.id);
    return {
      item,
      state: itemState(item, marks[item.id], read),
      ...defined({ reading: read }),
      notes: notes.filter((note) => note.item === item.id),
    };
  });

/**
 * The due time that has passed without the list: that of the period before when it was not ended, otherwise that of this
 * one. Nothing is overdue before the checklists of the environment are in use.
 */
const missedDueTime = (
  { id, schedule }: Checklist,
  { records, now, zone }: Pick<ChecklistInputs, 'records' | 'now' | 'zone'>,
): Millis | undefined => {
  if (schedule === undefined) return undefined;
  const current = schedulePeriod(schedule, now, zone);
  const first = checklistFirstUse(records);
  if (first === undefined) return undefined;
  const before = first >= current.beginsAt ? undefined : schedulePeriod(schedule, current.beginsAt - 1, zone);
  if (before !== undefined && occurrenceRecords(records, id, before.id).end === undefined)
    return before.dueAt;
  return now >= current.dueAt ? current.dueAt : undefined;
};

/** Returns the status of a list in its current occurrence. Pure. */
export const checklistStatus = (list: Checklist, inputs: ChecklistInputs): ChecklistStatus => {
  const own = occurrenceRecords(inputs.records, list.id, currentOccurrence(list, inputs));
  const items = itemsOf(list, own, inputs);
  const settled = items.filter(isSettled).length;
  const dueAt =
    list.schedule === undefined ? undefined : schedulePeriod(list.schedule, inputs.now, inputs.zone).dueAt;
  const hasEnded = own.end !== undefined;
  const overdueSince = hasEnded || settled === items.length ? undefined : missedDueTime(list, inputs);
  return {
    list,
    occurrence: own.occurrence,
    items,
    settled,
    ...defined({ beganAt: own.beganAt, dueAt }),
    isOverdue: overdueSince !== undefined,
    ...defined({ overdueSince }),
    hasEnded,
  };
};

/**
 * True for a scheduled list whose items are all settled, and whose end is not recorded yet. One that needs a person must have
 * been begun; one of automatic items only is complete when the data of every item says so.
 */
export const isPeriodComplete = ({ list, items, settled, beganAt, hasEnded }: ChecklistStatus): boolean => {
  if (list.schedule === undefined || hasEnded || settled < items.length) return false;
  return (
    beganAt !== undefined || items.every(({ item, state }) => isDecidedByCheck(item) && state.is === 'done')
  );
};

/** 'ana@desk-3: asked the team' */
export const markText = ({ who, note }: ItemRecord): string => (note === '' ? who : `${who}: ${note}`);

/** Origin of the state: evidence, name and note. */
export const stateReason = (state: ItemState): string => {
  switch (state.is) {
    case 'done':
      return state.by === 'reading' ? state.why : markText(state.mark);
    case 'overridden':
      return `${markText(state.mark)} (check: ${state.why})`;
    case 'not-needed':
      return markText(state.mark);
    case 'open':
      return state.why;
  }
};

/** The items for the record of an end. */
export const endedItems = ({ items }: Pick<ChecklistStatus, 'items'>): readonly EndedItem[] =>
  items.map(({ item, state }) => ({
    item: item.id,
    title: item.title,
    state: state.is,
    why: stateReason(state),
  }));
