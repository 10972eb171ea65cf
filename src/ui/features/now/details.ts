import { formatClockTime } from '../../../domain/format.ts';
import type { JournalEntry } from '../../../domain/journal.ts';
import { boundKey } from '../../keys/bound-keys.ts';
import { severityLabel } from '../../panes/severity.ts';
import type { RenderContext } from '../../render-context.ts';
import type { StyledLine } from '../../text/line.ts';
import { journalEntryLines } from '../journal/entry-lines.ts';
import { problemSince, problemText } from './columns.ts';
import type { FindingRow } from './findings.ts';

/** Time span before a finding that is searched for changes. */
const beforeMs = 10 * 60_000;
/** The journal is written once a second, so an entry may be this late. */
const tellMs = 1000;
/** Maximum lines for the problem; its pane shows more. */
const maxProblemLines = 3;

/** Changes before a finding started, without the finding's own entry, oldest first. */
export const changesBefore = (
  journal: readonly JournalEntry[],
  since: number,
  row: string | undefined,
): readonly JournalEntry[] =>
  journal.filter(
    ({ at, row: about }) =>
      at > since - beforeMs && at <= since + tellMs && !(at >= since && about !== undefined && about === row),
  );

const beforeLines = (view: RenderContext, row: FindingRow): readonly StyledLine[] => {
  const { pen, cockpit, rows, wallOffset } = view;
  const since = problemSince(row);
  if (since === undefined) return [];
  const own = row.is === 'finding' ? row.finding.row.key : undefined;
  const entries = changesBefore(cockpit.journal, since, own);
  const title = `   changes in the 10m before ${formatClockTime(since + wallOffset)}:`;
  return entries.length === 0
    ? [[pen.run(`${title} none recorded`, 'faint')]]
    : [
        [pen.run(title, 'faint')],
        ...journalEntryLines(
          view,
          entries,
          Math.max(3, Math.floor(rows / 5)),
          `, ${boundKey(cockpit, 'pane.J', 'J')} shows them`,
        ),
      ];
};

const runbookLine = ({ pen }: RenderContext, row: FindingRow): readonly StyledLine[] => {
  if (row.is !== 'finding' || row.runbook === undefined) return [];
  const { runbook, why } = row.runbook;
  return [
    [
      pen.run('   runbook ', 'faint'),
      pen.run(runbook.title, 'focus'),
      pen.run(why === '' ? ' matches' : ` matches: ${why}`, 'faint'),
    ],
  ];
};

/** Renders the full problem, the suggested runbook and preceding changes. */
export const renderNowDetails = (view: RenderContext, row: FindingRow): readonly StyledLine[] => {
  const { pen, columns } = view;
  const head = ` ${row.label}  `;
  const degree = row.severity === undefined ? '' : `${severityLabel(row.severity)} · `;
  const problemLines = pen.wrap(problemText(view, row), columns - 4).slice(0, maxProblemLines);
  const how =
    row.is === 'runbook'
      ? 'enter opens a preview; nothing is sent until you confirm'
      : row.is === 'blind'
        ? 'no data'
        : `${row.pane.title} · enter opens it`;
  return [
    [pen.run(head, 'bold'), pen.run(`${degree}${how}`, 'faint')],
    ...problemLines.map((piece): StyledLine => [pen.run(`   ${piece}`)]),
    ...runbookLine(view, row),
    ...beforeLines(view, row),
  ];
};
