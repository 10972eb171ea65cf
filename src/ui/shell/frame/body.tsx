import { Box, useIsScreenReaderEnabled } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { renderPanelRules } from '../../kit/components/panel.ts';
import { Rows, reconcileRows } from '../../kit/components/rows.tsx';
import { type StyledRow, styleLine } from '../../kit/text/ansi.ts';
import { fitLine } from '../../kit/text/line.ts';
import { bodyHeight } from '../layout/body-rows.ts';
import { type BodyLayout, bodyLayout, type PanePosition, panelOutlines } from '../layout/layout.ts';
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

const selectLayout = ({ context: { view } }: Frame): BodyLayout => bodyLayout(view, bodyHeight(view));

const samePosition = (a: PanePosition | undefined, b: PanePosition | undefined): boolean =>
  a?.pane === b?.pane && a?.x === b?.x && a?.y === b?.y && a?.width === b?.width && a?.height === b?.height;

const samePositions = (a: readonly PanePosition[], b: readonly PanePosition[]): boolean =>
  a.length === b.length && a.every((panePosition, index) => samePosition(panePosition, b[index]));

const reconcileLayout = (before: BodyLayout | undefined, now: BodyLayout): BodyLayout =>
  before !== undefined &&
  before.bands.length === now.bands.length &&
  samePositions(before.column, now.column) &&
  before.bands.every((band, index) => samePositions(band.panes, now.bands[index]?.panes ?? []))
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
  return renderPanelRules(view.pen, outlines, view.columns, height + 1, ruleLook(view)).map((line) =>
    styleLine(line, theme, ground),
  );
};

/** The rules around the panes, behind their titles. The last one is in the row of the message line. */
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

/** The visible panes: bands of panes from top to bottom, and a pane with the full height at their right. */
function Panes(): ReactNode {
  const { bands, column } = useFrame(selectLayout, reconcileLayout);
  return (
    <Box height={useFrame(selectBodyHeight)}>
      <PanelRules />
      <Box flexDirection="column">
        {bands.map(({ height, panes }) => (
          <Box
            key={panes.map(({ pane }) => pane.id).join(' ')}
            marginLeft={1}
            columnGap={1}
            height={height}
            flexShrink={0}
          >
            {panes.map(({ pane }) => (
              <PaneView key={pane.id} id={pane.id} />
            ))}
          </Box>
        ))}
      </Box>
      <Box marginLeft={1} flexDirection="column">
        {column.map(({ pane }) => (
          <PaneView key={pane.id} id={pane.id} />
        ))}
      </Box>
    </Box>
  );
}

/** Everything between the summary and the message line. */
export function Body(): ReactNode {
  const rows = useFrame(withoutPanes, reconcileOptional);
  const columns = useFrame(selectColumns);
  return rows === undefined ? <Panes /> : <Rows rows={rows} width={columns} />;
}
