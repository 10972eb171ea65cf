import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Rows, reconcileRows } from '../components/rows.tsx';
import { type StyledRow, styleLine } from '../text/ansi.ts';
import { fitLine } from '../text/line.ts';
import { bodyWithoutPanes } from './body-without-panes.ts';
import { withEnvironmentEdges } from './environment.ts';
import { hasOpenCards, selectColumns } from './frame-row.tsx';
import { type Frame, useFrame } from './frame-store.tsx';
import { type BodyLayout, bodyLayout, frameRows, type PanePosition } from './layout.ts';
import { PaneView } from './pane-view.tsx';

export const selectBodyHeight = ({ context }: Frame): number => context.view.rows - frameRows;

const withoutPanes = (frame: Frame): readonly StyledRow[] | undefined => {
  const { view } = frame.context;
  const height = selectBodyHeight(frame);
  const lines = bodyWithoutPanes(view, height);
  if (lines === undefined) return undefined;
  const ground = hasOpenCards(frame) ? 'dimmed' : 'plain';
  return Array.from({ length: height }, (_, index) => {
    const line = fitLine(lines[index] ?? [], view.columns, 'plain', view.pen.ellipsis);
    return styleLine(withEnvironmentEdges(view, line), frame.theme, ground);
  });
};

const reconcileOptional = (
  before: readonly StyledRow[] | undefined,
  now: readonly StyledRow[] | undefined,
): readonly StyledRow[] | undefined => now && reconcileRows(before, now);

const selectLayout = ({ context: { view } }: Frame): BodyLayout => bodyLayout(view, view.rows - frameRows);

const samePosition = (a: PanePosition | undefined, b: PanePosition | undefined): boolean =>
  a?.pane === b?.pane && a?.x === b?.x && a?.y === b?.y && a?.width === b?.width && a?.height === b?.height;

const reconcileLayout = (before: BodyLayout | undefined, now: BodyLayout): BodyLayout =>
  before !== undefined &&
  before.bands.length === now.bands.length &&
  samePosition(before.column, now.column) &&
  before.bands.every((band, index) => {
    const other = now.bands[index];
    return (
      band.panes.length === other?.panes.length &&
      band.panes.every((one, at) => samePosition(one, other.panes[at]))
    );
  })
    ? before
    : now;

/** The visible panes: bands of panes from top to bottom, and a pane with the full height at their right. */
function Panes(): ReactNode {
  const { bands, column } = useFrame(selectLayout, reconcileLayout);
  return (
    <Box height={useFrame(selectBodyHeight)}>
      <Box flexDirection="column">
        {bands.map(({ y, height, panes }, index) => {
          const above = bands[index - 1];
          const gap = y - (above === undefined ? 0 : above.y + above.height);
          return (
            <Box
              key={panes.map(({ pane }) => pane.id).join(' ')}
              marginTop={gap}
              height={height}
              flexShrink={0}
            >
              {panes.map(({ pane }) => (
                <PaneView key={pane.id} id={pane.id} />
              ))}
            </Box>
          );
        })}
      </Box>
      {column !== undefined && <PaneView key={column.pane.id} id={column.pane.id} />}
    </Box>
  );
}

/** Everything between the summary and the message line. */
export function Body(): ReactNode {
  const rows = useFrame(withoutPanes, reconcileOptional);
  const columns = useFrame(selectColumns);
  return rows === undefined ? <Panes /> : <Rows rows={rows} width={columns} />;
}
