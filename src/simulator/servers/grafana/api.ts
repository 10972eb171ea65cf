import type { Clock } from '../../../platform/runtime/clock.ts';
import {
  type Handler,
  okJson,
  type ParsedRequest,
  parseBody,
  type ServerReply,
} from '../http/http-server.ts';

/** An annotation of the simulated Grafana. Times are ms. */
export interface SimulatedAnnotation {
  readonly id: number;
  readonly time: number;
  timeEnd: number;
  readonly text: string;
  readonly tags: readonly string[];
}

/** A dashboard of the simulated Grafana. */
export interface SimulatedDashboard {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly folder?: string;
}

/** The instance of an alert rule. `state` in Grafana's spelling: 'Alerting', 'Normal (NoData)'. */
export interface SimulatedInstance {
  readonly rule: string;
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly activeAt: number;
}

/** The state of one simulated Grafana. */
export interface GrafanaState {
  readonly clock: Clock;
  database: 'ok' | 'failing';
  readonly dashboards: readonly SimulatedDashboard[];
  readonly instances: readonly SimulatedInstance[];
  readonly annotations: SimulatedAnnotation[];
  /** Rights of the token. */
  readonly permissions: ReadonlySet<string>;
}

/** The rights of the basic role Editor that opsdeck uses. */
export const editorRights: ReadonlySet<string> = new Set([
  'dashboards:read',
  'alert.rules:read',
  'annotations:read',
  'annotations:create',
  'annotations:write',
  'annotations:delete',
]);

const notFound: ServerReply = { status: 404, json: { message: 'Not found' } };

/** Source: Grafana 12.4, pkg/services/accesscontrol/middleware.go. */
const denied = (right: string): ServerReply => ({
  status: 403,
  json: {
    accessErrorId: 'ACE0000000000',
    message: `You'll need additional permissions to perform this action. Permissions needed: ${right}`,
    title: 'Access denied',
  },
});

const iso = (ms: number): string => new Date(ms).toISOString();

/** Interval of the rule group, in seconds. */
const groupSeconds = 60;

const rulesJson = ({ instances, clock }: GrafanaState) => ({
  status: 'success',
  data: {
    groups: [
      {
        name: 'checkout',
        file: 'Payments',
        interval: groupSeconds,
        rules: [...Map.groupBy(instances, ({ rule }) => rule)].map(([name, alerts]) => ({
          state: alerts.some(({ state }) => state === 'Alerting') ? 'firing' : 'inactive',
          name,
          query: 'A',
          duration: 60,
          health: 'ok',
          lastEvaluation: iso(Math.floor(clock.now() / (groupSeconds * 1000)) * groupSeconds * 1000),
          evaluationTime: 0.002,
          type: 'alerting',
          annotations: {},
          alerts: alerts.map(({ state, labels, summary, activeAt }) => ({
            labels: {
              alertname: name,
              grafana_folder: 'Payments',
              __alert_rule_uid__: `rule-${name}`,
              ...labels,
            },
            annotations: { summary },
            state,
            activeAt: iso(activeAt),
            value: '1e+00',
          })),
        })),
      },
    ],
  },
});

const search = ({ dashboards }: GrafanaState, { query }: ParsedRequest): ServerReply => {
  const tags = query.getAll('tag');
  const found = dashboards.filter((dashboard) => tags.every((tag) => dashboard.tags.includes(tag)));
  return okJson(
    found.map(({ uid, title, tags: own, folder }, index) => ({
      id: index + 1,
      uid,
      title,
      uri: `db/${title.toLowerCase()}`,
      url: `/d/${uid}/${title.toLowerCase().replaceAll(/\W+/g, '-')}`,
      slug: '',
      type: 'dash-db',
      tags: own,
      isStarred: false,
      ...(folder === undefined ? {} : { folderUid: 'f1', folderTitle: folder }),
    })),
  );
};

const annotationJson = ({ id, time, timeEnd, text, tags }: SimulatedAnnotation) => ({
  id,
  alertId: 0,
  alertName: '',
  dashboardId: 0,
  dashboardUID: null,
  panelId: 0,
  userId: 1,
  newState: '',
  prevState: '',
  created: time,
  updated: time,
  time,
  timeEnd,
  text,
  tags,
  login: 'ana',
  email: 'ana@example.com',
  data: {},
});

const listAnnotations = ({ annotations }: GrafanaState, { query }: ParsedRequest): ServerReply => {
  const tags = query.getAll('tags');
  const from = Number(query.get('from') ?? 0);
  const to = Number(query.get('to') ?? Number.MAX_VALUE);
  const matches = (own: readonly string[]): boolean =>
    tags.length === 0 ||
    (query.get('matchAny') === 'true'
      ? tags.some((tag) => own.includes(tag))
      : tags.every((tag) => own.includes(tag)));
  return okJson(
    annotations
      .filter((annotation) => annotation.time >= from && annotation.time <= to && matches(annotation.tags))
      .toReversed()
      .map(annotationJson),
  );
};

const addAnnotation = (state: GrafanaState, { body: written }: ParsedRequest): ServerReply => {
  const body = parseBody(written);
  if (typeof body.text !== 'string' || body.text === '')
    return {
      status: 400,
      json: { message: 'Failed to save annotation', error: 'text field should not be empty' },
    };
  const time = typeof body.time === 'number' ? body.time : state.clock.now();
  const id = (state.annotations.at(-1)?.id ?? 0) + 1;
  state.annotations.push({
    id,
    time,
    timeEnd: typeof body.timeEnd === 'number' ? body.timeEnd : time,
    text: body.text,
    tags: Array.isArray(body.tags) ? body.tags.map(String) : [],
  });
  return okJson({ message: 'Annotation added', id });
};

const oneAnnotation = (state: GrafanaState, id: string, ask: ParsedRequest): ServerReply => {
  const found = state.annotations.find((annotation) => String(annotation.id) === id);
  if (found === undefined) return { status: 404, json: { message: 'Annotation not found' } };
  if (ask.method === 'GET') return okJson(annotationJson(found));
  if (ask.method === 'DELETE') {
    state.annotations.splice(state.annotations.indexOf(found), 1);
    return okJson({ message: 'Annotation deleted' });
  }
  const { timeEnd } = parseBody(ask.body);
  if (ask.method !== 'PATCH') return notFound;
  if (typeof timeEnd === 'number') found.timeEnd = timeEnd;
  return okJson({ message: 'Annotation patched' });
};

const annotationRights: Readonly<Record<string, string>> = {
  GET: 'annotations:read',
  POST: 'annotations:create',
  PATCH: 'annotations:write',
  DELETE: 'annotations:delete',
};

const annotationPages = (state: GrafanaState, id: string | undefined, ask: ParsedRequest): ServerReply => {
  const right = annotationRights[ask.method] ?? '';
  if (!state.permissions.has(right)) return denied(right);
  if (id !== undefined) return oneAnnotation(state, id, ask);
  return ask.method === 'POST' ? addAnnotation(state, ask) : listAnnotations(state, ask);
};

/** Handles the parts of Grafana's HTTP API that opsdeck uses. Tokens are not verified, except for their rights. */
export const grafanaHandler =
  (state: GrafanaState): Handler =>
  (ask) => {
    const [root, first, ...rest] = ask.path;
    if (root !== 'api') return notFound;
    if (first === 'annotations') return annotationPages(state, rest[0], ask);
    if (ask.method !== 'GET') return notFound;
    const { permissions, database, dashboards } = state;
    const guarded = (right: string, answer: () => ServerReply): ServerReply =>
      permissions.has(right) ? answer() : denied(right);
    const pages: Readonly<Record<string, () => ServerReply>> = {
      health: () => ({
        status: database === 'ok' ? 200 : 503,
        json: { commit: 'embedded', database, version: '12.4.0' },
      }),
      search: () => guarded('dashboards:read', () => search(state, ask)),
      'prometheus/grafana/api/v1/rules': () => guarded('alert.rules:read', () => okJson(rulesJson(state))),
      'access-control/user/permissions': () =>
        okJson(Object.fromEntries([...permissions].map((right) => [right, ['*']]))),
    };
    const page = pages[[first, ...rest].join('/')];
    if (page !== undefined) return page();
    const [kind, uid] = rest;
    if (first !== 'dashboards' || kind !== 'uid' || !dashboards.some((dashboard) => dashboard.uid === uid))
      return { status: 404, json: { message: 'Dashboard not found' } };
    return okJson({
      dashboard: { uid, title: dashboards.find((dashboard) => dashboard.uid === uid)?.title },
    });
  };
