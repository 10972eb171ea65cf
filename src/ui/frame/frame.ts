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
import { isSmallScreen } from './screen-size.ts';
import { renderSmallScreen } from './small-screen.ts';
import { openCards, overlayCards } from './stacked-cards.ts';

/** Wraps a profile error; continuation lines are indented. */
const complaint = ({ columns, pen }: RenderContext, text: string): readonly StyledLine[] =>
  pen
    .wrap(text, columns - 4)
    .map((piece, index): StyledLine => [pen.run(`${index === 0 ? ' ' : '   '}${piece}`, 'crit')]);

/** The errors that fit `room` lines, and the number of the others. */
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

/** The body for an invalid profile: every error as file:line:col. Nothing was contacted. */
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
 * The body of the first frame while the environment is opening: one line, so that it appears before anything else is
 * loaded.
 */
const openingBody = ({ pen }: RenderContext): FrameBody => ({ lines: [[pen.run(' opening')]] });

/** The body below the list of environments while none is open. */
const pickerBody = ({ cockpit, pen }: RenderContext): FrameBody => ({
  lines: [[pen.run(` ${pluralize(cockpit.environments.length, 'environment')}, no default: choose one`)]],
});

/** Whether panes are shown: an environment is open and chosen. */
const isBodyOfPanes = ({ view: { cockpit, ui } }: KeyContext): boolean =>
  cockpit.open !== undefined && !needsEnvironmentChoice(cockpit, ui);

const bodyOf = (context: KeyContext, height: number): FrameBody => {
  const { view } = context;
  const { cockpit, ui } = view;
  if (cockpit.open === undefined && cockpit.profileErrors !== undefined) return refusedBody(view, height);
  if (needsEnvironmentChoice(cockpit, ui)) return pickerBody(view);
  if (cockpit.open === undefined) return openingBody(view);
  return renderBody(view, height);
};

/** Marks the row under the cursor; with several panes side by side, only within its pane. */
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

/** Renders the whole screen, row by row: as many rows as the terminal has, each with its full width and styled. */
export const renderFrame = (context: KeyContext, theme: Theme, mono: boolean): readonly StyledRow[] => {
  const { view } = context;
  const { columns, rows, pen } = view;
  const fitted = (line: StyledLine): StyledLine => fitLine(line, columns, 'plain', pen.ellipsis);
  if (isSmallScreen(view)) {
    const body = isBodyOfPanes(context) ? undefined : bodyOf(context, rows).lines;
    const small = renderSmallScreen(view, {
      mono,
      footer: renderFooter(context, mono),
      cards: openCards(context),
      ...(body === undefined ? {} : { body }),
    });
    return small.lines.map((line, index) =>
      styleLine(
        index === 0 ? fitted(line) : withEnvironmentEdges(view, fitted(line)),
        theme,
        index === small.selected ? 'selected' : 'plain',
      ),
    );
  }
  const height = rows - frameRows;
  const body = bodyOf(context, height);
  const lines = Array.from({ length: height }, (_, index) =>
    withEnvironmentEdges(view, fitted(body.lines[index] ?? [])),
  );
  const cards = openCards(context);
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
    styleLine(withEnvironmentEdges(view, fitted(renderFooter(context, mono))), theme),
  ];
};
