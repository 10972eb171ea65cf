import { type Card, cardRoom, cardWidth, drawCard, fitCard } from '../cards/card.ts';
import { runOnScreen } from '../cards/question.ts';
import { runCard } from '../cards/run-card.ts';
import type { Hand } from '../keys/binding.ts';
import { overlayCard } from '../overlays/draw.ts';
import { type Ground, paint } from '../text/paint.ts';
import { fitLine, type Line, layOver, sliceLine } from '../text/run.ts';
import type { Theme } from '../theme/theme.ts';
import { footerLine } from './footer.ts';
import { headerLine } from './header.ts';
import { type Body, framing, overviewBody, paneBody } from './layout.ts';
import { messageLine } from './message.ts';
import { pickerBody, refusedBody, tooSmall } from './special.ts';
import { summaryLine } from './summary.ts';

const leastColumns = 80;
const leastRows = 24;

const bodyOf = (hand: Hand, height: number): Body => {
  const { view } = hand;
  const { cockpit, ui } = view;
  if (cockpit.open === undefined && cockpit.refused !== undefined) return refusedBody(view);
  if (cockpit.open === undefined && cockpit.picking === true) return pickerBody(view);
  return ui.place === 'overview' ? overviewBody(view, height) : paneBody(view, height);
};

const cardOver = (hand: Hand, room: number): Card | undefined => {
  const asked = overlayCard(hand, room);
  const run = runOnScreen(hand.view);
  return asked ?? (run === undefined ? undefined : runCard(hand.view, run));
};

interface Row {
  readonly line: Line;
  readonly ground: Ground;
}

/** The card on the rows of the body: what is beside it is dimmed, it is not. */
const withCard = (hand: Hand, theme: Theme, rows: readonly Row[], card: Card): readonly string[] => {
  const { columns, pen } = hand.view;
  const lines = drawCard(pen, fitCard(pen, card, cardRoom(hand.view.rows)));
  const left = Math.floor((columns - cardWidth) / 2);
  const top = Math.max(0, Math.min(2, rows.length - lines.length));
  return rows.map(({ line }, index) => {
    const over = lines[index - top];
    if (over === undefined) return paint(line, theme, 'dimmed');
    const under = layOver(line, left, over);
    return [
      paint(sliceLine(under, 0, left), theme, 'dimmed'),
      paint(over, theme),
      paint(sliceLine(under, left + cardWidth, columns), theme, 'dimmed'),
    ].join('');
  });
};

/** The whole screen, row by row: as many rows as the terminal has, each as wide as it is, styled and ready to draw. */
export const frameOf = (hand: Hand, theme: Theme, mono: boolean): readonly string[] => {
  const { view } = hand;
  const { columns, rows, pen } = view;
  const fitted = (line: Line): Line => fitLine(line, columns, 'plain', pen.mark);
  if (columns < leastColumns || rows < leastRows)
    return tooSmall(view, leastColumns, leastRows).map((line) => paint(fitted(line), theme));
  const height = rows - framing;
  const body = bodyOf(hand, height);
  const shown = Array.from(
    { length: height },
    (_, index): Row => ({
      line: fitted(body.lines[index] ?? []),
      ground: index === body.selected ? 'selected' : 'plain',
    }),
  );
  const card = cardOver(hand, cardRoom(rows));
  const middle =
    card === undefined
      ? shown.map(({ line, ground }) => paint(line, theme, ground))
      : withCard(hand, theme, shown, card);
  return [
    paint(fitted(headerLine(view, mono)), theme),
    paint(fitted(summaryLine(view)), theme, card === undefined ? 'plain' : 'dimmed'),
    ...middle,
    paint(fitted(messageLine(view)), theme),
    paint(fitted(footerLine(hand)), theme),
  ];
};
