import { ageText } from '../../../domain/duration.ts';
import { clockText } from '../../../domain/format.ts';
import type { Suggestion } from '../../../store/cockpit.ts';
import { notOnlyOne } from '../../keys/mark.ts';
import { definePane } from '../../panes/define-pane.ts';
import { type NoteAsk, noteBlock } from '../../panes/notes.ts';
import type { Binding, Hand, Pane } from '../../panes/pane.ts';
import { severityWords } from '../../panes/severity.ts';
import { byName } from '../../panes/worst-first.ts';
import { seenAgo, type Wrong } from '../../panes/wrong.ts';
import { faultLook } from '../../text/faults.ts';
import { type Line, lineWidth, spread } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { whyNotStart } from '../runbooks/actions.ts';
import { actionsOf, proposeOn, type RowAction } from '../runbooks/row-actions.ts';
import { briefColumns, fullColumns, markOf } from './columns.ts';
import type { AlertRow } from './rows.ts';
import { alertRows, byState, runbookFor, unseenElsewhere } from './rows.ts';

const fitWords = {
  yes: 'fits now',
  no: 'does not fit now',
  unknown: 'cannot tell whether it fits',
  never: '',
} as const;

const envOf = (view: View, env: string) => (env === '' ? view.own : view.others.get(env));

/** Its rule and the silence that holds it: read when somebody looks, of the open environment only. */
const alertAsks = (view: View, { env }: AlertRow): readonly NoteAsk[] =>
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
const alertDetails = (view: View, row: AlertRow, opened: boolean): readonly Line[] => {
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

const silenceSource = ({ runbook }: Suggestion): string | undefined =>
  runbook.act.map(({ use }) => /^(.+)\.silence$/.exec(use ?? '')?.[1]).find((source) => source !== undefined);

/** The runbook that silences an alert: one of the alert's own source, or else of another. */
const silenceAction = ({ row, view }: Hand): RowAction | undefined => {
  const { subject } = row ?? {};
  if (subject?.kind !== 'alerts') return undefined;
  const able = actionsOf(view.cockpit, subject).filter(
    ({ suggestion }) => silenceSource(suggestion) !== undefined,
  );
  return able.find(({ suggestion }) => silenceSource(suggestion) === subject.fact.source) ?? able[0];
};

/** Why nothing here can silence: an Alertmanager that is off says why it is. */
const nobody = ({ own }: View): string => {
  const entries = Object.entries(own?.facts.frame.sources ?? {}).filter(
    ([, { type }]) => type === 'alertmanager',
  );
  const [first] = entries;
  if (first === undefined) return 'no source of this profile can silence: it has no alertmanager';
  const [id, { problem }] = first;
  return problem === undefined ? `${id} cannot silence yet` : `${id} is off: ${problem.message}`;
};

/** The other environment that the selected alert is of. */
const whyNotHere = ({ row, view }: Hand): string | undefined => {
  const env = alertRows(view).find(({ key }) => key === row?.key)?.env;
  return env === undefined || env === '' ? undefined : env;
};

/** The keys of 7 ALERTS. */
const alertKeys: readonly Binding[] = [
  {
    id: 'alert.silence',
    keys: ['S'],
    does: 'silence it: asks how long and why',
    footer: 'silence',
    danger: 'safe',
    whyNot: (hand) => {
      const { subject } = hand.row ?? {};
      const several = notOnlyOne(hand);
      if (several !== undefined) return several;
      const other = whyNotHere(hand);
      if (other !== undefined) return `it is an alert of ${other}: e opens ${other}, to act there`;
      if (subject?.kind !== 'alerts') return 'no alert is selected';
      if (subject.fact.state === 'silenced') return 'it is silenced already';
      const action = silenceAction(hand);
      return action === undefined
        ? nobody(hand.view)
        : whyNotStart(hand.view.cockpit, action.suggestion.runbook);
    },
    run: (hand) => {
      const action = silenceAction(hand);
      if (action !== undefined) proposeOn(hand, action);
    },
  },
];

/** 'FIRING · burns 14× the budget' */
const alertWrong: Wrong<AlertRow> = {
  says: (view, { fact, row }) =>
    `${seenAgo(view, fact.at, row.stale)}${[fact.state.toUpperCase(), fact.summary].filter((part) => part !== '').join(' · ')}`,
  since: ({ since }) => since,
};

/** '✗ 2 FIRING  ▲ 1 PENDING  ○ 1 SILENCED': how many stand how. */
const counts = ({ pen }: View, rows: readonly AlertRow[]): Line =>
  [...Map.groupBy(rows, ({ fact }) => fact.state)].flatMap(([state, members], index): Line => {
    const [first] = members;
    if (first === undefined) return [];
    const { glyph, role } = markOf(first);
    return [
      pen.run(index === 0 ? '' : '  '),
      pen.glyph(glyph, role),
      pen.run(` ${members.length} ${state.toUpperCase()}`, role),
    ];
  });

/** Under so many columns the overview has one row for it: how many stand how, and for how long the worst one has. */
const roomy = 100;

const worstFor = ({ pen, now }: View, rows: readonly AlertRow[]): Line => {
  const since = rows.find(({ quiet }) => !quiet)?.since;
  return since === undefined ? [] : [pen.run(ageText(now - since))];
};

const caption = (view: View, rows: readonly AlertRow[], width: number): Line => {
  const told = counts(view, rows);
  if (width >= roomy) return told;
  // Behind the title and before the last cell.
  const room = width - lineWidth([view.pen.run('▌7 ALERTS   ')]) - 1;
  return spread(told, worstFor(view, rows), room, 'plain', view.pen.mark);
};

/** 'staging: denied …': alerts of other environments that are not seen are not none. */
const elsewhere = (view: View): readonly Line[] =>
  unseenElsewhere(view).map(({ env, fault }): Line => {
    const { glyph, role } = faultLook(fault.kind);
    return [view.pen.run(' '), view.pen.glyph(glyph, role), view.pen.run(` ${env}: ${fault.message}`, role)];
  });

const pane = definePane<AlertRow>({
  id: 'alerts',
  key: '7',
  title: 'ALERTS',
  noun: 'alerts',
  kind: 'alerts',
  keys: alertKeys,
  rows: alertRows,
  single: (view) => alertRows(view).filter(({ env }) => env === ''),
  wrong: alertWrong,
  orders: [
    { name: 'by name', compare: byName },
    { name: 'by state', compare: byState },
    { name: 'newest first', compare: (a, b) => (b.since ?? -1) - (a.since ?? -1) },
    {
      name: 'longest first',
      compare: (a, b) => (a.since ?? Number.MAX_VALUE) - (b.since ?? Number.MAX_VALUE),
    },
  ],
  caption: (view, rows, form, width) => (form === 'full' ? [] : caption(view, rows, width)),
  table: (view, form) => (form === 'full' ? fullColumns(view) : briefColumns(view)),
  details: alertDetails,
  besides: elsewhere,
  asks: alertAsks,
});

/** 7 ALERTS: what fires, what may, and what is held back. */
export const alertsPane: Pane = {
  ...pane,
  wants: (view, form, width) => {
    const all = pane.wants(view, form, width);
    if (form === 'full' || width >= roomy || pane.rows(view).length === 0) return all;
    return view.ui.focus === pane.id ? Math.min(all, 3) : 1;
  },
};
