import { ageText } from '../../../domain/duration.ts';
import { clockText } from '../../../domain/format.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import type { AlertRow } from './rows.ts';
import { runbookFor } from './runbooks.ts';

const fitWords = {
  yes: 'fits now',
  no: 'does not fit now',
  unknown: 'cannot tell whether it fits',
  never: '',
} as const;

/** Notes of its source about it: the rule that it comes from and its value now, the silence that holds it. */
const notesOf = (view: View, { fact }: AlertRow): readonly string[] =>
  Object.values(view.own?.facts.feeds ?? {})
    .filter(({ feed }) => feed.kind === 'notes')
    .flatMap(({ known }) => known?.items ?? [])
    .flatMap((item) =>
      'title' in item && 'text' in item && item.title.includes(fact.name)
        ? [`${item.title}: ${item.text}`]
        : [],
    );

const head = (view: View, row: AlertRow): Line => {
  const { pen, now, wallOffset } = view;
  const { fact, since } = row;
  const severity = fact.severity === '' ? 'no severity' : `severity ${fact.severity}`;
  const held =
    since === undefined ? '' : ` · since ${clockText(since + wallOffset)}, ${ageText(now - since)} ago`;
  return [
    pen.run(` ${fact.name}`, 'bold'),
    pen.run(
      `  ${fact.state}, ${severity}${held} · ${fact.source}, seen ${ageText(now - fact.at)} ago`,
      'faint',
    ),
  ];
};

const runbookLine = (view: View, { fact }: AlertRow): Line => {
  const { pen, cockpit } = view;
  const found = runbookFor(fact.name, cockpit);
  if (found === undefined) return [pen.run('   no runbook asks for it', 'faint')];
  const fits = fitWords[found.fits];
  return [
    pen.run('   runbook '),
    pen.run(found.runbook.id, 'bold'),
    pen.run(` ${found.runbook.title}${fits === '' ? '' : ` · ${fits}`} · R starts it`),
  ];
};

/** The alert under the cursor; opened: all its labels, what it says, what its source knows of it. */
export const alertDetails = (view: View, row: AlertRow, opened: boolean): readonly Line[] => {
  const { pen } = view;
  if (!opened) return [head(view, row)];
  const longest = Math.max(0, ...Object.keys(row.fact.labels).map((name) => name.length));
  const labels = Object.entries(row.fact.labels).map(
    ([name, value]): Line => [pen.run(`   ${name.padEnd(longest)}  `, 'faint'), pen.run(value)],
  );
  const summary = row.fact.summary === '' ? [] : [[pen.run(`   ${row.fact.summary}`)]];
  return [
    head(view, row),
    ...summary,
    runbookLine(view, row),
    ...notesOf(view, row).map((note): Line => [pen.run(`   ${note}`)]),
    ...labels,
  ];
};
