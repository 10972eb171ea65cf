import { formatAge } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import { formatClockTime } from '../../../domain/format.ts';
import type { KeyContext } from '../../panes/pane.ts';
import type { PaneRow } from '../../panes/pane-row.ts';
import { renderLevel } from '../../panes/problem.ts';
import { pendingLevel } from '../../panes/ranking.ts';
import { pluralize } from '../../text/format.ts';
import type { StyledLine } from '../../text/line.ts';
import { type GlyphName, levelWords } from '../../theme/glyphs.ts';
import type { TextRole } from '../../theme/roles.ts';
import { cardInnerWidth } from '../cards/card.ts';
import { isFindingRow, problemText } from '../now/columns.ts';
import { problemSince } from '../now/findings.ts';
import { actionsForRow } from '../runbooks/row-actions.ts';
import { paneText } from './pane-texts.ts';

const indent = '  ';

const wrapped = ({ view }: KeyContext, text: string, role: TextRole = 'plain'): readonly StyledLine[] =>
  text === ''
    ? []
    : view.pen
        .wrap(text, cardInnerWidth(view) - indent.length)
        .map((piece): StyledLine => [view.pen.run(indent), view.pen.run(piece, role)]);

const heading = ({ view }: KeyContext, text: string): StyledLine => [view.pen.run(text, 'faint')];

/** The problem of a row and its start. A row of NOW describes itself. */
const problemOf = (
  { view, pane }: KeyContext,
  row: PaneRow,
): { readonly text: string; readonly since?: Millis | undefined } => {
  if (isFindingRow(row)) return { text: problemText(view, row), since: problemSince(row) };
  const problem = pane.problems(view).find((one) => one.row.key === row.key);
  return { text: problem?.describe(view) ?? '', since: problem?.since };
};

/** 'for 13m, since 10:01:58 · from bus, read 3s ago' */
const originText = ({ view }: KeyContext, row: PaneRow, since: number | undefined): string => {
  const { now, wallOffset } = view;
  const { subject } = row;
  const lasts =
    since === undefined
      ? []
      : [`for ${formatAge(now - since)}, since ${formatClockTime(since + wallOffset)}`];
  if (subject === undefined) return lasts.join('');
  const from =
    subject.kind === 'signal'
      ? `from ${subject.signal.source}`
      : `from ${subject.fact.source}, read ${formatAge(now - subject.fact.at)} ago`;
  return [...lasts, from].join(' · ');
};

/** Explains the level of a row. */
const levelText = (row: PaneRow): string => {
  if (pendingLevel(row) !== undefined)
    return 'beyond its limit, but not yet for as long as the limit requires';
  return {
    ok: 'within its limits',
    warn: 'a warning: beyond a limit, or a state to watch',
    crit: 'critical: beyond a critical limit, or a failed state',
    unknown: 'unknown: no fresh data, which is neither OK nor a failure',
  }[row.level];
};

/** The row under the cursor: level, problem, origin, and what can be done about it. */
const rowLines = (context: KeyContext): readonly StyledLine[] => {
  const { view, row } = context;
  const { pen, cockpit } = view;
  if (row === undefined || row.foldedKeys !== undefined) return [];
  const problem = problemOf(context, row);
  const actions = actionsForRow(cockpit, row.subject).length;
  const runbooks =
    actions === 0 ? 'no runbook for this row' : `x: ${pluralize(actions, 'action')} for this row`;
  return [
    heading(context, 'the selected row'),
    [
      pen.run(indent),
      ...renderLevel(pen, row.level),
      pen.run(` ${row.label}`, 'bold'),
      pen.run(`  ${levelText(row)}`),
    ],
    ...wrapped(context, problem.text),
    ...wrapped(
      context,
      [originText(context, row, problem.since), runbooks].filter((part) => part !== '').join(' · '),
      'faint',
    ),
  ];
};

/** The glyphs of all panes, with the role in which they are drawn. */
const legend: readonly (readonly [GlyphName, TextRole, string])[] = [
  ['ok', 'ok', levelWords.ok],
  ['warn', 'warn', levelWords.warn],
  ['crit', 'crit', levelWords.crit],
  ['unknown', 'unknown', 'unknown'],
  ['stale', 'stale', 'stale value'],
  ['loading', 'loading', 'loading'],
  ['off', 'stale', 'off, not configured'],
  ['empty', 'plain', 'nothing found'],
  ['down', 'down', 'no data'],
  ['denied', 'down', 'denied, key unavailable'],
  ['marked', 'key', 'marked'],
  ['chosen', 'faint', 'chosen, folded'],
  ['open', 'faint', 'unfolded'],
  ['focus', 'focus', 'focused pane'],
];

const glyphLines = (context: KeyContext): readonly StyledLine[] => {
  const { pen } = context.view;
  const width = cardInnerWidth(context.view);
  const lines: StyledLine[] = [];
  let used = width;
  for (const [glyph, role, word] of legend) {
    const cells = indent.length + 2 + word.length;
    if (used + cells > width) {
      lines.push([]);
      used = 0;
    }
    used += cells;
    lines.splice(-1, 1, [
      ...(lines.at(-1) ?? []),
      pen.run(indent),
      pen.glyph(glyph, role),
      pen.run(` ${word}`),
    ]);
  }
  return [heading(context, 'glyphs'), ...lines];
};

/** Explains the focused pane, the row under the cursor and the glyphs. */
export const explanationLines = (context: KeyContext): readonly StyledLine[] => [
  ...wrapped(context, paneText(context.pane)),
  ...rowLines(context),
  ...glyphLines(context),
];
