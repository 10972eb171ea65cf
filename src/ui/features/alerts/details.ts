import { ageText } from '../../../domain/duration.ts';
import { clockText } from '../../../domain/format.ts';
import { type NoteAsk, noteBlock } from '../../panes/notes.ts';
import { severityWords } from '../../panes/severity.ts';
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

const envOf = (view: View, env: string) => (env === '' ? view.own : view.others.get(env));

/** Its rule and the silence that holds it: read when somebody looks, of the open environment only. */
export const alertAsks = (view: View, { env }: AlertRow): readonly NoteAsk[] =>
  env !== ''
    ? []
    : Object.entries(view.own?.facts.frame.sources ?? {}).flatMap(([source, { type }]) => {
        if (type === 'prometheus') return [{ source, name: 'rules' }];
        return type === 'alertmanager' ? [{ source, name: 'silences' }] : [];
      });

const noteLines = (view: View, row: AlertRow): readonly Line[] =>
  alertAsks(view, row).flatMap((ask) =>
    noteBlock(view, `${ask.name} of ${ask.source} that name it`, ask, ({ title }) =>
      title.includes(row.fact.name),
    ),
  );

/** 'am, seen 2s ago; also prom, firing, seen 4s ago': who tells of it. */
const toldBy = ({ now }: View, { fact, also }: AlertRow): string =>
  [
    `${fact.source}, seen ${ageText(now - fact.at)} ago`,
    ...also.map(
      ({ fact: other }) => `also ${other.source}: ${other.state}, seen ${ageText(now - other.at)} ago`,
    ),
  ].join(' · ');

/** What fires in Prometheus and has not come to the Alertmanager calls nobody. */
const isLost = (view: View, { fact, also, env }: AlertRow): boolean => {
  const sources = envOf(view, env)?.facts.frame.sources ?? {};
  const isManager = (source: string): boolean => sources[source]?.type === 'alertmanager';
  const alerts = envOf(view, env)?.snapshot.kinds.alerts;
  return (
    fact.state === 'firing' &&
    alerts?.blind.length === 0 &&
    alerts.waiting === 0 &&
    Object.values(sources).some(({ type }) => type === 'alertmanager') &&
    ![fact, ...also.map((row) => row.fact)].some(({ source }) => isManager(source))
  );
};

const head = (view: View, row: AlertRow): Line => {
  const { pen, now, wallOffset } = view;
  const { fact, since } = row;
  const label = fact.severity === '' ? 'no severity' : `severity ${fact.severity}`;
  const severity = row.severity === undefined ? label : `${label}, here ${severityWords(row.severity)}`;
  const held =
    since === undefined ? '' : ` · since ${clockText(since + wallOffset)}, ${ageText(now - since)} ago`;
  return [
    pen.run(` ${fact.name}`, 'bold'),
    pen.run(
      `  ${row.env === '' ? '' : `${row.env} · `}${fact.state}, ${severity}${held} · ${toldBy(view, row)}`,
      'faint',
    ),
  ];
};

const runbookLine = (view: View, { fact, env }: AlertRow): Line => {
  const { pen, cockpit } = view;
  if (env !== '') return [pen.run(`   of ${env}: e opens it, to act there`, 'faint')];
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
    ([name, value]): Line => [
      pen.run(`   ${name.padEnd(longest)}  `, 'faint'),
      pen.run(pen.maskField(value, name)),
    ],
  );
  const lost: readonly Line[] = isLost(view, row)
    ? [[pen.run('   fires in Prometheus and is not in Alertmanager: nobody is called for it', 'warn')]]
    : [];
  const summary = row.fact.summary === '' ? [] : [[pen.run(`   ${row.fact.summary}`)]];
  return [head(view, row), ...summary, runbookLine(view, row), ...lost, ...labels, ...noteLines(view, row)];
};
