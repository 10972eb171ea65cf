import { formatStateAge } from '../../../domain/facts/state-start.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { paneState } from '../contract/model.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { type DefinedPane, linesBelow } from './around-rows.ts';
import type { DetailBeside } from './pane-spec.ts';

/** The runbooks of an opened row, and what else features add to it. */
const addedLines = <R extends PaneRow>(
  { spec }: DefinedPane<R>,
  view: RenderContext,
  row: R,
): readonly StyledLine[] => {
  const lines = spec.enter === undefined ? (view.features.openedRow?.lines(view, spec.id, row) ?? []) : [];
  return lines.length === 0 ? [] : [[], ...lines];
};

/** The opened row in full, as the detail beside the list: what it is, and its runbooks; charts are below the list. */
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
  lines: (view, row) => [...opened.lines(view, row), ...addedLines(pane, view, row)],
  below: (view, room, row) =>
    row === undefined ? [] : linesBelow(pane, { ...view, columns: room.width }, row, room),
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
