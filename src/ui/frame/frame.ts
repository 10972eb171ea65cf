import { keyOf } from '../keys/rebound.ts';
import { mustPick } from '../overlays/lists.ts';
import type { Hand } from '../panes/pane.ts';
import { counted } from '../text/ages.ts';
import { type Row, rowOf } from '../text/paint.ts';
import { fitLine, type Line, sliceLine } from '../text/run.ts';
import type { Theme } from '../theme/theme.ts';
import type { View } from '../view.ts';
import { liveView } from '../view.ts';
import { cardsOf, withCards } from './cards.ts';
import { edged } from './environment.ts';
import { footerLine } from './footer.ts';
import { headerLine, summaryLine } from './header.ts';
import { type Body, framing, middleBody, type Selected } from './layout.ts';
import { messageLine } from './message.ts';

/** All that is drawn on a terminal with too little room. */
const tooSmall = ({ columns, rows, pen, past }: View, wanted: number, high: number): readonly Line[] => {
  const text = `needs ${wanted}×${high}, has ${columns}×${rows}`;
  // What is looked at stays in sight at every size.
  const marked = past === undefined ? [] : [pen.run('PAST', 'past'), pen.run(' ')];
  return Array.from({ length: rows }, (_, index) => (index === 0 ? [...marked, pen.run(text)] : []));
};

/** One complaint, whole: what does not fit stands below, set in. */
const complaint = ({ columns, pen }: View, text: string): readonly Line[] =>
  pen
    .wrap(text, columns - 4)
    .map((piece, index): Line => [pen.run(`${index === 0 ? ' ' : '   '}${piece}`, 'crit')]);

/** The complaints that fit `room` lines; of what does not fit, how many there are. */
const complaints = (view: View, texts: readonly string[], room: number): readonly Line[] => {
  const lines: Line[] = [];
  for (const [index, text] of texts.entries()) {
    const next = complaint(view, text);
    const last = index === texts.length - 1;
    if (lines.length + next.length > room - (last ? 0 : 1))
      return [...lines, [view.pen.run(` ${texts.length - index} more`, 'crit')]];
    lines.push(...next);
  }
  return lines;
};

/** A profile that cannot be opened: every complaint as file:line:col. Nothing was contacted. */
const refusedBody = (view: View, height: number): Body => {
  const { cockpit, pen } = view;
  const texts = cockpit.refused ?? [];
  const keys = [
    `${keyOf(cockpit, 'ask', 'r')} read again`,
    ...(cockpit.environments.length > 0 ? [`${keyOf(cockpit, 'environment', 'e')} other environment`] : []),
    `${keyOf(cockpit, 'quit', 'q')} quit`,
  ];
  return {
    lines: [
      [
        pen.run(' PROFILE', 'bold'),
        pen.run(`  has ${counted(texts.length, 'error')}, nothing was contacted`),
      ],
      ...complaints(view, texts, height - 3),
      [],
      [pen.run(` ${keys.join(' · ')}`, 'faint')],
    ],
  };
};

/**
 * The first frame, while nothing is open yet: one plain line, so that it is on the screen before anything else is
 * loaded.
 */
const openingBody = ({ pen }: View): Body => ({ lines: [[pen.run(' opening')]] });

/** What the list of environments lies on while nothing is open. */
const pickerBody = ({ cockpit, pen }: View): Body => ({
  lines: [
    [
      pen.run(
        ` ${counted(cockpit.environments.length, 'environment')} found, none is the default: choose one`,
      ),
    ],
  ],
});

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
