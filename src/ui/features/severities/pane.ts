import type { Severity } from '../../../domain/facts/severity.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { compareByLabel } from '../../shell/panes/ranking.ts';
import { profileListStatus } from '../../shell/panes/status-lines.ts';

interface SeverityRow extends PaneRow {
  readonly severity: Severity;
}

/** The severities, the worst first. */
const severityRows = ({ cockpit }: RenderContext): readonly SeverityRow[] =>
  (cockpit.open?.severity?.severities ?? [])
    .toSorted((a, b) => a.rank - b.rank)
    .map((severity) => ({
      key: severity.id,
      level: 'ok',
      label: severity.id,
      text: [severity.id, severity.title, severity.respond, severity.escalate, ...severity.examples].join(
        ' ',
      ),
      severity,
    }));

/** Below this width the examples are shown in the details only. */
const minExamplesWidth = 110;

const severityColumns = ({ pen }: RenderContext): readonly Column<SeverityRow>[] => {
  const faintly = (text: string) => pen.run(text === '' ? '–' : text, text === '' ? 'faint' : 'plain');
  return [
    {
      head: '',
      width: 20,
      grow: 1,
      cell: ({ severity }) => [pen.run(severity.id, 'bold'), pen.run(` ${severity.title}`)],
    },
    { head: 'RESPOND WITHIN', width: 17, cell: ({ severity }) => faintly(severity.respond) },
    { head: 'ESCALATE', width: 14, cell: ({ severity }) => faintly(severity.escalate) },
    { head: 'UPDATE EVERY', width: 13, cell: ({ severity }) => faintly(severity.updateEvery ?? '') },
    {
      head: 'EXAMPLES',
      width: 30,
      grow: 5,
      hideBelow: minExamplesWidth,
      cell: ({ severity }) => faintly(severity.examples.join(' · ')),
    },
  ];
};

/** All that the profile says of a severity, its examples one by one. */
const severityDetails = (
  { pen, columns }: RenderContext,
  { severity: { id, title, respond, escalate, updateEvery = '', examples } }: SeverityRow,
): readonly StyledLine[] => {
  const times = [
    respond === '' ? 'response time not set' : `respond within ${respond}`,
    escalate === '' ? '' : `escalate: ${escalate}`,
    updateEvery === '' ? '' : `update every ${updateEvery}`,
  ].filter((part) => part !== '');
  return [
    [pen.run(` ${id} ${title}`, 'bold'), pen.run(`  ${times.join(' · ')}`, 'faint')],
    ...examples.flatMap((example) =>
      pen
        .wrap(example, columns - 6)
        .map((piece, index): StyledLine => [pen.run(`   ${index === 0 ? '· ' : '  '}${piece}`)]),
    ),
  ];
};

/** Severities: response time, escalation and examples of each, as the runbook defines them. */
export const severitiesPane = defineKindPane<SeverityRow>({
  id: 'severities',
  title: 'Severities',
  noun: 'severities',
  keys: [],
  statusLines: (view, count) =>
    profileListStatus(view, count, 'severities', '{ id, title, rank, respond, escalate, examples }'),
  rows: severityRows,
  order: 'worst first',
  orders: [{ name: 'by name', compare: compareByLabel }],
  hasLevels: false,
  table: severityColumns,
  details: severityDetails,
});
