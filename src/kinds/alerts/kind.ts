import { labelParts } from '../../domain/facts/snapshot.ts';
import { distinguishingLabels, joinParts } from '../define/check-words.ts';
import { type CheckTextLine, defineKind, type JsonRow } from '../define/define-kind.ts';
import { fieldsOf } from '../define/fields.ts';
import { namesByLabels } from '../define/log-names.ts';
import { optional } from '../define/shared-fields.ts';
import type { Alert } from './fact.ts';
import { alertSubject, mergedRows } from './merged-alerts.ts';

const { id, state, text, time, list } = fieldsOf<Alert>();

const fields = {
  name: id('alert name', (f) => f.name),
  severity: id('severity label of the rule', (f) => f.severity),
  state: state('alert state', 'firing acknowledged pending silenced inhibited', (f) => f.state),
  since: time('start time', (f) => f.since),
  labels: list(
    'labels: "team=shop"',
    (f) => Object.entries(f.labels).map(([name, value]) => `${name}=${value}`),
    (f) => f.labels,
  ),
  summary: text('one-line summary', (f) => f.summary),
};

type AlertJson = JsonRow<typeof fields>;

/** Detects an Alertmanager: only it has silences and inhibitions, and it has no pending alerts. */
const managesAlerts = (alerts: readonly AlertJson[], source: string): boolean =>
  alerts.some((row) => row.source === source && (row.state === 'silenced' || row.state === 'inhibited'));

/** Lists each alert once, although several servers report it; alerts of one name get their distinguishing labels. */
const alertLines = (alerts: readonly AlertJson[]): readonly CheckTextLine<AlertJson>[] => {
  const merged = mergedRows(alerts, (source) => managesAlerts(alerts, source));
  const byName = distinguishingLabels(merged, ({ name }) => name);
  return merged.map((row) => {
    const own = byName.get(row.name);
    const about = own === undefined ? alertSubject(row.labels) : Object.values(own(row.labels)).join(' · ');
    const { state, severity, summary } = row;
    return { row, words: { name: joinParts(row.name, about), state, details: [severity, summary] } };
  });
};

const isSilent = ({ severity }: Alert): boolean => /^none$/i.test(severity);

/** Alerts from Prometheus and Alertmanager, and incidents from PagerDuty. */
export const alerts = defineKind<Alert, typeof fields>({
  name: 'alerts',
  says: 'Alerts from Prometheus and Alertmanager, and incidents from PagerDuty',
  fields,
  state: (f) => f.state,
  beganAt: (f) => f.since,
  levels: {
    words: {
      critical: 'crit',
      page: 'crit',
      p0: 'crit',
      p1: 'crit',
      none: 'ok',
      firing: 'warn',
      acknowledged: 'warn',
      pending: 'warn',
    },
    // The severity counts only while the alert fires: a silenced one is quiet, and a person works on an acknowledged one.
    of: (f) => (f.state === 'firing' || isSilent(f) ? [f.severity, f.state] : [f.state]),
    decides: 'first',
    meanings: {
      critical: 'the alert fires, and the rule has this severity',
      page: 'the alert fires, and the rule has this severity',
      p0: 'the alert fires, and the rule has this severity',
      p1: 'the alert fires, and the rule has this severity',
      none: 'the rule notifies of nothing: a watchdog that always fires, an inhibitor',
      firing: 'the alert fires with a severity that is not critical',
      acknowledged: 'a person has acknowledged the incident, which is not resolved',
      pending: 'the condition is true, but not yet for as long as the rule requires',
      silenced: 'a silence mutes the alert',
      inhibited: 'another alert mutes this one',
    },
  },
  inHeader: false,
  identity: (f) => [f.name, ...labelParts(f.labels)],
  label: (f) => f.name,
  labels: (f) => f.labels,
  choice: (f) => joinParts(f.state, f.summary),
  lines: alertLines,
  belongsTo: (f) => alertSubject(f.labels),
  logNames: (f) => namesByLabels(f.name, f.labels),
  shared: {
    labels: 'labels',
    description: optional('text'),
    suppressedBy: optional('text'),
    runbookUrl: optional('text'),
    panelUrl: optional('text'),
  },
});
