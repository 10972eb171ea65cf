import { defined } from '../../../domain/base/defined.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { type Card, fitCardToHeight, plainCardLine } from '../../kit/components/card.ts';
import { cursorRowIndex, visibleWindow } from '../../kit/components/window.ts';
import { comparedName, fitName, type OtherNames } from '../../kit/text/distinct-name.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import { fitWords, justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { formatPastTime } from '../../kit/text/past-time.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { paneState } from '../contract/model.ts';
import type { Pane, ShortRow } from '../contract/pane.ts';
import { countWithFolded, type PaneRow } from '../contract/pane-row.ts';
import { liveContext, type RenderContext, wallNow } from '../contract/render-context.ts';
import { currentForm } from '../layout/layout.ts';
import { fullColumns, fullRows, smallBodyRows, smallScreenRows } from '../layout/screen-size.ts';
import { renderLevel } from '../panes/problem.ts';
import { isArmed } from '../state/armed.ts';
import { currentRun } from '../state/current-run.ts';
import { environmentLabel, environmentRole } from '../state/environment-label.ts';
import { armedLeft, armedMark } from './armed-header.ts';
import { renderMessageLine } from './message-line.ts';
import { statusMarks } from './status-marks.ts';
import { levelCounts } from './summary.ts';

/** The parts of the small screen besides the list. */
interface SmallScreenParts {
  readonly mono: boolean;
  readonly footer: StyledLine;
  /** The open cards, top card last. */
  readonly cards: readonly Card[];
  /** The body while no environment is open. */
  readonly body?: readonly StyledLine[];
}

/** The lines of a small screen, and the index of the row under the cursor. */
interface SmallScreen {
  readonly lines: readonly StyledLine[];
  readonly selected?: number;
}

/** The first row: environment, marks such as PAST, arming, clock. While production is armed, all of it has its color. */
const headerLine = (view: RenderContext, mono: boolean): StyledLine => {
  const { pen, columns } = view;
  const live = liveContext(view);
  const armed = isArmed(live);
  const role: TextRole = armed ? 'armedText' : 'plain';
  const label = environmentLabel(view, mono && !armed);
  const name = label === '' ? 'opsdeck' : label;
  const badge = pen.run(mono || armed ? name : ` ${name} `, armed ? 'armed' : environmentRole(view));
  const state = armed
    ? [...armedMark(live), pen.run(` ${formatElapsed(armedLeft(live))} `, 'armed'), badge]
    : [badge, pen.run(live.cockpit.arming.readOnly ? ' read-only' : '', 'faint')];
  const left: StyledLine = [
    ...statusMarks(view).map((mark) => pen.run(mark.text, mark.role ?? role)),
    pen.run(armed ? ' ' : '', role),
    ...state,
    pen.run(live.cockpit.open?.embedded === true ? ' simulated' : '', armed ? role : 'faint'),
  ];
  const { past } = view;
  const wall = wallNow(live);
  const clock =
    past === undefined
      ? [pen.run(` ${formatClockTime(wall)} `, armed ? role : 'faint')]
      : [pen.run(` ${formatPastTime(past.at ?? past.requestedAt, wall)} `, 'past')];
  return justifyLine(
    left,
    lineWidth(left) + lineWidth(clock) <= columns ? clock : [],
    columns,
    role,
    pen.ellipsis,
  );
};

/** Minimum width of a problem that is cut, with the gap before it. */
const minProblemCells = 8;

/** One row: level, name, problem. A name that is wider than the screen keeps the words that tell it from the others. */
const rowLine = (
  { pen, columns }: RenderContext,
  row: PaneRow,
  { state, problem, isSentence }: ShortRow,
  others: OtherNames,
): StyledLine => {
  const lead = [pen.run(' '), ...state, pen.run(' ')];
  const name = [pen.run(row.label, 'bold')];
  const room = Math.max(0, columns - lineWidth(lead));
  const fitted = isSentence
    ? fitWords(name, room, 'plain', pen.ellipsis)
    : fitName(name, room, others, pen.ellipsis);
  const shown = lineWidth(name) <= room ? name : fitted;
  const left = room - lineWidth(shown);
  return left < minProblemCells
    ? [...lead, ...shown]
    : [...lead, ...shown, ...fitWords([pen.run(`  ${problem}`)], left, 'plain', pen.ellipsis)];
};

/** The problems of a pane by row. */
const problemsOf = (view: RenderContext, pane: Pane): ReadonlyMap<string, (now: RenderContext) => string> =>
  new Map(pane.problems(view).map((problem) => [problem.row.key, problem.describe]));

/** The rows of the focused pane, with the row under the cursor; Logs draws its own lines. */
const listOf = (view: RenderContext, height: number): SmallScreen => {
  const { pen, columns, ui } = view;
  const pane = view.features.panes.byId(ui.focus);
  if (pane.moveCursor !== undefined)
    return pane.render(view, { width: columns, height, form: 'full', focused: true });
  const rows = pane.displayedRows(view, currentForm(view, pane));
  const name = pane.key === undefined ? pane.title : `${pane.key} ${pane.title}`;
  const title: StyledLine = [
    pen.glyph('focus', 'focus'),
    pen.run(name, 'focus'),
    pen.run(`  ${countWithFolded(rows)}`, 'faint'),
  ];
  // Without rows the pane says why: not configured, denied, no data, or nothing found.
  if (rows.length === 0) return pane.render(view, { width: columns, height, form: 'full', focused: true });
  const index = cursorRowIndex(rows, paneState(ui, pane.id).cursor);
  const seen = visibleWindow(rows.length, Math.max(1, height - 1), index);
  const problems = problemsOf(view, pane);
  const visible = rows.slice(seen.from, seen.to);
  const others: OtherNames = () => visible.map(({ label }) => comparedName([pen.run(label, 'bold')]));
  const lines = visible.map((row) =>
    rowLine(
      view,
      row,
      pane.shortRow?.(view, row) ?? {
        state: renderLevel(pen, row.level),
        problem: problems.get(row.key)?.(view) ?? '',
        isSentence: false,
      },
      others,
    ),
  );
  return { lines: [title, ...lines], selected: 1 + index - seen.from };
};

/** The note that a larger terminal shows more; a card for a confirmation cannot be answered here. */
const sizeNote = ({ pen, columns, rows }: RenderContext): StyledLine => [
  pen.run(` needs ${fullColumns}×${fullRows} to show everything, has ${columns}×${rows}`, 'faint'),
];

const cardLines = (view: RenderContext, card: Card, height: number): readonly StyledLine[] =>
  fitCardToHeight(view.pen, card, height).lines.map((line) => [
    view.pen.glyph('edge', card.edge),
    view.pen.run(' '),
    ...plainCardLine(view.pen, line),
  ]);

/**
 * Renders a terminal below 80×24: environment, arming, counts by level, and the rows of the focused pane, one line each; in
 * the overview the findings of Problems, worst first. A card takes the place of the rows.
 */
export const renderSmallScreen = (view: RenderContext, parts: SmallScreenParts): SmallScreen => {
  const { rows } = view;
  const { mono, footer, cards, body } = parts;
  const message = renderMessageLine(liveContext(view), view.past !== undefined);
  const isNews = view.ui.notice !== undefined || (message.length > 0 && currentRun(view) === undefined);
  const foot = [
    ...(rows < smallScreenRows.message ? [] : [isNews ? message : sizeNote(view)]),
    ...(rows < smallScreenRows.footer ? [] : [footer]),
  ];
  const head = [headerLine(view, mono), ...(rows < smallScreenRows.summary ? [] : [levelCounts(view, ' ')])];
  const height = smallBodyRows(rows);
  const card = cards.at(-1);
  const list: SmallScreen =
    card !== undefined
      ? { lines: cardLines(view, card, height) }
      : body !== undefined
        ? { lines: body }
        : listOf(view, height);
  const middle = Array.from({ length: height }, (_, index) => list.lines[index] ?? []);
  const selected =
    list.selected === undefined || list.selected >= height ? undefined : head.length + list.selected;
  return {
    lines: [...head, ...middle, ...foot].slice(0, rows),
    ...defined({ selected }),
  };
};
