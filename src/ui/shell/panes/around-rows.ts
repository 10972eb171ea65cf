import { formatCount } from '../../../domain/text/format.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { paneState } from '../contract/model.ts';
import type { PaneCell } from '../contract/pane.ts';
import { countWithFolded, type PaneForm, type PaneRoom, type PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { memoizePerObject } from '../state/memoize.ts';
import { foreignEnvironment } from './foreign-cell.ts';
import { type Glance, glanceOf, problemsBefore, type TitleCount } from './glance.ts';
import { orderNames, orderText } from './order.ts';
import { withAddedLines } from './pane-lines.ts';
import type { PaneRows } from './pane-rows.ts';
import type { PaneSpec } from './pane-spec.ts';
import { faultCount, paneStatusLines, type RowCounts } from './status-lines.ts';
import { renderTitle, titleTags } from './title.ts';

/** A pane as it is defined, and its rows. */
export interface DefinedPane<R extends PaneRow> {
  readonly spec: PaneSpec<R>;
  readonly rows: PaneRows<R>;
}

const orderTag = <R extends PaneRow>(
  { spec, rows }: DefinedPane<R>,
  view: RenderContext,
  form: PaneForm,
): StyledLine => {
  if (rows.isOrderHeld(view, form)) return [view.pen.run('  order held', 'key')];
  return view.ui.resorted?.pane === spec.id ? [view.pen.run('  re-sorted', 'key')] : [];
};

const countedStates = memoizePerObject<readonly TitleCount[] | undefined>();

const paneGlance = <R extends PaneRow>(
  { spec, rows }: DefinedPane<R>,
  view: RenderContext,
  { form }: PaneRoom,
): Glance => {
  const counted = spec.findingRows?.(view) ?? rows.all(view);
  const states =
    form === 'full' ? undefined : countedStates(counted, [spec], () => spec.stateCounts?.(counted));
  return { ...glanceOf(rows.counted(view), problemsBefore(view, spec.id)), states };
};

/** '16  worst first', '5 of 16  by name': the rows and their order. Without facts, the number of rows is unknown rather than 0. */
const rowsCaption = <R extends PaneRow>({ spec, rows }: DefinedPane<R>, view: RenderContext): string => {
  const state = paneState(view.ui, spec.id);
  const result = rows.query(view);
  const all = formatCount(result.all);
  const count = state.least === undefined ? all : `${formatCount(countWithFolded(result.rows))} of ${all}`;
  // The tag of a filter has the numbers itself.
  const isTold = state.filter !== '' || (view.own === undefined && result.all === 0);
  return [isTold ? '' : count, orderText(orderNames(spec), state)].filter((text) => text !== '').join('  ');
};

/** The caption of a pane: its own, or the rows of a full pane and their order. */
const captionOf = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  { form, width }: PaneRoom,
): string => {
  const { rows } = pane.rows.query(view);
  const own = rows.length === 0 ? '' : (pane.spec.caption?.(view, rows, form, width) ?? '');
  return form === 'full' && own === '' ? rowsCaption(pane, view) : own;
};

/** The title line: name, tags, faults that no status line shows, counts by level and caption. */
export const paneTitle = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  room: PaneRoom,
): StyledLine => {
  const { spec } = pane;
  const { form } = room;
  const result = pane.rows.query(view);
  const { rows } = result;
  // Without room for status lines, the title counts the faults, unless an unknown row already shows them.
  const countsFaults = form === 'folded' && rows.length > 0 && rows.every(({ level }) => level !== 'unknown');
  return renderTitle(view, room, {
    key: spec.key,
    name: spec.title,
    tags: [...orderTag(pane, view, form), ...titleTags(view, spec.id, result, () => pane.rows.every(view))],
    faults: countsFaults ? faultCount(view, spec.kind) : 0,
    glance: spec.hasLevels === false ? undefined : paneGlance(pane, view, room),
    caption: captionOf(pane, view, room),
  });
};

/** Rows that stay visible below the lines of `head`. */
const minRowsBelowHead = 4;

/** The lines above `count` rows, as far as they leave room for a few of them. */
export const paneHead = <R extends PaneRow>(
  { spec }: DefinedPane<R>,
  view: RenderContext,
  room: PaneRoom,
  count: number,
): readonly StyledLine[] => {
  if (room.form !== 'full') return [];
  const most = room.height - 2 - Math.min(count, minRowsBelowHead);
  return (spec.head?.({ ...view, columns: room.width }) ?? []).slice(0, Math.max(0, most));
};

/** The status lines below the rows. In a small pane, rows take precedence over them. */
export const paneStates = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  form: PaneForm,
): readonly StyledLine[] => {
  const { spec } = pane;
  const { rows, all, filterError: wrong } = pane.rows.query(view);
  const counted: RowCounts = {
    all,
    shown: rows.length,
    wrong: view.ui.isFiltering ? undefined : wrong,
    ...paneState(view.ui, spec.id),
  };
  const lines =
    spec.kind === undefined
      ? (spec.statusLines?.(view, counted) ?? [])
      : paneStatusLines(view, spec.kind, spec.noun, counted);
  if (form === 'full') return [...lines, ...(spec.extraLines?.(view) ?? [])];
  return lines.slice(0, form === 'brief' || rows.length === 0 ? 1 : 0);
};

/** The cell under the cursor, of a pane whose columns are environments. */
export const paneCell = <R extends PaneRow>(
  { spec, rows }: DefinedPane<R>,
  view: RenderContext,
  { key }: Pick<PaneRow, 'key'>,
): PaneCell | undefined => {
  const row = rows.all(view).find((item) => item.key === key);
  return row === undefined ? undefined : spec.cell?.(view, row);
};

/** The other environment whose cell is selected; undefined: that of the open one. */
export const foreignCell = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  row: R,
): string | undefined =>
  foreignEnvironment(view, { cell: (seen, paneRow) => paneCell(pane, seen, paneRow) }, row);

/** The details of a row; opened: with its runbooks. A chart gets smaller by their lines. */
export const rowDetails = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  row: R,
  opened: boolean,
): readonly StyledLine[] => {
  const { spec } = pane;
  const extra = view.features.openedRow;
  const own = opened && spec.enter === undefined ? (extra?.lines(view, spec.id, row) ?? []) : [];
  const foreign = foreignCell(pane, view, row);
  const added =
    foreign === undefined || own.length === 0 || extra === undefined
      ? own
      : [extra.foreignLine(view, foreign)];
  const details = spec.details({ ...view, rows: view.rows - added.length }, row, opened);
  return withAddedLines(added, details);
};

/** Lines below the details; none where the selected cell is of another environment. */
export const linesBelow = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  row: R,
  room: Pick<PaneRoom, 'width' | 'height'>,
): readonly StyledLine[] =>
  foreignCell(pane, view, row) === undefined ? (pane.spec.below?.(view, row, room) ?? []) : [];
