import { Box, useIsScreenReaderEnabled } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { renderPanelRules } from '../../kit/components/panel.ts';
import { Rows, reconcileRows } from '../../kit/components/rows.tsx';
import { type StyledRow, styleLine } from '../../kit/text/ansi.ts';
import { fitLine } from '../../kit/text/line.ts';
import { bodyHeight } from '../layout/body-rows.ts';
import { type PanePosition, panePositions } from '../layout/layout.ts';
import { panelOutlines } from '../layout/panel-outlines.ts';
import { ruleLook } from '../layout/rule-look.ts';
import { isArmed } from '../state/armed.ts';
import { memoizeLast } from '../state/memoize.ts';
import { bodyWithoutPanes } from './body-without-panes.ts';
import { hasOpenCards, selectColumns } from './frame-row.tsx';
import { type Frame, useFrame } from './frame-store.tsx';
import { PaneView } from './pane-view.tsx';

const selectBodyHeight = ({ context }: Frame): number => bodyHeight(context.view);

const withoutPanes = (frame: Frame): readonly StyledRow[] | undefined => {
  const { view } = frame.context;
  const height = selectBodyHeight(frame);
  const lines = bodyWithoutPanes(view, height);
  if (lines === undefined) return undefined;
  const ground = hasOpenCards(frame) ? 'dimmed' : 'plain';
  return Array.from({ length: height }, (_, index) => {
    const line = fitLine(lines[index] ?? [], view.columns, 'plain', view.pen.ellipsis);
    return styleLine(line, frame.theme, ground);
  });
};

const reconcileOptional = (
  before: readonly StyledRow[] | undefined,
  now: readonly StyledRow[] | undefined,
): readonly StyledRow[] | undefined => now && reconcileRows(before, now);

const selectPositions = ({ context: { view } }: Frame): readonly PanePosition[] =>
  panePositions(view, bodyHeight(view));

const samePosition = (a: PanePosition, b: PanePosition | undefined): boolean =>
  a.pane === b?.pane && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

const reconcilePositions = (
  before: readonly PanePosition[] | undefined,
  now: readonly PanePosition[],
): readonly PanePosition[] =>
  before?.length === now.length && before.every((position, index) => samePosition(position, now[index]))
    ? before
    : now;

/** Everything that the rules depend on, for comparison by identity. */
const ruleInputs = (frame: Frame): readonly unknown[] => {
  const { view } = frame.context;
  return [
    ...panelOutlines(view, bodyHeight(view)).flatMap((outline) => Object.values(outline)),
    ...[view.columns, view.rows, view.pen, frame.theme, hasOpenCards(frame), isArmed(view)],
  ];
};

const drawRules = (frame: Frame): readonly StyledRow[] => {
  const { context, theme } = frame;
  const { view } = context;
  const height = bodyHeight(view);
  const ground = hasOpenCards(frame) ? 'dimmed' : 'plain';
  const outlines = panelOutlines(view, height);
  return renderPanelRules(view.pen, outlines, view.columns, height, ruleLook(view)).map((line) =>
    styleLine(line, theme, ground),
  );
};

/** The rules around the panes, behind their titles. */
function PanelRules(): ReactNode {
  const select = useMemo(() => memoizeLast(ruleInputs, drawRules), []);
  const rows = useFrame(select, reconcileRows);
  const isRead = useIsScreenReaderEnabled();
  const columns = useFrame(selectColumns);
  if (isRead) return null;
  return (
    <Box position="absolute">
      <Rows rows={rows} width={columns} />
    </Box>
  );
}

/** The visible panes, each at its place. */
function Panes(): ReactNode {
  const positions = useFrame(selectPositions, reconcilePositions);
  return (
    <Box height={useFrame(selectBodyHeight)} flexDirection="column">
      <PanelRules />
      {positions.map(({ pane, x, y }) => (
        <PaneView key={pane.id} id={pane.id} x={x} y={y} />
      ))}
    </Box>
  );
}

/** Everything between the summary and the message line. */
export function Body(): ReactNode {
  const rows = useFrame(withoutPanes, reconcileOptional);
  const columns = useFrame(selectColumns);
  return rows === undefined ? <Panes /> : <Rows rows={rows} width={columns} />;
}
