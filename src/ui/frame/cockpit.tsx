import { Box, type DOMElement } from 'ink';
import { type ReactNode, useContext, useLayoutEffect, useRef } from 'react';
import { CanvasContext, Rows, reconcileRows } from '../components/rows.tsx';
import { type StyledRow, styleLine } from '../text/ansi.ts';
import { fitLine } from '../text/line.ts';
import { Body } from './body.tsx';
import { isTooSmall, tooSmallLines } from './body-without-panes.ts';
import { CardsLayer } from './cards-layer.tsx';
import { Footer, Header, MessageLine, Summary, selectColumns } from './frame-row.tsx';
import { type Frame, useFrame } from './frame-store.tsx';

const selectRows = ({ context }: Frame): number => context.view.rows;
const selectTooSmall = ({ context }: Frame): boolean => isTooSmall(context.view);

const tooSmallRows = ({ context: { view }, theme }: Frame): readonly StyledRow[] =>
  tooSmallLines(view).map((line) =>
    styleLine(fitLine(line, view.columns, 'plain', view.pen.ellipsis), theme),
  );

function TooSmall(): ReactNode {
  return <Rows rows={useFrame(tooSmallRows, reconcileRows)} width={useFrame(selectColumns)} />;
}

/** The whole screen. */
export function Cockpit(): ReactNode {
  const columns = useFrame(selectColumns);
  const rows = useFrame(selectRows);
  const isSmall = useFrame(selectTooSmall);
  const canvas = useContext(CanvasContext);
  const root = useRef<DOMElement>(null);
  useLayoutEffect(() => {
    if (root.current !== null) canvas?.mount(root.current, { columns, rows });
  }, [canvas, columns, rows]);
  // Out of the flow, so that Ink's own output stays empty and only the canvas draws.
  const position = canvas === undefined ? 'relative' : 'absolute';
  return (
    <Box ref={root} position={position} flexDirection="column" width={columns} height={rows}>
      {isSmall ? (
        <TooSmall />
      ) : (
        <>
          <Header />
          <Summary />
          <Body />
          <MessageLine />
          <Footer />
          <CardsLayer />
        </>
      )}
    </Box>
  );
}
