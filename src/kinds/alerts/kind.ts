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
  severity: id('the alert rule gives the alert this value in the severity label', (f) => f.severity),
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

/** Lists the alerts of Prometheus and Alertmanager, and the incidents of PagerDuty. */
export const alerts = defineKind<Alert, typeof fields>({
  name: 'alerts',
  says: 'Lists the alerts of Prometheus and Alertmanager, and the incidents of PagerDuty',
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
      critical: 'the alert fires with the severity critical',
      page: 'the alert fires with the severity page',
      p0: 'the alert fires with the severity p0',
      p1: 'the alert fires with the severity p1',
      none: 'the alert is not a problem: the rule is a watchdog that always fires, or only mutes other alerts',
      firing: 'the alert fires with a severity that is not critical',
      acknowledged: 'a person has acknowledged the incident, but the incident is not resolved yet',
      pending: 'the condition of the rule is true, but not yet for long enough to fire',
      silenced: 'a silence mutes the notifications of the alert',
      inhibited: 'another firing alert mutes the notifications of this alert',
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
