import { boundKey } from '../keys/bound-keys.ts';
import { needsEnvironmentChoice } from '../overlays/lists.ts';
import type { KeyContext } from '../panes/pane.ts';
import type { RenderContext } from '../render-context.ts';
import { liveContext } from '../render-context.ts';
import { type StyledRow, styleLine } from '../text/ansi.ts';
import { pluralize } from '../text/format.ts';
import { fitLine, type StyledLine, sliceLine } from '../text/line.ts';
import type { Theme } from '../theme/theme.ts';
import { withEnvironmentEdges } from './environment.ts';
import { renderFooter } from './footer.ts';
import { renderHeader, renderSummary } from './header.ts';
import { type CursorCells, type FrameBody, frameRows, renderBody } from './layout.ts';
import { renderMessageLine } from './message-line.ts';
import { openCards, overlayCards } from './stacked-cards.ts';

/** All that is drawn on a terminal with too little room. */
const tooSmall = (
  { columns, rows, pen, past }: RenderContext,
  wanted: number,
  high: number,
): readonly StyledLine[] => {
  const text = `needs ${wanted}×${high}, has ${columns}×${rows}`;
  // What is looked at stays in sight at every size.
  const marked = past === undefined ? [] : [pen.run('PAST', 'past'), pen.run(' ')];
  return Array.from({ length: rows }, (_, index) => (index === 0 ? [...marked, pen.run(text)] : []));
};

/** One complaint, whole: what does not fit stands below, set in. */
const complaint = ({ columns, pen }: RenderContext, text: string): readonly StyledLine[] =>
  pen
    .wrap(text, columns - 4)
    .map((piece, index): StyledLine => [pen.run(`${index === 0 ? ' ' : '   '}${piece}`, 'crit')]);

/** The complaints that fit `room` lines; of what does not fit, how many there are. */
const complaints = (view: RenderContext, texts: readonly string[], room: number): readonly StyledLine[] => {
  const lines: StyledLine[] = [];
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
const refusedBody = (view: RenderContext, height: number): FrameBody => {
  const { cockpit, pen } = view;
  const texts = cockpit.profileErrors ?? [];
  const keys = [
    `${boundKey(cockpit, 'ask', 'r')} reload`,
    ...(cockpit.environments.length > 0
      ? [`${boundKey(cockpit, 'environment', 'e')} switch environment`]
      : []),
    `${boundKey(cockpit, 'quit', 'q')} quit`,
  ];
  return {
    lines: [
      [
        pen.run(' PROFILE', 'bold'),
        pen.run(`  has ${pluralize(texts.length, 'error')}, nothing was contacted`),
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
const openingBody = ({ pen }: RenderContext): FrameBody => ({ lines: [[pen.run(' opening')]] });

/** What the list of environments lies on while nothing is open. */
const pickerBody = ({ cockpit, pen }: RenderContext): FrameBody => ({
  lines: [[pen.run(` ${pluralize(cockpit.environments.length, 'environment')}, no default: choose one`)]],
});

const leastColumns = 80;
const leastRows = 24;

const bodyOf = (hand: KeyContext, height: number): FrameBody => {
  const { view } = hand;
  const { cockpit, ui } = view;
  if (cockpit.open === undefined && cockpit.profileErrors !== undefined) return refusedBody(view, height);
  if (needsEnvironmentChoice(cockpit, ui)) return pickerBody(view);
  if (cockpit.open === undefined) return openingBody(view);
  return renderBody(view, height);
};

/** The row that the cursor is on; beside another pane it ends where its own does. */
const selectedRow = (
  line: StyledLine,
  theme: Theme,
  { x, width }: CursorCells,
  columns: number,
): StyledRow => {
  if (width >= columns) return styleLine(line, theme, 'selected');
  return [
    ...styleLine(sliceLine(line, 0, x), theme),
    ...styleLine(sliceLine(line, x, x + width), theme, 'selected'),
    ...styleLine(sliceLine(line, x + width, columns), theme),
  ];
};

/** The whole screen, row by row: as many rows as the terminal has, each as wide as it is, styled and ready to draw. */
export const renderFrame = (hand: KeyContext, theme: Theme, mono: boolean): readonly StyledRow[] => {
  const { view } = hand;
  const { columns, rows, pen } = view;
  const fitted = (line: StyledLine): StyledLine => fitLine(line, columns, 'plain', pen.ellipsis);
  if (columns < leastColumns || rows < leastRows)
    return tooSmall(view, leastColumns, leastRows).map((line) => styleLine(fitted(line), theme));
  const height = rows - frameRows;
  const body = bodyOf(hand, height);
  const lines = Array.from({ length: height }, (_, index) =>
    withEnvironmentEdges(view, fitted(body.lines[index] ?? [])),
  );
  const cards = openCards(hand);
  const middle =
    cards.length === 0
      ? lines.map((line, index) =>
          index === body.selected?.y
            ? selectedRow(line, theme, body.selected, columns)
            : styleLine(line, theme),
        )
      : overlayCards(view, theme, lines, cards);
  return [
    styleLine(fitted(renderHeader(view, mono)), theme),
    styleLine(
      withEnvironmentEdges(view, fitted(renderSummary(view))),
      theme,
      cards.length === 0 ? 'plain' : 'dimmed',
    ),
    ...middle,
    styleLine(
      withEnvironmentEdges(view, fitted(renderMessageLine(liveContext(view), view.past !== undefined))),
      theme,
    ),
    styleLine(withEnvironmentEdges(view, fitted(renderFooter(hand, mono))), theme),
  ];
};
