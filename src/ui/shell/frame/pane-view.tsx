import { type ReactNode, useMemo } from 'react';
import type { PaneId } from '../../kit/components/cursor.ts';
import { horizontal, withRules } from '../../kit/components/panel.ts';
import { Rows, reconcileRows } from '../../kit/components/rows.tsx';
import { type StyledRow, styleLine } from '../../kit/text/ansi.ts';
import { sliceLine } from '../../kit/text/line.ts';
import { ruleGlyph } from '../../kit/theme/glyphs.ts';
import { paneState } from '../contract/model.ts';
import { type RenderContext, viewOfPanes } from '../contract/render-context.ts';
import { bodyHeight } from '../layout/body-rows.ts';
import { type PanePosition, panePositions } from '../layout/layout.ts';
import { ruleLook } from '../layout/rule-look.ts';
import { isArmed } from '../state/armed.ts';
import { memoizeLast, stateWithoutLogs } from '../state/memoize.ts';
import { hasOpenCards } from './frame-row.tsx';
import { type Frame, useFrame } from './frame-store.tsx';

/** A drawn pane: its rows, each `width` cells wide. */
interface DrawnPane {
  readonly width: number;
  readonly height: number;
  readonly rows: readonly StyledRow[];
}

const nothing: DrawnPane = { width: 0, height: 0, rows: [] };

const reconcilePane = (before: DrawnPane | undefined, now: DrawnPane): DrawnPane => {
  const rows = reconcileRows(before?.rows, now.rows);
  return before !== undefined &&
    before.rows === rows &&
    before.width === now.width &&
    before.height === now.height
    ? before
    : { ...now, rows };
};

/** The parts of the screen state that a pane can depend on. Cards, notices and histories are not among them. */
const screenInputs = ({ ui }: RenderContext, { pane, focused }: PanePosition): readonly unknown[] => [
  ui.place,
  focused,
  focused && ui.isFiltering,
  ui.theme,
  ui.shared,
  ui.past,
  ui.split,
  ui.bands,
  ui.problemsBefore?.[pane.id],
  // A pane that is derived from others depends on how they are grouped.
  pane.kind === undefined ? ui.panes : paneState(ui, pane.id),
  ...(pane.screenInputs?.(ui) ?? []),
  pane.kind === undefined ? ui.changes : ui.changes[pane.id],
  ui.orderHold?.pane === pane.id ? ui.orderHold.keys : undefined,
  ui.resorted?.pane === pane.id,
];

/** Everything that the rows of a pane depend on, for comparison by identity. */
const paneInputs = (frame: Frame, placed: PanePosition): readonly unknown[] => {
  const view = viewOfPanes(frame.context.view);
  const { own, others, cockpit, pen, columns, rows, now, wallOffset, hasHistory, past } = view;
  const { pane, width, height, form } = placed;
  return [
    ...[width, height, form, columns, rows, now, wallOffset, hasHistory],
    ...[past, pen, frame.theme, frame.mono, hasOpenCards(frame), isArmed(view)],
    ...[
      own?.facts,
      own?.snapshot,
      ...[...others.values()].flatMap((environmentView) => [environmentView.facts, environmentView.snapshot]),
    ],
    ...screenInputs(view, placed),
    ...(pane.readsLogLines === true ? Object.values(cockpit) : stateWithoutLogs(cockpit)),
  ];
};

const drawPane = (frame: Frame, placed: PanePosition): DrawnPane => {
  const view = viewOfPanes(frame.context.view);
  const { width, height, focused, isUnframed = false } = placed;
  const { lines, selected, listCells = width } = placed.pane.render(view, placed);
  const dimmed = hasOpenCards(frame);
  const { weight, focused: focusedRule } = ruleLook(view);
  const rule = ruleGlyph(horizontal, view.pen.ascii, weight);
  const rows = Array.from({ length: height }, (_, index) => {
    const own = lines[index] ?? [view.pen.run(' '.repeat(width))];
    const line = index === 0 && !isUnframed ? withRules(own, focused ? focusedRule : 'rule', rule) : own;
    if (dimmed || index !== selected) return styleLine(line, frame.theme, dimmed ? 'dimmed' : 'plain');
    // A detail beside the list is not selected.
    return [
      ...styleLine(sliceLine(line, 0, listCells), frame.theme, 'selected'),
      ...styleLine(sliceLine(line, listCells, width), frame.theme),
    ];
  });
  return { width, height, rows };
};

/** Selects one pane. It is drawn again only when something that it depends on has changed. */
const paneSelector = (id: PaneId): ((frame: Frame) => DrawnPane) => {
  const draw = memoizeLast(
    ({ frame, placed }: { readonly frame: Frame; readonly placed: PanePosition }) =>
      paneInputs(frame, placed),
    ({ frame, placed }) => drawPane(frame, placed),
  );
  return (frame) => {
    const { view } = frame.context;
    const placed = panePositions(view, bodyHeight(view)).find(({ pane }) => pane.id === id);
    return placed === undefined ? nothing : draw({ frame, placed });
  };
};

/** A pane at its place in the body. */
export function PaneView({ id }: { readonly id: PaneId }): ReactNode {
  const select = useMemo(() => paneSelector(id), [id]);
  const { rows, width, height } = useFrame(select, reconcilePane);
  return <Rows rows={rows} width={width} height={height} />;
}
