import type { Fault, Millis } from '../domain/base/fault.ts';
import type { ChecklistRecord } from '../domain/checklists/record.ts';
import type { ChecklistStatus } from '../domain/checklists/status.ts';

/** The key of an item in `checklistData`. */
export const checklistDataKey = (list: string, item: string): string => `${list} ${item}`;

/** The response for an item of a checklist. */
export interface ChecklistData {
  readonly lines: readonly string[];
  readonly faults: readonly Fault[];
  /** Ms on the clock of the cockpit, of the start of the reading. */
  readonly at: Millis;
  /** False: it is being read. */
  readonly done: boolean;
}

/** The checklists in the state of the cockpit. */
export interface ChecklistSlice {
  /** The checklists of the open environment in their current occurrences; absent: not yet read. */
  readonly checklists?: readonly ChecklistStatus[];
  /** Their records, in the order of the file, for the history. */
  readonly checklistRecords?: readonly ChecklistRecord[];
  /** Answers of the sources for items that a person decides with data, by list and item: 'daily errors'. */
  readonly checklistData?: Readonly<Record<string, ChecklistData>>;
}
