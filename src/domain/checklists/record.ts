import { defined } from '../base/defined.ts';
import type { Millis } from '../base/fault.ts';
import { isBlankText } from '../text/visible-text.ts';

/**
 * State of an item in a record. `open`: an earlier mark is withdrawn. `override`: a person vouches for an item whose
 * own check does not.
 */
export type ChecklistMark = 'done' | 'override' | 'not-needed' | 'open' | 'note';

/** The state of an item at the end of an occurrence, as text for the history. */
export interface EndedItem {
  readonly item: string;
  readonly title: string;
  readonly state: 'done' | 'overridden' | 'not-needed' | 'open';
  /** Evidence, name and note: 'ready is 100', 'ana@desk-3: asked the team'. */
  readonly why: string;
}

interface RecordHead {
  readonly system: string;
  readonly env: string;
  /** True: made on a simulator of an environment that is real otherwise. */
  readonly drill?: true;
  readonly list: string;
  /** The occurrence: the period of a schedule, '2026-11-23', else its number, '#1'. */
  readonly occurrence: string;
  /** 'ana@desk-3' */
  readonly who: string;
  /** Wall-clock ms. */
  readonly at: Millis;
}

/** One line of the checklist file. */
export type ChecklistRecord = RecordHead &
  (
    | {
        readonly is: ChecklistMark;
        readonly item: string;
        /** '' for none. An override, and an item that is not needed, always has one. */
        readonly note: string;
        /** The reading at that time. */
        readonly evidence?: string;
      }
    | {
        /** A person or a run ended it, or every item of a scheduled list was settled. */
        readonly is: 'end';
        readonly items: readonly EndedItem[];
        /** The run that it gated. */
        readonly run?: string;
      }
  );

export type ItemRecord = Exclude<ChecklistRecord, { is: 'end' }>;
export type EndRecord = Extract<ChecklistRecord, { is: 'end' }>;

/** The records of one list in one occurrence. */
export interface OccurrenceRecords {
  readonly occurrence: string;
  /** The newest mark of each item; a withdrawn one is absent. */
  readonly marks: Readonly<Record<string, ItemRecord>>;
  /** Notes, oldest first. */
  readonly notes: readonly ItemRecord[];
  /** Absent: no person has touched it yet. */
  readonly beganAt?: Millis;
  readonly end?: EndRecord;
}

const isItemRecord = (record: ChecklistRecord): record is ItemRecord => record.is !== 'end';

/** True if a person may make this mark: some need a reason. */
export const markProblem = (mark: ChecklistMark, note: string): string | undefined =>
  (mark === 'override' || mark === 'not-needed' || mark === 'note') && isBlankText(note)
    ? mark === 'note'
      ? 'the note is empty. Write what was done'
      : 'this needs a reason. Say why'
    : undefined;

/**
 * When the checklists of an environment came into use, wall-clock ms: with the first tick, note or override of a person. A list
 * that opsdeck has completed by itself does not begin it. Undefined: they are not in use. `records`: in the order of the file.
 */
export const checklistFirstUse = (records: readonly ChecklistRecord[]): Millis | undefined =>
  records.find(({ is }) => is !== 'end')?.at;

/** The records of one list by occurrence, in the order of the file. */
type ListIndex = Map<string, ChecklistRecord[]>;

const indexes = new WeakMap<readonly ChecklistRecord[], Map<string, ListIndex>>();

/** Groups records once per array: a year of them is looked up every second. */
const indexOf = (records: readonly ChecklistRecord[], list: string): ListIndex => {
  const known = indexes.get(records);
  const made = known ?? new Map<string, ListIndex>();
  if (known === undefined) {
    for (const record of records) {
      const own: ListIndex = made.get(record.list) ?? new Map();
      made.set(record.list, own);
      const same = own.get(record.occurrence);
      if (same === undefined) own.set(record.occurrence, [record]);
      else same.push(record);
    }
    indexes.set(records, made);
  }
  return made.get(list) ?? new Map();
};

/** The occurrences of a list that have records, in the order of their first one. */
export const recordedOccurrences = (records: readonly ChecklistRecord[], list: string): readonly string[] => [
  ...indexOf(records, list).keys(),
];

/** Wall-clock ms of the newest end of a list; undefined: it has not ended yet. */
export const lastEndOf = (records: readonly ChecklistRecord[], list: string): Millis | undefined => {
  const ends = [...indexOf(records, list).values()]
    .flat()
    .flatMap((checklistRecord) => (checklistRecord.is === 'end' ? [checklistRecord.at] : []));
  return ends.length === 0 ? undefined : Math.max(...ends);
};

/** The occurrence of a list without a schedule: one more than those that have ended. A second end changes nothing. */
export const numberedOccurrence = (records: readonly ChecklistRecord[], list: string): string => {
  const own = indexOf(records, list);
  const hasEnded = (occurrence: string): boolean =>
    own.get(occurrence)?.some(({ is }) => is === 'end') === true;
  let number = 1;
  while (hasEnded(`#${number}`)) number++;
  return `#${number}`;
};

/** Collects the records of one occurrence, in the order of the file. Records of other occurrences do not count. */
export const occurrenceRecords = (
  records: readonly ChecklistRecord[],
  list: string,
  occurrence: string,
): OccurrenceRecords => {
  const own = indexOf(records, list).get(occurrence) ?? [];
  // Without a prototype: an item may have the name of one of its properties.
  const marks: Record<string, ItemRecord> = Object.create(null);
  for (const checklistRecord of own) {
    if (
      !isItemRecord(checklistRecord) ||
      checklistRecord.is === 'note' ||
      markProblem(checklistRecord.is, checklistRecord.note) !== undefined
    )
      continue;
    if (checklistRecord.is === 'open') delete marks[checklistRecord.item];
    else marks[checklistRecord.item] = checklistRecord;
  }
  const [first] = own;
  const end = own.find((checklistRecord) => checklistRecord.is === 'end');
  return {
    occurrence,
    marks,
    notes: own.filter(isItemRecord).filter(({ is }) => is === 'note'),
    ...defined({ beganAt: first?.at, end }),
  };
};
