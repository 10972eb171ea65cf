import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { renderSectionRule } from '../../kit/components/section-rule.ts';
import { type StyledLine, sliceLine } from '../../kit/text/line.ts';
import { paneState } from '../contract/model.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { ruleLook } from '../layout/rule-look.ts';
import { type DefinedPane, linesBelow } from './around-rows.ts';
import type { DetailBeside } from './pane-spec.ts';

/** A blank line, the rule of a section with its title, and its lines; nothing without lines. */
const section = (
  view: RenderContext,
  [title, note]: readonly [string, string],
  lines: readonly StyledLine[],
): readonly StyledLine[] => {
  const { pen, columns } = view;
  const parts = { title: [pen.run(title, 'bold')], note: note === '' ? [] : [pen.run(note, 'faint')] };
  return lines.length === 0
    ? []
    : [[], renderSectionRule(pen, { ...parts, look: ruleLook(view), role: 'rule' }, columns), ...lines];
};

/** The suggested runbooks of an opened row, as a section. */
const runbookLines = <R extends PaneRow>(
  { spec }: DefinedPane<R>,
  view: RenderContext,
  row: R,
): readonly StyledLine[] => {
  const runbooks = spec.enter === undefined ? (view.features.openedRow?.lines(view, spec.id, row) ?? []) : [];
  // A section has a blank at its side, as all lines of a detail.
  return section(
    view,
    ['Suggested runbooks', ''],
    runbooks.map((line) => sliceLine(line, 2, Infinity)),
  );
};

/** The cause of an opened row, as a section. */
const causeLines = <R extends PaneRow>(
  { spec }: DefinedPane<R>,
  view: RenderContext,
  row: R,
): readonly StyledLine[] => {
  const cause = view.features.explainCause(view, spec.id, row);
  return cause === undefined ? [] : section(view, [cause.title, cause.note], cause.lines(view));
};

/** Rows of a list with the section of runbooks below it: heads, states, and the related rows that follow. */
const besidesRows = 14;

/** True if the list leaves the room for the runbooks below it: a long one leaves them to the detail. */
const hasRunbooksBelow = <R extends PaneRow>(
  { rows }: DefinedPane<R>,
  view: RenderContext,
  height: number,
): boolean => rows.displayed(view, 'full').length + besidesRows <= height;

/** The opened row in full, as the detail beside the list: what it is and its cause; its runbooks, related rows and charts are below the list. */
const openedDetail = <R extends PaneRow>(
  pane: DefinedPane<R>,
  opened: NonNullable<DefinedPane<R>['spec']['opened']>,
): DetailBeside<R> => ({
  title: (view, row) => {
    const { pen, now } = view;
    const start = pane.spec.problem?.start?.(row);
    const age = start === undefined || row.level === 'ok' ? '' : formatStateAge(start, now);
    return {
      name: [opened.mark(view, row), pen.run(` ${row.label}`, 'bold')],
      note: [pen.run(age, 'faint')],
    };
  },
  lines: (view, row, { height }) => [
    ...opened.lines(view, row),
    ...causeLines(pane, view, row),
    ...(hasRunbooksBelow(pane, view, height) ? [] : runbookLines(pane, view, row)),
  ],
  below: (view, { width, height, paneHeight }, row) => {
    if (row === undefined) return [];
    const list = { ...view, columns: width };
    const runbooks = hasRunbooksBelow(pane, view, paneHeight) ? runbookLines(pane, list, row) : [];
    const room = { width, height: height - runbooks.length };
    const related = view.features.services.related?.lines(view, pane.spec.id, row, room) ?? [];
    const left = { ...room, height: room.height - related.length };
    return [...runbooks, ...related, ...linesBelow(pane, list, row, left)];
  },
});

/** The detail beside the list, now: that of the pane, or that of the row that is opened; undefined: details are below the rows. */
export const detailBeside = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
): DetailBeside<R> | undefined => {
  const { beside, opened, id } = pane.spec;
  if (beside !== undefined) return beside.isShown?.(view) === false ? undefined : beside;
  return opened !== undefined && paneState(view.ui, id).opened ? openedDetail(pane, opened) : undefined;
};
