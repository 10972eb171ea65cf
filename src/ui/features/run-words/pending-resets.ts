import { isGivenUp, type ShownReset } from '../../../domain/runs/pending-reset.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';

/** Resets that are listed one by one. */
const listed = 3;

/** 'in 12m (14:05:00)', 'overdue since 14:05:00: freeze until 18:00' */
const whenText = (reset: ShownReset, wall: number): string => {
  const time = formatClockTime(reset.dueAt);
  if (reset.dueAt > wall) return `in ${formatAge(reset.dueAt - wall)} (${time})`;
  const why = reset.problem === undefined ? '' : `: ${reset.problem}`;
  return isGivenUp(reset)
    ? `failed ${pluralize(reset.attempts, 'time')}${why}. Undo run ${reset.run} in Runs`
    : `overdue since ${time}${why}`;
};

/** The text of one reset, by who carries it out: this process, a person, or none. */
const resetText = (reset: ShownReset, wall: number): string => {
  const { standing, title, dueAt } = reset;
  if (standing.is === 'foreign')
    return `reset not written by opsdeck, never sent: ${title} · ${standing.why}`;
  if (standing.is === 'asks')
    return dueAt <= wall
      ? `due: reset of ${title} · send with enter in Problems`
      : `reset due ${whenText(reset, wall)}, by a person: ${title}`;
  return `automatic reset ${whenText(reset, wall)}${dueAt <= wall ? ' · ' : ': '}${title}`;
};

/** True: a person must carry it out now; Problems has a row for it. */
const isAsked = ({ standing, dueAt }: ShownReset, wall: number): boolean =>
  standing.is === 'asks' && dueAt <= wall;

/** The resets that wait for a person. None in time travel, because they concern the present. */
export const askedResets = (view: RenderContext): readonly ShownReset[] =>
  view.past === undefined ? (view.cockpit.resets ?? []).filter((reset) => isAsked(reset, wallNow(view))) : [];

/**
 * One line per temporary change of the environment: what is restored, when, and by whom. None in time travel, because it
 * concerns the present. `isNow`: without those that have a row of their own there.
 */
export const pendingResetLines = (view: RenderContext, isNow = false): readonly StyledLine[] => {
  const { pen, cockpit, past, columns } = view;
  const wall = wallNow(view);
  const all = past === undefined ? (cockpit.resets ?? []) : [];
  const resets = isNow ? all.filter((shownReset) => !isAsked(shownReset, wall)) : all;
  const lines = resets.slice(0, listed).map((reset): StyledLine => {
    const isLate = reset.dueAt <= wall || reset.standing.is === 'foreign';
    const role = isLate ? 'warn' : 'faint';
    return [
      pen.run(' '),
      pen.glyph(isLate ? 'warn' : 'chosen', role),
      pen.run(pen.cut(` ${resetText(reset, wall)}`, columns - 3), role),
    ];
  });
  const more = resets.length - lines.length;
  return more > 0 ? [...lines, [pen.run(`   ${pluralize(more, 'more reset')}`, 'faint')]] : lines;
};

/** The mark of pending resets for the header: '1 reset in 12m', '2 resets, 1 overdue'; undefined if there are none. */
export const pendingResetMark = (
  view: RenderContext,
): { readonly text: string; readonly isLate: boolean } | undefined => {
  const resets = (view.cockpit.resets ?? []).filter(({ standing }) => standing.is !== 'foreign');
  const [next] = resets;
  if (next === undefined) return undefined;
  const wall = wallNow(view);
  const count = pluralize(resets.length, 'reset');
  const late = resets.filter(({ dueAt }) => dueAt <= wall).length;
  return late > 0
    ? { text: `${count}, ${late} overdue`, isLate: true }
    : { text: `${count} in ${formatAge(next.dueAt - wall)}`, isLate: false };
};
