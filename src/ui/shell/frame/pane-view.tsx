import { Box, useIsScreenReaderEnabled } from 'ink';
import { type ReactNode, useMemo } from 'react';
import type { PaneId } from '../../kit/components/cursor.ts';
import { borderBeside, endsAsRule, horizontal, joints, withRules } from '../../kit/components/panel.ts';
import { Rows, reconcileRows } from '../../kit/components/rows.tsx';
import { type StyledRow, styleLine } from '../../kit/text/ansi.ts';
import { type StyledLine, sliceLine } from '../../kit/text/line.ts';
import { ruleGlyph } from '../../kit/theme/glyphs.ts';
import type { Theme } from '../../kit/theme/theme.ts';
import type { ListCells } from '../contract/pane-row.ts';
import { type RenderContext, viewOfPanes } from '../contract/render-context.ts';
import { bodyHeight } from '../layout/body-rows.ts';
import { type PanePosition, panePositions } from '../layout/layout.ts';
import { ruleLook } from '../layout/rule-look.ts';
import { memoizeLast } from '../state/memoize.ts';
import { memoizeReads } from '../state/tracked-reads.ts';
import { hasOpenCards } from './frame-row.tsx';
import { type Frame, useFrame } from './frame-store.tsx';

/** A drawn pane: its rows, each `width` cells wide. */
interface DrawnPane {
  /** 1: the rows have the borders at both sides, because rules of sections are joined with them. */
  readonly border: 0 | 1;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly StyledRow[];
}

const nothing: DrawnPane = { border: 0, width: 0, height: 0, rows: [] };

const reconcilePane = (before: DrawnPane | undefined, now: DrawnPane): DrawnPane => {
  const rows = reconcileRows(before?.rows, now.rows);
  return before !== undefined &&
    before.rows === rows &&
    before.width === now.width &&
    before.border === now.border &&
    before.height === now.height
    ? before
    : { ...now, rows };
};

/** A pane with its room, wherever that is. */
type PaneInPlace = Omit<PanePosition, 'x' | 'y'>;

/** The roles of the borders at both sides of a pane: those of a detail beside a list have no focus. */
const borderRoles = (placed: PaneInPlace, view: RenderContext, { from, width }: ListCells) => {
  const own = placed.focused ? ruleLook(view).focused : 'rule';
  return { left: from > 0 ? 'rule' : own, right: from + width < placed.width ? 'rule' : own } as const;
};

/** Adds the borders at both sides to the lines of a pane, joined with the rules of its sections; undefined if no line needs them. */
const withBorders = (
  view: RenderContext,
  placed: PaneInPlace,
  lines: readonly StyledLine[],
  list: ListCells,
): readonly StyledLine[] | undefined => {
  const { pen } = view;
  const { weight, hasSides } = ruleLook(view);
  if (!hasSides || placed.isUnframed === true) return undefined;
  const isJoined = (line: StyledLine): boolean =>
    endsAsRule(pen, line, 'left', weight) || endsAsRule(pen, line, 'right', weight);
  if (!lines.slice(1).some(isJoined)) return undefined;
  const { left, right } = borderRoles(placed, view, list);
  return lines.map((line, index) =>
    index === 0
      ? [
          { text: ruleGlyph(joints.topLeft, pen.ascii, weight), role: left },
          ...line,
          { text: ruleGlyph(joints.topRight, pen.ascii, weight), role: right },
        ]
      : [
          borderBeside(pen, line, { side: 'left', role: left, weight }),
          ...line,
          borderBeside(pen, line, { side: 'right', role: right, weight }),
        ],
  );
};

const drawPane = (
  view: RenderContext,
  placed: PaneInPlace,
  theme: Theme,
  dimmed: boolean,
  hasBorders: boolean,
): DrawnPane => {
  const { width, height, focused, isUnframed = false } = placed;
  const {
    lines,
    selected = Infinity,
    selectedLines = 1,
    list = { from: 0, width },
    hasBoxes = false,
  } = placed.pane.render(view, hasBorders ? placed : { ...placed, isRead: true });
  const { weight, focused: focusedRule } = ruleLook(view);
  const rule = ruleGlyph(horizontal, view.pen.ascii, weight);
  // Lines for a screen reader have no place on the screen.
  const titled = Array.from(
    { length: hasBorders ? height : Math.max(height, lines.length) },
    (_, index): StyledLine => {
      const own = lines[index] ?? [view.pen.run(' '.repeat(width))];
      return index === 0 && !isUnframed ? withRules(own, focused ? focusedRule : 'rule', rule) : own;
    },
  );
  const bordered = hasBorders && !hasBoxes ? withBorders(view, placed, titled, list) : undefined;
  const border = bordered === undefined ? 0 : 1;
  const rows = (bordered ?? titled).map((line, index) => {
    if (dimmed || index < selected || index >= selected + selectedLines)
      return styleLine(line, theme, dimmed ? 'dimmed' : 'plain');
    // A detail beside the list is not selected.
    const from = border + list.from;
    const end = from + list.width;
    return [
      ...styleLine(sliceLine(line, 0, from), theme),
      ...styleLine(sliceLine(line, from, end), theme, 'selected'),
      ...styleLine(sliceLine(line, end, width + 2 * border), theme),
    ];
  });
  return { border, width: width + 2 * border, height: rows.length, rows };
};

/** Selects one pane. It is drawn again only when something has changed that it has read. */
const paneSelector = (id: PaneId, hasBorders: boolean): ((frame: Frame) => DrawnPane) => {
  const draw = memoizeReads(drawPane, 1);
  // A pane that has only moved is not drawn again.
  const withoutOrigin = memoizeLast(
    ({ x: _, y: __, ...room }: PanePosition) => Object.values(room),
    ({ x: _, y: __, ...room }) => room,
  );
  return (frame) => {
    const { view } = frame.context;
    const placed = panePositions(view, bodyHeight(view)).find(({ pane }) => pane.id === id);
    if (placed === undefined) return nothing;
    return draw(viewOfPanes(view), withoutOrigin(placed), frame.theme, hasOpenCards(frame), hasBorders);
  };
};

interface PaneViewProps {
  readonly id: PaneId;
  /** The place of its inner side in the body. */
  readonly x: number;
  readonly y: number;
}

/** A pane at its place in the body. */
export function PaneView({ id, x, y }: PaneViewProps): ReactNode {
  const isRead = useIsScreenReaderEnabled();
  const select = useMemo(() => paneSelector(id, !isRead), [id, isRead]);
  const { border, rows, width, height } = useFrame(select, reconcilePane);
  return (
    <Box position="absolute" marginLeft={x - border} marginTop={y}>
      <Rows rows={rows} width={width} height={height} />
    </Box>
  );
}
