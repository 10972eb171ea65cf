import type { AlertState } from '../../kinds/alerts/fact.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import {
  alertDescription,
  alertRunbook,
  alertSummary,
  field,
  goList,
  list,
  number,
  parseRfc3339,
  stringMapOf,
  text,
} from '../kit/values/wire-value.ts';

/** Parsers of Grafana's HTTP API. Source: Grafana documentation 12.4, HTTP API reference. */

const malformed = (what: string): WireError =>
  new WireError('malformed', `the response of Grafana is not ${what}. Check url of the source`);

/** The answer of /api/health. */
export interface GrafanaHealth {
  readonly database: string;
  readonly version: string;
}

/** Parses /api/health, also of a 503. Throws `malformed` without the state of the database. */
export const parseHealth = (body: unknown): GrafanaHealth => {
  const database = text(field(body, 'database'));
  if (database === undefined) throw malformed('the health of the database');
  return { database, version: text(field(body, 'version')) ?? '' };
};

/** An alert instance of a Grafana-managed rule. */
export interface GrafanaAlert {
  readonly name: string;
  readonly severity: string;
  readonly state: AlertState;
  /** Ms since the epoch by the server's clock. */
  readonly activeAt?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description?: string;
  readonly runbookUrl?: string;
  /** Path of the panel that the rule is linked to: '/d/UID?viewPanel=4'. */
  readonly panelPath?: string;
}

/** Meaning of an instance state; other states are normal. Source: Grafana docs, alert instance states. */
const instanceStates: Readonly<Record<string, { readonly state: AlertState; readonly note: string }>> = {
  alerting: { state: 'firing', note: '' },
  pending: { state: 'pending', note: '' },
  recovering: { state: 'firing', note: 'recovering' },
  nodata: {
    state: 'firing',
    note: 'the query of the rule returns no data. Check the query in Grafana',
  },
  error: {
    state: 'firing',
    note: 'Grafana cannot evaluate the rule. See the error of the rule in Grafana',
  },
};

/**
 * The panel that a rule is linked to, or its dashboard. Source: Grafana documentation 12.4, annotations `__dashboardUid__` and
 * `__panelId__` of an alert rule.
 */
const panelOf = (annotations: unknown): { readonly panelPath?: string } => {
  const uid = text(field(annotations, '__dashboardUid__')) ?? '';
  const panel = text(field(annotations, '__panelId__')) ?? '';
  if (!/^[\w-]{1,40}$/.test(uid)) return {};
  return { panelPath: `/d/${uid}${/^\d+$/.test(panel) ? `?viewPanel=${panel}` : ''}` };
};

const alertOf = (rule: unknown, instance: unknown): readonly GrafanaAlert[] => {
  // 'Normal (NoData)': the rule maps the reason to a normal state.
  const word = (text(field(instance, 'state')) ?? '').split(' ')[0]?.toLowerCase() ?? '';
  const known = Object.hasOwn(instanceStates, word) ? instanceStates[word] : undefined;
  if (known === undefined) return [];
  const { alertname, ...all } = stringMapOf(field(instance, 'labels'));
  // Labels with two underscores are internal to Grafana.
  const labels = Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith('__')));
  const annotations = field(instance, 'annotations') ?? field(rule, 'annotations');
  const activeAt = parseRfc3339(field(instance, 'activeAt'));
  const summary = alertSummary(annotations);
  return [
    {
      name: alertname ?? text(field(rule, 'name')) ?? '',
      severity: labels.severity ?? '',
      state: known.state,
      labels,
      summary: [known.note, summary].filter((part) => part !== '').join(' · '),
      ...alertDescription(annotations),
      ...alertRunbook(annotations),
      ...panelOf(field(rule, 'annotations')),
      ...panelOf(annotations),
      ...(activeAt === undefined || activeAt <= 0 ? {} : { activeAt }),
    },
  ];
};

/** Parses the alerts of /api/prometheus/grafana/api/v1/rules. Throws `malformed` when it has no groups. */
export const parseRuleAlerts = (body: unknown): readonly GrafanaAlert[] => {
  const groups = field(field(body, 'data'), 'groups');
  if (!Array.isArray(groups)) throw malformed('a list of alert rules');
  return groups
    .flatMap((group) => goList(field(group, 'rules'), 'rules'))
    .flatMap((rule) => list(field(rule, 'alerts')).flatMap((instance) => alertOf(rule, instance)));
};

/** A dashboard of /api/search. */
export interface FoundDashboard {
  readonly uid: string;
  readonly title: string;
  /** Path on the server: '/d/UID/SLUG'. */
  readonly path: string;
  readonly folder: string;
  readonly tags: readonly string[];
}

const texts = (value: unknown): readonly string[] => list(value).flatMap((element) => text(element) ?? []);

/** Parses a page of /api/search. Throws `malformed` when it is not a list. */
export const parseDashboards = (body: unknown): readonly FoundDashboard[] => {
  if (!Array.isArray(body)) throw malformed('a list of dashboards');
  return body.flatMap((value): readonly FoundDashboard[] => {
    const uid = text(field(value, 'uid'));
    const path = text(field(value, 'url'));
    if (uid === undefined || path === undefined) return [];
    return [
      {
        uid,
        path,
        title: text(field(value, 'title')) ?? uid,
        folder: text(field(value, 'folderTitle')) ?? '',
        tags: texts(field(value, 'tags')),
      },
    ];
  });
};

/** An annotation. Times are ms since the epoch by the server's clock. */
export interface Annotation {
  readonly id: number;
  readonly time: number;
  /** The end of a region; absent for a point. */
  readonly timeEnd?: number;
  readonly text: string;
  readonly tags: readonly string[];
  readonly by: string;
}

/** Parses one annotation. Throws `malformed` without an id or a time. */
export const parseAnnotation = (body: unknown): Annotation => {
  const id = number(field(body, 'id'));
  const time = number(field(body, 'time'));
  const timeEnd = number(field(body, 'timeEnd'));
  if (id === undefined || time === undefined) throw malformed('an annotation');
  return {
    id,
    time,
    ...(timeEnd === undefined || timeEnd <= time ? {} : { timeEnd }),
    text: text(field(body, 'text')) ?? '',
    tags: texts(field(body, 'tags')),
    by: text(field(body, 'login')) ?? '',
  };
};

/** Parses /api/annotations, oldest first. Throws `malformed` when it is not a list. */
export const parseAnnotations = (body: unknown): readonly Annotation[] => {
  if (!Array.isArray(body)) throw malformed('a list of annotations');
  return body.map(parseAnnotation).toSorted((a, b) => a.time - b.time || a.id - b.id);
};

/** Parses the permissions of the token: actions with their scopes. Throws `malformed` when it is no map. */
export const parsePermissions = (body: unknown): ReadonlySet<string> => {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw malformed('a map of permissions');
  return new Set(Object.keys(body));
};
