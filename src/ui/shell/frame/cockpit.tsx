import { Box, type DOMElement } from 'ink';
import { type ReactNode, useContext, useLayoutEffect, useRef } from 'react';
import { defined } from '../../../domain/base/defined.ts';
import { CanvasContext, Rows, reconcileRows } from '../../kit/components/rows.tsx';
import { type StyledRow, styleLine } from '../../kit/text/ansi.ts';
import { fitLine } from '../../kit/text/line.ts';
import { isSmallScreen, smallBodyRows } from '../layout/screen-size.ts';
import { Body } from './body.tsx';
import { bodyWithoutPanes } from './body-without-panes.ts';
import { CardsLayer } from './cards-layer.tsx';
import { renderFooter } from './footer.ts';
import { Footer, Header, MessageLine, Summary, selectColumns } from './frame-row.tsx';
import { type Frame, useFrame } from './frame-store.tsx';
import { renderSmallScreen } from './small-screen.ts';
import { openCards } from './stacked-cards.ts';

const selectRows = ({ context }: Frame): number => context.view.rows;
const selectSmall = ({ context }: Frame): boolean => isSmallScreen(context.view);

/** The rows of a screen that is too small for panes. */
const smallRows = ({ context, theme, mono }: Frame): readonly StyledRow[] => {
  const { view } = context;
  const body = bodyWithoutPanes(view, smallBodyRows(view.rows));
  const small = renderSmallScreen(view, {
    mono,
    footer: renderFooter(context),
    cards: openCards(context),
    ...defined({ body }),
  });
  return small.lines.map((line, index) =>
    styleLine(
      fitLine(line, view.columns, 'plain', view.pen.ellipsis),
      theme,
      index === small.selected ? 'selected' : 'plain',
    ),
  );
};

function SmallScreen(): ReactNode {
  return <Rows rows={useFrame(smallRows, reconcileRows)} width={useFrame(selectColumns)} />;
}

/** The whole screen. */
export function Cockpit(): ReactNode {
  const columns = useFrame(selectColumns);
  const rows = useFrame(selectRows);
  const isSmall = useFrame(selectSmall);
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
        <SmallScreen />
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
