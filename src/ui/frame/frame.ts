import { mustPick } from '../overlays/picker.ts';
import type { Hand } from '../panes/pane.ts';
import { type Row, rowOf } from '../text/paint.ts';
import { fitLine, type Line, sliceLine } from '../text/run.ts';
import type { Theme } from '../theme/theme.ts';
import { liveView } from '../view.ts';
import { cardsOf, withCards } from './cards.ts';
import { edged } from './environment.ts';
import { footerLine } from './footer.ts';
import { headerLine } from './header.ts';
import { type Body, framing, middleBody, type Selected } from './layout.ts';
import { messageLine } from './message.ts';
import { openingBody, pickerBody, refusedBody, tooSmall } from './special.ts';
import { summaryLine } from './summary.ts';

const leastColumns = 80;
const leastRows = 24;

const bodyOf = (hand: Hand, height: number): Body => {
  const { view } = hand;
  const { cockpit, ui } = view;
  if (cockpit.open === undefined && cockpit.refused !== undefined) return refusedBody(view, height);
  if (mustPick(cockpit, ui)) return pickerBody(view);
  if (cockpit.open === undefined) return openingBody(view);
  return middleBody(view, height);
};

/** The row that the cursor is on; beside another pane it ends where its own does. */
const selectedRow = (line: Line, theme: Theme, { x, width }: Selected, columns: number): Row => {
  if (width >= columns) return rowOf(line, theme, 'selected');
  return [
    ...rowOf(sliceLine(line, 0, x), theme),
    ...rowOf(sliceLine(line, x, x + width), theme, 'selected'),
    ...rowOf(sliceLine(line, x + width, columns), theme),
  ];
};

/** The whole screen, row by row: as many rows as the terminal has, each as wide as it is, styled and ready to draw. */
export const frameOf = (hand: Hand, theme: Theme, mono: boolean): readonly Row[] => {
  const { view } = hand;
  const { columns, rows, pen } = view;
  const fitted = (line: Line): Line => fitLine(line, columns, 'plain', pen.mark);
  if (columns < leastColumns || rows < leastRows)
    return tooSmall(view, leastColumns, leastRows).map((line) => rowOf(fitted(line), theme));
  const height = rows - framing;
  const body = bodyOf(hand, height);
  const lines = Array.from({ length: height }, (_, index) => edged(view, fitted(body.lines[index] ?? [])));
  const cards = cardsOf(hand);
  const middle =
    cards.length === 0
      ? lines.map((line, index) =>
          index === body.selected?.y ? selectedRow(line, theme, body.selected, columns) : rowOf(line, theme),
        )
      : withCards(view, theme, lines, cards);
  return [
    rowOf(fitted(headerLine(view, mono)), theme),
    rowOf(edged(view, fitted(summaryLine(view))), theme, cards.length === 0 ? 'plain' : 'dimmed'),
    ...middle,
    rowOf(edged(view, fitted(messageLine(liveView(view), view.past !== undefined))), theme),
    rowOf(edged(view, fitted(footerLine(hand, mono))), theme),
  ];
};
