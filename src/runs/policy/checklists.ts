import { isDecidedByCheck } from '../../domain/checklists/modes/item-mode.ts';
import type { ChecklistStatus, ItemStatus } from '../../domain/checklists/status.ts';
import type { Danger } from '../../domain/runbooks/operation.ts';
import type { RunEnding } from '../../domain/runs/run.ts';
import { joinFirst } from '../../domain/text/count-text.ts';
import { answerFlag } from './answer-flags.ts';
import { isNoticeable } from './danger.ts';
import { asks, type CheckRuling, forbids, passes } from './ruling.ts';

/** True for an auto item that the gated run performs itself, such as the backup before it applies the change. */
const isOwnItem = ({ item }: ItemStatus, runbook: string): boolean =>
  isDecidedByCheck(item) && item.runbook === runbook && item.that === undefined && item.use === undefined;

const mostNamed = 5;

const named = (items: readonly ItemStatus[]): string => {
  const texts = items.map(({ item, state }) => {
    const why = state.is === 'open' && state.why !== '' ? ` (${state.why})` : '';
    return `${item.title}${why}`;
  });
  return joinFirst(texts, mostNamed);
};

const rulingOf = (
  { list, items }: ChecklistStatus,
  runbook: string,
  overridden: string | undefined,
): CheckRuling => {
  const askedItems = items.filter((item) => !isOwnItem(item, runbook));
  const open = askedItems.filter(({ state }) => state.is === 'open');
  const vouched = askedItems.filter(
    ({ state, item }) => state.is === 'overridden' || (state.is === 'not-needed' && isDecidedByCheck(item)),
  );
  if (open.length > 0) {
    const why = `checklist ${list.id} has open items (${open.length} of ${askedItems.length}): ${named(open)}`;
    if (overridden !== undefined) return asks('checklist', `${why}. Overridden: ${overridden}`);
    const remedy = `complete the list in Checklists or with opsdeck checklist ${list.id}, or override with a reason ${answerFlag.override}`;
    return forbids('checklist', why, remedy);
  }
  // A person vouches for what a check does not say, so the name is typed.
  if (vouched.length > 0) {
    const why = `checklist ${list.id} has items that people completed against their checks: ${named(vouched)}`;
    return asks('checklist', why);
  }
  return passes('checklist', `checklist ${list.id} is complete`);
};

/** A run of the ledger that a list gates. */
export interface GatedRun {
  readonly run: string;
  readonly runbook: string;
  /** Wall-clock ms of its newest record. */
  readonly lastAt: number;
  /** Absent: it is running, or its process died. */
  readonly ending?: RunEnding;
  /** The dangers of its steps that have begun. Absent: none has. */
  readonly begun?: readonly Danger[];
  /** Why its records do not show who wrote them. Absent: they do, or it is not judged. */
  readonly foreign?: string;
}

/** Endings of runs that have sent nothing. */
const unsent: readonly RunEnding[] = ['declined', 'forbidden', 'not-applicable', 'dry-run'];

/** Endings before the last step: such a run may have ended at one that only reads. */
const early: readonly RunEnding[] = ['failed', 'cancelled'];

/**
 * True for a run that ended before it changed anything: a checklist that was ticked for it is still valid. A file saved by a
 * `safe` step is no change of the system. Without an ending it may still act; an ending that may be forged is none,
 * and no ending speaks for a step that has begun.
 */
export const keepsTicks = ({
  ending,
  begun = [],
  foreign,
}: Pick<GatedRun, 'ending' | 'begun' | 'foreign'>): boolean =>
  ending !== undefined &&
  foreign === undefined &&
  !begun.some(isNoticeable) &&
  [...unsent, ...early].includes(ending);

/**
 * Rules on lists whose ticks were made before a run that may have acted since: that run has used them up, although its process
 * died or could not record their end. The run that asks is not counted.
 */
export const usedUpRulings = (
  statuses: readonly ChecklistStatus[],
  runs: readonly GatedRun[],
  asking: string,
): readonly CheckRuling[] =>
  statuses.flatMap(({ list, beganAt }): readonly CheckRuling[] => {
    if (list.schedule !== undefined || beganAt === undefined) return [];
    const used = runs.find(
      (gated) =>
        gated.run !== asking &&
        list.gates?.includes(gated.runbook) === true &&
        gated.lastAt > beganAt &&
        !keepsTicks(gated),
    );
    if (used === undefined) return [];
    const why = `checklist ${list.id} was already used: the items were ticked before run ${used.run} of ${used.runbook}`;
    const remedy = `end the checklist with d in Checklists or with opsdeck checklist ${list.id} --end, and tick the items again`;
    return [forbids('checklist', why, remedy)];
  });

/** Whether the lists that gate a runbook allow its start. An unknown item is open. `overridden`: the reason. */
export const checklistRulings = (
  runbook: string,
  statuses: readonly ChecklistStatus[],
  overridden: string | undefined,
): readonly CheckRuling[] => statuses.map((status) => rulingOf(status, runbook, overridden));

/**
 * The ruling on a run that was confirmed without a typed name: a person has vouched for an item after the
 * preview was shown.
 */
export const unaskedChecklistRuling = (ruling: CheckRuling): CheckRuling => {
  if (ruling.does !== 'asks') return ruling;
  const { asks: _, ...check } = ruling.check;
  const remedy = 'an item was ticked after the preview. Open the preview again';
  return { check: { ...check, ok: false, remedy }, does: 'forbids' };
};

/** The ruling where the lists cannot be read: not complete. */
export const unreadableChecklists = (why: string): CheckRuling =>
  forbids(
    'checklist',
    `cannot read the checklists: ${why}`,
    'make the state directory readable for your user',
  );
