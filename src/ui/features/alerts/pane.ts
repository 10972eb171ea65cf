import { dashboardLink, incidentWindow } from '../../../domain/facts/dashboard-link.ts';
import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { type RenderContext, toWallTime, wallNow } from '../../shell/contract/render-context.ts';
import { multipleMarkedReason } from '../../shell/keys/mark-keys.ts';
import { maskForExport } from '../../shell/output/clipboard.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { TitleCount } from '../../shell/panes/glance.ts';
import { type NoteRequest, renderNotes } from '../../shell/panes/note-lines.ts';
import { type ProblemDescriber, staleSeenText } from '../../shell/panes/problem.ts';
import { ageSince, compareByLabel } from '../../shell/panes/ranking.ts';
import { severityLabel } from '../../shell/panes/severity.ts';
import { startBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { faultStyle } from '../../shell/state/fault-text.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { linkedPage } from '../runbook-matching/linked-page.ts';
import { linkedRunbook } from '../runbook-matching/listed-runbooks.ts';
import { actionsForRow, proposeAction, type RowAction } from '../runbook-matching/row-actions.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import { alertColumns, alertMarker, alertOverviewColumns, alikeAlerts } from './columns.ts';
import type { AlertRow } from './rows.ts';
import { compareAlertState, selectAlertRows, unreachableEnvironmentFaults } from './rows.ts';

const envOf = (view: RenderContext, env: string) => (env === '' ? view.own : view.others.get(env));

/** Requests the rule and the silences of an alert, read on demand; open environment only. */
const alertNoteRequests = (view: RenderContext, { env }: AlertRow): readonly NoteRequest[] =>
  env !== ''
    ? []
    : Object.entries(view.own?.facts.frame.sources ?? {}).flatMap(([source, { type }]) => {
        if (type === 'prometheus') return [{ source, name: 'rules' }];
        return type === 'alertmanager' ? [{ source, name: 'silences' }] : [];
      });

const noteLines = (view: RenderContext, row: AlertRow): readonly StyledLine[] =>
  alertNoteRequests(view, row).flatMap((ask) =>
    renderNotes(view, `${ask.source} ${ask.name} for this alert`, ask, ({ title }) =>
      title.includes(row.fact.name),
    ),
  );

/** The sources of an alert: 'am, seen 2s ago · also prom: firing, seen 4s ago'. */
const sourcesText = ({ now }: RenderContext, { fact, otherEnvironments: also }: AlertRow): string =>
  [
    `${fact.source}, seen ${formatAge(now - fact.at)} ago`,
    ...also.map(
      ({ fact: other }) => `also ${other.source}: ${other.state}, seen ${formatAge(now - other.at)} ago`,
    ),
  ].join(' · ');

/** True if an alert fires in Prometheus but is missing in Alertmanager, so no notification is sent. */
const isLost = (view: RenderContext, { fact, otherEnvironments: also, env }: AlertRow): boolean => {
  const sources = envOf(view, env)?.facts.frame.sources ?? {};
  const isManager = (source: string): boolean => sources[source]?.type === 'alertmanager';
  // Incidents of PagerDuty and alerts of Grafana take other ways.
  const isOfPrometheus = sources[fact.source]?.type === 'prometheus';
  const alerts = envOf(view, env)?.snapshot.kinds.alerts;
  return (
    fact.state === 'firing' &&
    isOfPrometheus &&
    alerts?.faults.length === 0 &&
    alerts.waiting === 0 &&
    Object.values(sources).some(({ type }) => type === 'alertmanager') &&
    ![fact, ...also.map((row) => row.fact)].some(({ source }) => isManager(source))
  );
};

const head = (view: RenderContext, row: AlertRow): StyledLine => {
  const { pen, now } = view;
  const { fact, since } = row;
  const label = fact.severity === '' ? 'no severity' : `severity ${fact.severity}`;
  const severity = row.severity === undefined ? label : `${label} (${severityLabel(row.severity)})`;
  const duration =
    since === undefined
      ? ''
      : ` · since ${formatClockTime(toWallTime(view, since))}, ${formatStateAge(row, now)} ago`;
  return [
    pen.run(` ${fact.name}`, 'bold'),
    pen.run(
      `  ${row.env === '' ? '' : `${row.env} · `}${fact.state}, ${severity}${duration} · ${sourcesText(view, row)}`,
      'faint',
    ),
  ];
};

/** The panel of an alert with the time of its incident and its labels as variables; undefined if its rule names none. */
const panelLink = (view: RenderContext, { fact, since }: AlertRow): string | undefined =>
  fact.panelUrl === undefined
    ? undefined
    : dashboardLink(
        fact.panelUrl,
        incidentWindow(
          toWallTime(view, since ?? view.now),
          view.past === undefined ? undefined : wallNow(view),
        ),
        fact.labels,
      );

/** The address of the panel: terminals make it clickable. */
const panelLines = (view: RenderContext, row: AlertRow): readonly StyledLine[] => {
  const link = panelLink(view, row);
  if (link === undefined) return [];
  const { pen, columns, cockpit } = view;
  return [
    [pen.run(`   panel at the time of the alert · ${boundKey(cockpit, 'alert.panel', 'u')} copies`, 'faint')],
    ...pen.wrap(link, columns - 8).map((piece): StyledLine => [pen.run(`     ${piece}`)]),
  ];
};

/** Wraps a text of the rule below a line of the details. */
const wrappedLines = ({ pen, columns }: RenderContext, text: string): readonly StyledLine[] =>
  pen.wrap(text, Math.max(1, columns - 8)).map((piece): StyledLine => [pen.run(`     ${piece}`)]);

const descriptionLines = (view: RenderContext, { fact: { description } }: AlertRow): readonly StyledLine[] =>
  description === undefined ? [] : wrappedLines(view, description);

/** Where the page of an address is read. */
const pageText = (view: RenderContext, url: string): string => {
  const page = linkedPage(view, url);
  if (page?.is === 'several')
    return `${page.count} pages of the runbook folders match this address: open the right one yourself`;
  if (page?.is === 'file') return `page ${page.page.path} of ${page.page.folder}`;
  if (page?.is === 'address') return 'opsdeck requests the page only when you open the page';
  return view.cockpit.open?.runbookPages === undefined
    ? 'not in this profile: open the address, or draft a runbook: opsdeck import FILE.md'
    : 'neither in this profile nor in the runbook folders: open the address';
};

/** The runbook that the rule links, and whether it is in the profile: enter opens only that one, never another. */
const linkedRunbookLines = (view: RenderContext, row: AlertRow): readonly StyledLine[] => {
  const { runbookUrl } = row.fact;
  if (runbookUrl === undefined) return [];
  const linked = linkedRunbook(view, runbookUrl);
  const how = linked === undefined ? pageText(view, runbookUrl) : `runbook ${linked} of this profile`;
  return [[view.pen.run(`   runbook_url · ${how}`, 'faint')], ...wrappedLines(view, runbookUrl)];
};

/** Where an alert of another environment is handled. */
const environmentLines = ({ pen, cockpit }: RenderContext, { env }: AlertRow): readonly StyledLine[] =>
  env === ''
    ? []
    : [[pen.run(`   environment ${env} · ${boundKey(cockpit, 'environment', 'e')} opens it`, 'faint')]];

/** Renders the details of the selected alert; opened: labels, summary and notes of its sources. */
const alertDetails = (view: RenderContext, row: AlertRow, opened: boolean): readonly StyledLine[] => {
  const { pen } = view;
  if (!opened) return [head(view, row)];
  const longest = Math.max(0, ...Object.keys(row.fact.labels).map((name) => name.length));
  const labels = Object.entries(row.fact.labels).map(
    ([name, value]): StyledLine => [
      pen.run(`   ${name.padEnd(longest)}  `, 'faint'),
      pen.run(pen.maskField(value, name)),
    ],
  );
  const lost: readonly StyledLine[] = isLost(view, row)
    ? [[pen.run('   firing in Prometheus but missing in Alertmanager: no notification is sent', 'warn')]]
    : [];
  const summary = row.fact.summary === '' ? [] : [[pen.run(`   ${row.fact.summary}`)]];
  return [
    head(view, row),
    ...summary,
    ...descriptionLines(view, row),
    ...linkedRunbookLines(view, row),
    ...environmentLines(view, row),
    ...lost,
    ...labels,
    ...panelLines(view, row),
    ...noteLines(view, row),
  ];
};

const silenceSource = ({ runbook }: RunbookSuggestion): string | undefined =>
  runbook.act.map(({ use }) => /^(.+)\.silence$/.exec(use ?? '')?.[1]).find((source) => source !== undefined);

/** The runbook action that silences an alert, preferably in the alert's own source. */
const silenceAction = ({ row, view }: KeyContext): RowAction | undefined => {
  const { subject } = row ?? {};
  if (subject?.kind !== 'alerts') return undefined;
  const actions = actionsForRow(view.cockpit, subject).filter(
    ({ suggestion }) => silenceSource(suggestion) !== undefined,
  );
  return actions.find(({ suggestion }) => silenceSource(suggestion) === subject.fact.source) ?? actions[0];
};

/** The reason why no alert can be silenced: no Alertmanager, or its problem. */
const silenceUnavailableReason = ({ own }: RenderContext): string => {
  const entries = Object.entries(own?.facts.frame.sources ?? {}).filter(
    ([, { type }]) => type === 'alertmanager',
  );
  const [first] = entries;
  if (first === undefined) return 'this profile has no Alertmanager, so alerts cannot be silenced';
  const [id, { problem }] = first;
  return problem === undefined
    ? `${id}: the source is still loading, so alerts cannot be silenced yet`
    : `${id} is unavailable: ${problem.message}`;
};

/** The name of the selected alert's environment if it is not the open one. */
const otherEnvironment = ({ row, view }: KeyContext): string | undefined => {
  const env = selectAlertRows(view).find(({ key }) => key === row?.key)?.env;
  return env === undefined || env === '' ? undefined : env;
};

/** The row of the selected alert. */
const selectedAlert = ({ row, view }: KeyContext): AlertRow | undefined =>
  selectAlertRows(view).find(({ key }) => key === row?.key);

const panelKey: Binding = {
  id: 'alert.panel',
  keys: ['u'],
  description: 'copy the link to the Grafana panel of the alert, with time range and variables',
  whyNot: (context) => {
    const row = selectedAlert(context);
    if (row === undefined) return 'no alert is selected: move the cursor to an alert';
    return row.fact.panelUrl === undefined
      ? `the rule of ${row.fact.name} is not linked to a panel of a Grafana source`
      : undefined;
  },
  run: (context) => {
    const row = selectedAlert(context);
    const link = row === undefined ? undefined : panelLink(context.view, row);
    if (link === undefined) return;
    const text = maskForExport(context.view, link);
    context.copy(text);
    context.notify(
      `copied the link to the panel: ${Buffer.byteLength(text)} bytes sent to the terminal clipboard`,
    );
  },
};

/** The keys of 7 Alerts. */
const alertKeys: readonly Binding[] = [
  panelKey,
  {
    id: 'alert.silence',
    keys: ['S'],
    description: 'silence the alert for a duration and a reason that you type',
    footer: 'silence',
    danger: 'safe',
    whyNot: (context) => {
      const { subject } = context.row ?? {};
      const several = multipleMarkedReason(context);
      if (several !== undefined) return several;
      const environment = otherEnvironment(context);
      if (environment !== undefined)
        return `this alert belongs to ${environment}: press ${boundKey(context.view.cockpit, 'environment', 'e')} to switch to ${environment}`;
      if (subject?.kind !== 'alerts') return 'no alert is selected: move the cursor to an alert';
      if (subject.fact.state === 'silenced') return 'already silenced';
      const action = silenceAction(context);
      return action === undefined
        ? silenceUnavailableReason(context.view)
        : startBlockedReason(context.view.cockpit, action.suggestion.runbook);
    },
    run: (context) => {
      const action = silenceAction(context);
      if (action !== undefined) proposeAction(context, action);
    },
  },
];

/** 'FIRING · burns 14× the budget' */
const alertProblem: ProblemDescriber<AlertRow> = {
  describe: (view, { fact, row }) =>
    `${staleSeenText(view, fact.at, row.stale)}${[fact.state.toUpperCase(), fact.summary].filter((part) => part !== '').join(' · ')}`,
  start: (row) => row,
};

/** The alerts per state: '✗ 2 FIRING  ▲ 1 PENDING  ○ 1 SILENCED'. */
const countsByState = (rows: readonly AlertRow[]): readonly TitleCount[] =>
  [...Map.groupBy(rows, ({ fact }) => fact.state)].flatMap(([state, members]) =>
    members
      .slice(0, 1)
      .map((first) => ({ ...alertMarker(first), count: members.length, word: state.toUpperCase() })),
  );

/** Faults of other environments, 'staging: denied …': their alerts are unknown rather than absent. */
const otherEnvironmentFaults = (view: RenderContext): readonly StyledLine[] =>
  unreachableEnvironmentFaults(view).map(({ env, fault }): StyledLine => {
    const { glyph, role } = faultStyle(fault.kind);
    return [view.pen.run(' '), view.pen.glyph(glyph, role), view.pen.run(` ${env}: ${fault.message}`, role)];
  });

const memoizedOwn = memoizePerObject<readonly AlertRow[]>();

/** The alerts of the open environment. */
const ownAlertRows = (view: RenderContext): readonly AlertRow[] => {
  const rows = selectAlertRows(view);
  return memoizedOwn(rows, [], () => rows.filter(({ env }) => env === ''));
};

/** 7 Alerts: firing, acknowledged, pending, silenced and inhibited alerts. */
export const alertsPane = defineKindPane<AlertRow>({
  id: 'alerts',
  key: '7',
  title: 'Alerts',
  noun: 'alerts',
  kind: 'alerts',
  keys: alertKeys,
  rows: selectAlertRows,
  findingRows: ownAlertRows,
  problem: alertProblem,
  orders: [
    { name: 'by name', compare: compareByLabel },
    { name: 'by state', compare: compareAlertState },
    { name: 'newest first', column: 'FOR', value: ageSince },
    { name: 'longest first', column: 'FOR', value: ageSince, largestFirst: true },
  ],
  // A silenced or inhibited alert needs no attention, whatever its level is.
  isCounted: ({ isSuppressed }) => !isSuppressed,
  stateCounts: countsByState,
  table: (view, form, width) => (form === 'full' ? alertColumns(view) : alertOverviewColumns(view, width)),
  alikeKey: alikeAlerts,
  details: alertDetails,
  cell: (view, { env, fact }) => {
    const of = envOf(view, env);
    const name = env === '' ? (view.cockpit.open?.env ?? '') : env;
    return of === undefined ? { env: name } : { env: name, shown: { subject: { kind: 'alerts', fact }, of } };
  },
  below: renderRelatedSignals,
  extraLines: otherEnvironmentFaults,
  noteRequests: alertNoteRequests,
});
