import { pluralize } from '../../../domain/count-text.ts';
import { formatAge } from '../../../domain/duration.ts';
import { formatClockTime } from '../../../domain/format.ts';
import { isGivenUp, type PendingReset } from '../../../domain/pending-reset.ts';
import { type RenderContext, wallNow } from '../../render-context.ts';
import type { StyledLine } from '../../text/line.ts';

/** Resets that are listed one by one. */
const listed = 3;

/** 'in 12m (14:05:00)', 'overdue since 14:05:00: freeze until 18:00' */
const whenText = (reset: PendingReset, wall: number): string => {
  const at = formatClockTime(reset.dueAt);
  if (reset.dueAt > wall) return `in ${formatAge(reset.dueAt - wall)} (${at})`;
  const why = reset.problem === undefined ? '' : `: ${reset.problem}`;
  return isGivenUp(reset)
    ? `failed ${pluralize(reset.attempts, 'time')}${why}; undo run ${reset.run} in RUNS`
    : `overdue since ${at}${why}`;
};

/**
 * One line per temporary change of the environment: what opsdeck restores, and when. None in time travel, because it
 * concerns the present.
 */
export const pendingResetLines = (view: RenderContext): readonly StyledLine[] => {
  const { pen, cockpit, past, columns } = view;
  const resets = past === undefined ? (cockpit.resets ?? []) : [];
  const wall = wallNow(view);
  const lines = resets.slice(0, listed).map((reset): StyledLine => {
    const isLate = reset.dueAt <= wall;
    const role = isLate ? 'warn' : 'faint';
    const text = ` automatic reset ${whenText(reset, wall)}${isLate ? ` · ${reset.title}` : `: ${reset.title}`}`;
    return [
      pen.run(' '),
      pen.glyph(isLate ? 'warn' : 'chosen', role),
      pen.run(pen.cut(text, columns - 3), role),
    ];
  });
  const more = resets.length - lines.length;
  return more > 0 ? [...lines, [pen.run(`   ${pluralize(more, 'more automatic reset')}`, 'faint')]] : lines;
};

/** The mark of pending resets for the header: '1 reset in 12m', '2 resets, 1 overdue'; undefined if there are none. */
export const pendingResetMark = (
  view: RenderContext,
): { readonly text: string; readonly isLate: boolean } | undefined => {
  const resets = view.cockpit.resets ?? [];
  const [next] = resets;
  if (next === undefined) return undefined;
  const wall = wallNow(view);
  const count = pluralize(resets.length, 'reset');
  const late = resets.filter(({ dueAt }) => dueAt <= wall).length;
  return late > 0
    ? { text: `${count}, ${late} overdue`, isLate: true }
    : { text: `${count} in ${formatAge(next.dueAt - wall)}`, isLate: false };
};
