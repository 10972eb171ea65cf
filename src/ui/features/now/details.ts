import type { JournalEntry } from '../../../domain/facts/journal.ts';
import type { Runbook } from '../../../domain/runbooks/runbook.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { fitWords, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { type RenderContext, toWallTime } from '../../shell/contract/render-context.ts';
import { severityLabel } from '../../shell/panes/severity.ts';
import { matchText } from '../../shell/state/blocked-reasons.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { type CauseIndex, levelCountsText } from '../findings/causes.ts';
import { findingState, problemText, suggestedRunbook } from '../findings/columns.ts';
import { type FindingRow, problemSince } from '../findings/findings.ts';
import { ownJournal } from '../run-words/drills.ts';
import { journalEntryLines } from '../run-words/entry-lines.ts';
import { withoutParams } from '../runbook-matching/plan-rows.ts';
import { acknowledgedText } from './acknowledge.ts';

/** Time span before a finding that is searched for changes. */
const beforeMs = 10 * 60_000;
/** The journal is written once a second, so an entry may be this late. */
const tellMs = 1000;
/** Maximum lines for the problem; its pane shows more. */
const maxProblemLines = 3;

/**
 * Changes before a finding started, without the finding's own entry, oldest first. `row`: the key of the finding. `start`: how
 * a source records the start of the finding, which has no key.
 */
export const changesBefore = (
  journal: readonly JournalEntry[],
  since: number,
  row: string | undefined,
  start?: string,
): readonly JournalEntry[] =>
  journal.filter(({ at, row: about, what }) => {
    if (at <= since - beforeMs || at > since + tellMs) return false;
    const isOwn = about === undefined ? what === start && at >= since - tellMs : about === row && at >= since;
    return !isOwn;
  });

export const beforeLines = (view: RenderContext, row: FindingRow): readonly StyledLine[] => {
  const { pen, cockpit, rows } = view;
  const since = problemSince(row);
  if (since === undefined) return [];
  const own = row.is === 'finding' ? row.finding.row.key : undefined;
  const entries = changesBefore(ownJournal(view), since, own, `alert ${row.label}`);
  const title = `   changes in the 10m before ${formatClockTime(toWallTime(view, since))}:`;
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

/** Maximum lines for the steps of a runbook, and for its verification: its preview shows all of them. */
const maxPlanLines = 2;

/** '   steps   1 Restart the broker · 2 Close the circuit breaker' and what proves that they worked. */
const planLines = ({ pen, columns }: RenderContext, { act, verify }: Runbook): readonly StyledLine[] => {
  const lines = (name: string, text: string): readonly StyledLine[] =>
    text === ''
      ? []
      : pen
          .wrap(text, columns - 14)
          .slice(0, maxPlanLines)
          .map(
            (piece, index): StyledLine => [
              pen.run(`   ${(index === 0 ? name : '').padEnd(8)}`, 'faint'),
              pen.run(piece),
            ],
          );
  const titles = act.map(({ title }) => withoutParams(title));
  const steps =
    titles.length === 1 ? titles.join('') : titles.map((title, index) => `${index + 1} ${title}`).join(' · ');
  const proof = verify === 'none' ? '' : verify.map(({ title }) => withoutParams(title)).join(' · ');
  return [...lines('steps', steps), ...lines('proof', proof)];
};

const runbookLine = (view: RenderContext, row: FindingRow, causes: CauseIndex): readonly StyledLine[] => {
  const suggested = suggestedRunbook(view, row, causes);
  if (suggested === undefined) return [];
  const { pen } = view;
  const { runbook, fits } = suggested.suggestion;
  const about = suggested.row === row ? '' : ` · for ${suggested.row.label}`;
  const line = [
    pen.run('   runbook ', 'faint'),
    pen.run(runbook.title, 'focus'),
    pen.run(`${fits === 'yes' ? ` ${matchText(suggested.suggestion)}` : ''}${about}`, 'faint'),
  ];
  return [fitWords(line, view.columns - 1, 'plain', pen.ellipsis), ...planLines(view, runbook)];
};

/** The title of the pane that shows the row. */
const paneTitle = (row: FindingRow): string =>
  row.is === 'finding' ? row.pane.title : row.is === 'blind' ? 'source' : '';

/** The cause of the row, its consequences, or a cause that is possible only, with the reason. `hasKeys`: in Problems, whose keys it names. */
export const causeLines = (
  view: RenderContext,
  row: FindingRow,
  causes: CauseIndex,
  hasKeys = true,
): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  const line = (name: string, value: string, rest: string): readonly StyledLine[] => [
    fitWords(
      [pen.run(`   ${name} `, 'faint'), pen.run(value, 'focus'), pen.run(rest, 'faint')],
      view.columns - 1,
      'plain',
      pen.ellipsis,
    ),
  ];
  const place = (cause: FindingRow): string => ` · ${paneTitle(cause)}`;
  const cause = causes.causeOf(row);
  if (cause !== undefined) return line('consequence of', cause.label, place(cause));
  const consequences = causes.consequencesOf(row);
  const key = boundKey(cockpit, 'column.right', 'l');
  const below =
    consequences.length === 0
      ? []
      : line('probable cause of', levelCountsText(consequences), hasKeys ? ` · ${key} shows them` : '');
  const possible = causes.possibleCauseOf(row);
  if (possible === undefined) return below;
  const earlier = (problemSince(possible.cause) ?? 0) - (problemSince(row) ?? 0);
  const reason =
    possible.because === 'worse'
      ? 'this row is more severe'
      : `this row started ${formatAge(earlier)} earlier`;
  return [
    ...line(
      'possible cause',
      possible.cause.label,
      `${place(possible.cause)} · not folded below it: ${reason}`,
    ),
    ...below,
  ];
};

/** The other findings that a row stands for. `hasKeys`: in Problems, whose key shows them. */
export const alikeLines = (
  { pen, cockpit, columns }: RenderContext,
  row: FindingRow,
  hasKeys = true,
): readonly StyledLine[] => {
  if (row.is !== 'finding' || row.alike === undefined) return [];
  const { others, isOpen } = row.alike;
  const key = boundKey(cockpit, isOpen ? 'column.left' : 'column.right', isOpen ? 'h' : 'l');
  const text = `the same of ${others.map(({ label }) => label).join(', ')}`;
  const rest = hasKeys ? ` · ${key} ${isOpen ? 'folds' : 'shows'} them` : '';
  return [[pen.run(`   ${pen.cut(text, Math.max(0, columns - 6 - rest.length))}`), pen.run(rest, 'faint')]];
};

/** The acknowledgement of the finding: user, time and note. `hasKeys`: in Problems, whose key withdraws it. */
export const acknowledgedLines = (
  view: RenderContext,
  { acknowledged }: FindingRow,
  hasKeys = true,
): readonly StyledLine[] => {
  if (acknowledged === undefined) return [];
  const { pen, cockpit, columns } = view;
  const key = boundKey(cockpit, 'now.acknowledge', 'a');
  return pen
    .wrap(`${acknowledgedText(view, acknowledged)}${hasKeys ? ` · ${key} withdraws it` : ''}`, columns - 4)
    .slice(0, maxProblemLines)
    .map((piece): StyledLine => [pen.run(`   ${piece}`, 'focus')]);
};

/** The effect of the key enter on the row. */
export const enterText = (row: FindingRow): string => {
  switch (row.is) {
    case 'runbook':
      return 'enter opens a preview. Nothing is sent until you confirm';
    case 'approval':
      return 'enter opens the plan, to approve or refuse. Nothing is sent from here';
    case 'reset':
      return 'enter opens the preview, with the gates of a run. Nothing is sent until you confirm';
    case 'blind':
      return 'no data';
    case 'fold':
      return `of ${row.cause.label} · enter ${row.isOpen ? 'folds' : 'shows'} them`;
    case 'finding':
      return `${row.pane.title} · enter opens the row`;
  }
};

/** The consequences that a folded line stands for. */
export const foldDetails = (
  view: RenderContext,
  row: Extract<FindingRow, { is: 'fold' }>,
): readonly StyledLine[] =>
  row.members.map((member): StyledLine => {
    const { pen, columns } = view;
    const place = ` · ${paneTitle(member)}`;
    const text = pen.cut(problemText(view, member), Math.max(0, columns - member.label.length - 24));
    return [
      pen.run('   '),
      ...findingState(view, member),
      pen.run(` ${member.label}`),
      pen.run(`${place} · ${text}`, 'faint'),
    ];
  });

/** Renders the full problem, its cause or consequences, the suggested runbook and preceding changes. */
export const renderNowDetails = (
  view: RenderContext,
  row: FindingRow,
  causes: CauseIndex,
): readonly StyledLine[] => {
  const { pen, columns } = view;
  const head = ` ${row.label}  `;
  const degree = row.severity === undefined ? '' : `${severityLabel(row.severity)} · `;
  const rest = `${degree}${enterText(row)}`;
  const beside: StyledLine = [pen.run(head, 'bold'), pen.run(rest, 'faint')];
  // What enter does is never cut off by a long name: it moves below it.
  const title: readonly StyledLine[] =
    lineWidth(beside) <= columns - 4
      ? [beside]
      : [
          [pen.run(head, 'bold')],
          ...pen.wrap(rest, columns - 4).map((piece) => [pen.run(`   ${piece}`, 'faint')]),
        ];
  if (row.is === 'fold') return row.isOpen ? title : [...title, ...foldDetails(view, row)];
  const problemLines = pen.wrap(problemText(view, row), columns - 4).slice(0, maxProblemLines);
  return [
    ...title,
    ...problemLines.map((piece): StyledLine => [pen.run(`   ${piece}`)]),
    ...(row.is === 'runbook' ? planLines(view, row.suggestion.runbook) : []),
    ...alikeLines(view, row),
    ...acknowledgedLines(view, row),
    ...causeLines(view, row, causes),
    ...runbookLine(view, row, causes),
    ...beforeLines(view, row),
  ];
};
