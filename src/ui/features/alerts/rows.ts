import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import { levelRank } from '../../../domain/facts/level.ts';
import type { Severity } from '../../../domain/facts/severity.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { type PossibleStart, startOf } from '../../../domain/facts/state-start.ts';
import { alertMention } from '../../../expressions/condition-match.ts';
import type { Alert, AlertState } from '../../../kinds/alerts/fact.ts';
import { aboutLabels, type MergedAlert, mergedAlerts } from '../../../kinds/alerts/merged-alerts.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { compareByLabel } from '../../shell/panes/ranking.ts';
import { rowSeverity, urgencyRank } from '../../shell/panes/severity.ts';
import { memoizeReads, readAs } from '../../shell/state/tracked-reads.ts';

/** One alert. */
export interface AlertRow extends PaneRow, PossibleStart {
  readonly fact: Alert;
  readonly row: Row<'alerts'>;
  /** The same alert as reported by other sources. */
  readonly otherEnvironments: readonly Row<'alerts'>[];
  /** The environment of the alert; '' for the open one. */
  readonly env: string;
  /** True if silenced or inhibited: no notification is sent. */
  readonly isSuppressed: boolean;
  /** The affected object, from the most specific label. */
  readonly entity: string;
  /** The owner or team; '' without such a label. */
  readonly owner: string;
  /** Severity according to the profile of the open environment. */
  readonly severity?: Severity;
}

const states: readonly AlertState[] = ['firing', 'acknowledged', 'pending', 'silenced', 'inhibited'];

const ownerLabels = ['owner', 'team'];

const firstOf = (labels: Alert['labels'], names: readonly string[]): string =>
  names.map((name) => labels[name]).find((value) => value !== undefined && value !== '') ?? '';

/** The labels that no other column shows, as 'name=value'. Values pass through `mask`. */
export const remainingLabels = (
  { labels }: Alert,
  mask: (value: string, name: string) => string,
): readonly string[] => {
  const shownLabels = [firstLabel(labels, aboutLabels), firstLabel(labels, ownerLabels), 'severity'];
  return Object.entries(labels)
    .filter(([name]) => !shownLabels.includes(name))
    .map(([name, value]) => `${name}=${mask(value, name)}`);
};

const firstLabel = (labels: Alert['labels'], names: readonly string[]): string | undefined =>
  names.find((name) => labels[name] !== undefined && labels[name] !== '');

/** Orders by state: firing, acknowledged, pending, silenced, inhibited; then oldest first. */
export const compareAlertState = (a: AlertRow, b: AlertRow): number =>
  states.indexOf(a.fact.state) - states.indexOf(b.fact.state) ||
  (a.since ?? Number.MAX_VALUE) - (b.since ?? Number.MAX_VALUE);

/** True for a suppressed alert that defines no incident: it comes last, and several of them are one line. */
export const isHeldBack = ({ isSuppressed, isNotable }: AlertRow): boolean =>
  isSuppressed && isNotable !== true;

/** Default order: open environment first, suppressed alerts last, then by urgency, level, state and name. */
const compareAlerts = (a: AlertRow, b: AlertRow): number =>
  Number(a.env !== '') - Number(b.env !== '') ||
  Number(isHeldBack(a)) - Number(isHeldBack(b)) ||
  urgencyRank(a.severity, a.level) - urgencyRank(b.severity, b.level) ||
  levelRank[b.level] - levelRank[a.level] ||
  states.indexOf(a.fact.state) - states.indexOf(b.fact.state) ||
  compareByLabel(a, b);

/**
 * True for an inhibited alert that a runbook which matches now names: it defines the incident, and another alert only takes its
 * notification.
 */
const definesIncident = ({ cockpit }: RenderContext, fact: Alert): boolean =>
  fact.state === 'inhibited' &&
  cockpit.suggestions.some(
    ({ fits, runbook: { when } }) =>
      fits === 'yes' && when !== undefined && alertMention(when, fact) === 'of this',
  );

/** Creates the row of an alert. `env`: '' for the open environment; only its alerts have actions. */
const rowOf = ({ row, also }: MergedAlert, env: string, view: RenderContext): AlertRow => {
  const { fact, key, level } = row;
  const about = firstOf(fact.labels, aboutLabels);
  const owner = firstOf(fact.labels, ownerLabels);
  // The source knows when the alert began.
  const start = fact.since === undefined ? startOf(row) : { since: fact.since };
  const subject = env === '' ? { kind: 'alerts' as const, fact } : undefined;
  const base = {
    key: env === '' ? key : `${env}:${key}`,
    level,
    label: about === '' ? fact.name : `${fact.name} · ${about}`,
    ...defined({ subject }),
  };
  const severity = rowSeverity(view.cockpit, { ...base, text: '' });
  const searchable = [
    fact.name,
    fact.state,
    fact.severity,
    severity?.id ?? '',
    fact.summary,
    env,
    ...Object.values(fact.labels),
  ];
  return {
    ...base,
    text: searchable.join(' '),
    fact,
    row,
    otherEnvironments: also,
    env,
    isSuppressed: fact.state === 'silenced' || fact.state === 'inhibited',
    ...(env === '' && definesIncident(view, fact) ? { isNotable: true } : {}),
    entity: about,
    owner,
    ...start,
    ...defined({ severity }),
  };
};

const rowsOf = (
  environmentView: EnvironmentView | undefined,
  env: string,
  view: RenderContext,
): readonly AlertRow[] => {
  if (environmentView === undefined) return [];
  const { sources } = environmentView.facts.frame;
  const merged = mergedAlerts(
    environmentView.snapshot.kinds.alerts.rows,
    (source) => sources[source]?.type === 'alertmanager',
  );
  return merged.map((alert) => rowOf(alert, env, view));
};

/** Without other environments, the overview and the full pane have the same rows. */
const hasOthers = ({ ui, others }: RenderContext): boolean => others.size > 0 && ui.place !== 'overview';

/** The other environments whose alerts are shown; none in the overview. */
const otherEnvironments = (view: RenderContext): readonly (readonly [string, EnvironmentView])[] =>
  readAs(view, hasOthers) ? [...view.others] : [];

/** The alerts of the open environment and, in the full pane, of the others. */
export const selectAlertRows = memoizeReads((view): readonly AlertRow[] =>
  [
    ...rowsOf(view.own, '', view),
    ...otherEnvironments(view).flatMap(([env, environmentView]) => rowsOf(environmentView, env, view)),
  ].toSorted(compareAlerts),
);

/** The faults that hide alerts of other environments, at most one per environment. */
export const unreachableEnvironmentFaults = (
  view: RenderContext,
): readonly { readonly env: string; readonly fault: Fault }[] =>
  otherEnvironments(view).flatMap(([env, { snapshot }]) =>
    snapshot.kinds.alerts.faults.slice(0, 1).map((fault) => ({ env, fault })),
  );

/** True if alerts of several environments are shown. */
export const hasSeveralEnvironments = (view: RenderContext): boolean =>
  otherEnvironments(view).some(([, { snapshot }]) => {
    const { isProvided, faults, rows } = snapshot.kinds.alerts;
    return isProvided || faults.length > 0 || rows.length > 0;
  });
