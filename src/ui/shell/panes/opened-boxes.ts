import { type BoxColumn, boxOutlines, renderBoxColumns } from '../../kit/components/box-columns.ts';
import { joints } from '../../kit/components/panel.ts';
import { cursorRowIndex } from '../../kit/components/window.ts';
import { type StyledLine, sliceLine } from '../../kit/text/line.ts';
import { ruleGlyph } from '../../kit/theme/glyphs.ts';
import { paneState } from '../contract/model.ts';
import type { PaneOutline, PaneRoom, PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { ruleLook } from '../layout/rule-look.ts';
import { hasPanelSides } from '../layout/screen-size.ts';
import { type DefinedPane, foreignCell, paneStates } from './around-rows.ts';
import { isFolded } from './folded-rows.ts';

/** Minimum inside of a pane whose opened row is explained in boxes. */
const minCells = 118;
const minBoxRows = 20;
/** The most of its rows that the list takes above them. */
const listShare = 0.34;
/** Lines of a list around its rows: its title, its heads and a blank. */
const aroundRows = 3;

/** The list of a pane and the boxes below it. */
export interface OpenedBoxes {
  /** Rows of the list with its title. */
  readonly list: number;
  /** Rows of the boxes with all their borders: the lowest one is the border of the pane. */
  readonly height: number;
  readonly columns: readonly BoxColumn[];
}

/** The boxes that explain the opened row; undefined where its details are lines. */
export const openedBoxes = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  room: PaneRoom,
): OpenedBoxes | undefined => {
  const { boxes, id } = pane.spec;
  const { form, width, height, isRead } = room;
  const { opened, cursor } = paneState(view.ui, id);
  if (boxes === undefined || !opened || form !== 'full' || isRead === true) return undefined;
  if (width < minCells || !hasPanelSides(view)) return undefined;
  const rows = pane.rows.displayed(view, form);
  const row = rows[cursorRowIndex(rows, cursor)];
  if (row === undefined || isFolded(row) || foreignCell(pane, view, row) !== undefined) return undefined;
  const states = paneStates(pane, { ...view, columns: width }, form).length;
  const list = Math.min(aroundRows + rows.length + states, Math.floor(height * listShare));
  const rest = height - list;
  return rest < minBoxRows ? undefined : { list, height: rest, columns: boxes(view, row, width + 2) };
};

/** The outlines of the list and of the boxes below it, in cells from the inner upper left corner of the pane. */
export const openedOutlines = (
  { list, height, columns }: OpenedBoxes,
  { width }: Pick<PaneRoom, 'width'>,
): readonly PaneOutline[] => [
  { left: -1, top: 0, right: width, bottom: list, isList: true },
  ...boxOutlines(columns, height).map(
    ({ left, top, right, bottom }): PaneOutline => ({
      ...{ left: left - 1, right: right - 1, isList: false },
      ...{ top: list + 1 + top, bottom: list + 1 + bottom },
    }),
  ),
];

/** The lower border of the list, and the boxes without the outer borders, which the frame draws. */
export const boxesBelowList = (
  view: RenderContext,
  { height, columns }: OpenedBoxes,
  { width, focused }: Pick<PaneRoom, 'width' | 'focused'>,
): readonly StyledLine[] => {
  const { pen } = view;
  const look = ruleLook(view);
  const rule = ruleGlyph(joints.horizontal, pen.ascii, look.weight);
  return [
    [{ text: rule.repeat(width), role: focused ? look.focused : 'rule' }],
    ...renderBoxColumns(pen, columns, height, look)
      .slice(0, -1)
      .map((line) => sliceLine(line, 1, width + 1)),
  ];
};
