import { formatStateAge } from '../../../domain/facts/state-start.ts';
import type { Acknowledgement } from '../../../domain/incidents/acknowledgement.ts';
import type { WaitingApproval } from '../../../domain/runs/approval.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { parentEntityOf } from '../../../situation/subject.ts';
import { objectsUnderChange } from '../../../store/objects-under-change.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine, StyledRun } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { renderLevel } from '../../shell/panes/problem.ts';
import { pendingLevel } from '../../shell/panes/ranking.ts';
import { severityColumn } from '../../shell/panes/severity.ts';
import { suggestionStanding, suggestionText } from '../../shell/state/blocked-reasons.ts';
import { faultSentence, faultStyle } from '../../shell/state/fault-text.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { requesterGoneText } from '../run-words/requester-gone.ts';
import { matchingRunbookFor } from '../runbook-matching/row-runbooks.ts';
import { matchStyles } from '../runbook-matching/standing.ts';
import { gatheredProblem } from './alike.ts';
import { isBelowCause } from './cause-tree.ts';
import { type CauseIndex, levelCountsText } from './causes.ts';
import { type BlindSource, type FindingRow, problemStart } from './findings.ts';

/** From this width on the pane column shows names; below it only keys. */
const roomy = 96;
/** Minimum width for the runbook column. */
const withRunbook = 150;
/** The noun of a pane's title, which leaves the room to the problem: 'Breakers' of 'Circuit breakers'. */
const titleNoun = (title: string): string => {
  const noun = title.slice(title.lastIndexOf(' ') + 1);
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`;
};
const leastName = 18;
/** Minimum width of the problem column, and its part of a roomy table, which long names leave to it. */
const leastProblem = 24;
const problemShare = 0.36;
/** The name column gets a fifth of the width left over by the minimum widths. */
const leastOfAll = 98;
const shares = 5;
/** Width of the other columns before a long name is shown in full. */
const besideName = 126;
/** Number of rows measured for name lengths; later rows are rarely visible. */
const measured = 200;

/** Default width of the name column. */
const shareOf = (width: number): number => leastName + Math.max(0, Math.floor((width - leastOfAll) / shares));

/** Width of the longest name if it exceeds the default and fits. The ends of names distinguish series of one signal. */
const wholeName = (rows: readonly FindingRow[], width: number): number | undefined => {
  const longest = Math.max(...rows.slice(0, measured).map(({ label }) => widthOf(label)), leastName) + 1;
  return longest > shareOf(width) && longest <= width - besideName ? longest : undefined;
};

/** The name of a row; a runbook whose title is longer than `cells` shows its id, and the title moves to the problem column. */
const shortly = (row: FindingRow, cells: number): string =>
  row.is === 'runbook' && widthOf(row.label) > cells ? row.suggestion.runbook.id : row.label;

const narrowState = 14;
/** The mark after the state of an acknowledged finding. */
const acknowledgedMark = ' ack';

/** Width of the state column; 'not configured' needs more, and so does the mark of an acknowledged finding. */
const stateWidth = (rows: readonly FindingRow[]): number =>
  Math.max(
    narrowState,
    ...rows
      .filter((row) => row.is === 'blind' && row.fault.kind === 'unconfigured')
      .map((row) => 17 + (row.acknowledged === undefined ? 0 : acknowledgedMark.length)),
  );

/** Cells by which a consequence is indented below its cause. */
const indent = '  ';

const foldMarker = (pen: TextPen, { isOpen }: FoldRow): StyledRun =>
  pen.glyph(isOpen ? 'open' : 'chosen', 'key');

/** '▸ 7 consequences': the line below a cause, with its state. */
const foldName = ({ pen }: RenderContext, row: FoldRow): StyledLine => [
  foldMarker(pen, row),
  pen.run(` ${row.label}`),
];

/** The name of a row; a consequence is indented below its cause. */
const nameCell = (view: RenderContext, causes: CauseIndex, row: FindingRow, cells: number): StyledLine => {
  if (row.is === 'fold') return foldName(view, row);
  const lead = isBelowCause(view, causes, row) ? indent : '';
  return [view.pen.run(lead), view.pen.run(shortly(row, cells - lead.length))];
};

/** The state of a row, with a mark if it is acknowledged. */
export const findingState = (view: RenderContext, row: FindingRow): StyledLine => [
  ...stateOf(view, row),
  ...(row.acknowledged === undefined ? [] : [view.pen.run(acknowledgedMark, 'faint')]),
];

/** The state of a row: its level, the kind of its data loss, or the match of a runbook. */
const stateOf = ({ pen }: RenderContext, row: FindingRow): StyledLine => {
  if (row.is === 'fold') return [pen.run(indent), foldMarker(pen, row)];
  if (row.is === 'approval') return [pen.glyph('warn', 'warn'), pen.run(' waits', 'warn')];
  if (row.is === 'reset') return [pen.glyph('warn', 'warn'), pen.run(' due', 'warn')];
  if (row.is === 'runbook') {
    const { glyph, role, word } = matchStyles[suggestionStanding(row.suggestion)];
    return [pen.glyph(glyph, role), pen.run(` ${word}`, role)];
  }
  if (row.is === 'blind') {
    const { glyph, role } = faultStyle(row.fault.kind);
    const word =
      row.fault.kind === 'denied'
        ? 'denied'
        : row.fault.kind === 'unconfigured'
          ? 'not configured'
          : 'no data';
    return [pen.glyph(glyph, role), pen.run(` ${word}`, role)];
  }
  return pendingLevel(row) !== undefined && row.level === 'ok'
    ? renderLevel(pen, 'warn', 'PENDING')
    : renderLevel(pen, row.level);
};

type FoldRow = Extract<FindingRow, { readonly is: 'fold' }>;

interface Place {
  readonly key: string;
  readonly title: string;
}

/** The pane of a finding: its key and title. */
const placeOf = ({ cockpit }: RenderContext, row: FindingRow): Place => {
  if (row.is === 'fold') return { key: '', title: '' };
  if (row.is === 'runbook') return { key: boundKey(cockpit, 'runbook.card', 'R'), title: 'RUNBOOK' };
  if (row.is === 'approval') return { key: boundKey(cockpit, 'approval.open', 'X'), title: 'APPROVAL' };
  if (row.is === 'reset') return { key: 'enter', title: 'RESET' };
  if (row.pane === undefined) return { key: '–', title: '' };
  const { key, title } = row.pane;
  return { key: key === undefined ? '–' : boundKey(cockpit, `pane.${key}`, key), title };
};

const blindSourceText = (
  { own, now, cockpit }: RenderContext,
  { fault, otherReads, hiddenRows: hides }: BlindSource,
): string => {
  const reported =
    own === undefined
      ? fault.message
      : faultSentence(fault, own.facts, now, boundKey(cockpit, 'ask', 'r'), true);
  const others = otherReads === 0 ? '' : ` · ${pluralize(otherReads, 'other read')} too`;
  return `${reported}${others}${hides === 0 ? '' : ` · hides ${pluralize(hides, 'row')}`}`;
};

/** True if a row belongs to Problems. */
export const isFindingRow = (row: PaneRow): row is FindingRow => 'is' in row;

/** 'ana@desk-3 12m': who acknowledged a finding, and how long ago. */
const acknowledgedBy = (view: RenderContext, { who, at }: Acknowledgement): string =>
  `${who} ${formatAge(Math.max(0, wallNow(view) - at))}`;

/** 'run waiting for approval: ana@desk-1, requester offline since 14:02:11, 9m left' */
const requestText = (view: RenderContext, { user, host, until, requesterGone }: WaitingApproval): string =>
  `run waiting for approval: ${view.pen.maskField(user, 'user')}@${view.pen.maskField(host, 'host')}${requesterGone === undefined ? '' : `, ${requesterGoneText(requesterGone)}`}, ${formatAge(Math.max(0, until - wallNow(view)))} left`;

/** '19 × ': the number of findings that a row stands for; '' for one. */
export const alikeText = (row: FindingRow): string =>
  row.is === 'finding' && row.alike?.isOpen === false ? `${row.alike.others.length + 1} × ` : '';

/** The problem, as its pane describes it. */
export const problemText = (view: RenderContext, row: FindingRow): string => {
  if (row.is === 'runbook') return suggestionText(row.suggestion);
  if (row.is === 'approval') return requestText(view, row.request);
  if (row.is === 'reset') return row.text;
  if (row.is === 'fold') return `${levelCountsText(row.members)} · of ${row.cause.label}`;
  if (row.is === 'blind') return blindSourceText(view, row);
  const text = row.finding.describe(view);
  return row.alike?.isOpen === false ? gatheredProblem(text, row.alike.common) : text;
};

/** True if the run in progress is changing the object of the row. */
const isUnderChange = ({ cockpit: { run } }: RenderContext, { subject }: FindingRow): boolean =>
  objectsUnderChange(run)?.names.has(parentEntityOf(subject).toLowerCase()) === true;

/** The runbook of a row; of a cause without one, that of its first consequence that has one. A mere mention is none. */
export const suggestedRunbook = (
  view: RenderContext,
  row: FindingRow,
  { consequencesOf }: CauseIndex,
): { readonly row: FindingRow; readonly suggestion: RunbookSuggestion } | undefined => {
  for (const findingRow of [row, ...consequencesOf(row)]) {
    const suggestion =
      findingRow.is === 'finding'
        ? matchingRunbookFor(view, findingRow.pane.id, findingRow.finding.row)
        : undefined;
    if (suggestion !== undefined) return { row: findingRow, suggestion };
  }
  return undefined;
};

export const nowColumns = (
  view: RenderContext,
  rows: readonly FindingRow[],
  width: number,
  causes: CauseIndex,
): readonly Column<FindingRow>[] => {
  const { pen, now } = view;
  const state = stateWidth(rows);
  const room = width - (state - narrowState);
  const whole = wholeName(rows, room);
  const cells = (whole ?? shareOf(room)) - 1;
  // Ids and titles do not mix in a column: one title that is too long makes all of them ids.
  const isTight = rows.some((row) => row.is === 'runbook' && widthOf(row.label) > cells);
  const name = isTight ? 0 : cells;
  return [
    // The marker of a folded line is beside its name.
    {
      head: '',
      name: 'LEVEL',
      required: true,
      width: state,
      cell: (row) => (row.is === 'fold' ? pen.run('') : findingState(view, row)),
    },
    ...severityColumn<FindingRow>(view, ({ severity }) => severity).map((column) => ({
      ...column,
      cell: (row: FindingRow) => (row.is === 'fold' ? pen.run('') : column.cell(row)),
    })),
    {
      head: 'KEY',
      width: 4,
      hideFrom: roomy,
      cell: (row) => pen.run(placeOf(view, row).key, 'key'),
    },
    {
      head: 'PANE',
      width: 12,
      hideBelow: roomy,
      cell: (row) => {
        const { key, title } = placeOf(view, row);
        return [pen.run(key, 'key'), pen.run(` ${titleNoun(title)}`)];
      },
    },
    {
      head: 'OBJECT',
      required: true,
      width: whole ?? leastName,
      grow: whole === undefined ? 1 : 0,
      keepsEnd: (row) => row.is === 'finding' || row.is === 'blind',
      cell: (row) => nameCell(view, causes, row, name),
    },
    {
      head: 'PROBLEM',
      width: width < roomy ? leastProblem : Math.max(leastProblem, Math.floor(width * problemShare)),
      grow: 3,
      cell: (row) => {
        const problem = pen.run(`${alikeText(row)}${problemText(view, row)}`);
        const { acknowledged } = row;
        if (isUnderChange(view, row)) return [pen.run('being changed · ', 'focus'), problem];
        if (acknowledged !== undefined)
          return [pen.run(`${acknowledgedBy(view, acknowledged)} · `, 'faint'), problem];
        const possible = causes.possibleCauseOf(row);
        if (possible !== undefined)
          return [problem, pen.run(` · possible cause: ${possible.cause.label}`, 'faint')];
        return shortly(row, name) === row.label
          ? problem
          : [pen.run(row.label), pen.run(problem.text === '' ? '' : ' · ', 'faint'), problem];
      },
    },
    {
      head: 'SINCE',
      width: 8,
      align: 'right',
      cell: (row) => {
        if (row.is !== 'finding' && row.is !== 'blind') return pen.run('');
        return pen.run(formatStateAge(problemStart(row), now));
      },
    },
    {
      head: 'SUGGESTED RUNBOOK',
      width: 22,
      grow: 1,
      hideBelow: withRunbook,
      cell: (row) => {
        const suggested = suggestedRunbook(view, row, causes);
        return suggested === undefined
          ? pen.run(row.is === 'finding' ? '–' : '', 'faint')
          : pen.run(suggested.suggestion.runbook.title);
      },
    },
  ];
};
