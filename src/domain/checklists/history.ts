import { defined } from '../base/defined.ts';
import type { Millis } from '../base/fault.ts';
import type { Checklist } from '../profile/profile.ts';
import { type ChecklistSchedule, type SchedulePeriod, schedulePeriod } from '../profile/schedule.ts';
import { isDecidedByCheck } from './modes/item-mode.ts';
import {
  type ChecklistRecord,
  checklistFirstUse,
  type EndedItem,
  type EndRecord,
  type OccurrenceRecords,
  occurrenceRecords,
  recordedOccurrences,
} from './record.ts';
import { markText } from './status.ts';

/**
 * The result of an occurrence that is over. `completed`: it ended without an open item. `ended`: it ended with open
 * items. `incomplete`: its period is over, and it was begun but never ended. `missed`: its period is over without a
 * record.
 */
type OccurrenceResult = 'completed' | 'ended' | 'incomplete' | 'missed';

/** An occurrence of a list that is over. */
export interface PastOccurrence {
  /** '2026-11-22', or '#1' for a list without a schedule. */
  readonly occurrence: string;
  readonly result: OccurrenceResult;
  /** Wall-clock ms at which it was due. Absent: the list has no schedule. */
  readonly dueAt?: Millis;
  /** Absent: it was never ended. */
  readonly end?: Pick<EndRecord, 'at' | 'who' | 'run'>;
  /** The items as recorded at the end; without one, the marks of people. Results of checks are not known then. */
  readonly items: readonly EndedItem[];
  /** The number of items that were done, overridden or not needed. */
  readonly settled: number;
}

const isSettled = ({ state }: EndedItem): boolean => state !== 'open';

/** The items of an occurrence without an end, from the marks of people. */
const markedItems = ({ items }: Checklist, { marks }: OccurrenceRecords): readonly EndedItem[] =>
  items.map(({ id, title, mode }): EndedItem => {
    const mark = marks[id];
    const head = { item: id, title };
    if (mark?.is === 'not-needed') return { ...head, state: 'not-needed', why: markText(mark) };
    if (mark?.is === 'override') return { ...head, state: 'overridden', why: markText(mark) };
    if (mark?.is === 'done' && !isDecidedByCheck({ mode }))
      return { ...head, state: 'done', why: markText(mark) };
    return {
      ...head,
      state: 'open',
      why: isDecidedByCheck({ mode }) ? 'the result of the check was not recorded' : '',
    };
  });

const pastOccurrence = (list: Checklist, records: OccurrenceRecords, dueAt?: Millis): PastOccurrence => {
  const { occurrence, end, beganAt } = records;
  const items = end?.items ?? markedItems(list, records);
  const settled = items.filter(isSettled).length;
  const ofEnd = settled === items.length ? 'completed' : 'ended';
  return {
    occurrence,
    result: end !== undefined ? ofEnd : beganAt === undefined ? 'missed' : 'incomplete',
    ...defined({ dueAt }),
    ...(end === undefined ? {} : { end: { at: end.at, who: end.who, ...defined({ run: end.run }) } }),
    items,
    settled,
  };
};

/** The periods before the current one, newest first, back to the one with a time. */
function* earlierPeriods(
  schedule: ChecklistSchedule,
  now: Millis,
  since: Millis,
  zone: string | undefined,
): Generator<SchedulePeriod> {
  let { beginsAt } = schedulePeriod(schedule, now, zone);
  while (beginsAt > since) {
    const period = schedulePeriod(schedule, beginsAt - 1, zone);
    yield period;
    beginsAt = period.beginsAt;
  }
}

interface HistoryInputs {
  /** Records of this environment, in the order of the file. */
  readonly records: readonly ChecklistRecord[];
  /** Wall-clock ms. */
  readonly now: Millis;
  /** Time zone of the profile. */
  readonly zone: string | undefined;
}

/**
 * Returns the newest occurrences of a list that are over, newest first, at most `most`. Periods without a record are
 * missed, back to the first use of checklists in the environment: it is unknown when the lists were introduced. The current period
 * is listed once it has ended.
 */
export const checklistHistory = (
  list: Checklist,
  { records, now, zone }: HistoryInputs,
  most: number,
): readonly PastOccurrence[] => {
  const { schedule, id } = list;
  if (schedule === undefined)
    return recordedOccurrences(records, id)
      .map((occurrence) => occurrenceRecords(records, id, occurrence))
      .filter(({ end }) => end !== undefined)
      .slice(-most)
      .toReversed()
      .map((currentOccurrenceRecords) => pastOccurrence(list, currentOccurrenceRecords));
  const [first] = records;
  if (first === undefined) return [];
  const used = checklistFirstUse(records) ?? now;
  const current = schedulePeriod(schedule, now, zone);
  const past: PastOccurrence[] = [];
  const running = occurrenceRecords(records, id, current.id);
  if (running.end !== undefined) past.push(pastOccurrence(list, running, current.dueAt));
  for (const period of earlierPeriods(schedule, now, first.at, zone)) {
    if (past.length >= most) break;
    const own = occurrenceRecords(records, id, period.id);
    // What opsdeck has completed by itself is listed; nothing was missed before a person began.
    const isUsed = own.end !== undefined || own.beganAt !== undefined || period.endsAt > used;
    if (isUsed) past.push(pastOccurrence(list, own, period.dueAt));
  }
  return past.slice(0, most);
};
