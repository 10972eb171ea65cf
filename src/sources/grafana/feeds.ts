import type { Sample } from '../../domain/facts/facts.ts';
import type { RecentChange } from '../../domain/facts/journal.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import type { Dashboard } from '../../kinds/dashboards/fact.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { urlUnder } from '../../platform/network/url-under.ts';
import { serverHealthFeed } from '../kit/contract/client-feed.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import type { Feed, SignalRequest, Source } from '../kit/contract/source.ts';
import type { JsonApi } from '../kit/operations/json-api.ts';
import { createAlertRulesReader } from '../kit/values/alert-rules.ts';
import { field } from '../kit/values/wire-value.ts';
import {
  annotationsSincePath,
  dashboardsPath,
  type GrafanaClient,
  healthPath,
  ruleStatesPath,
} from './client.ts';
import { grafanaReadSchema } from './config.ts';
import {
  type Annotation,
  type GrafanaHealth,
  parseDashboards,
  parseHealth,
  parseRuleAlerts,
} from './parse.ts';

/** Dashboards change rarely. */
const dashboardsEveryMs = 600_000;

/** Parses the report, which is a 503 when the database fails. Throws WireError. */
const reportOf = (api: JsonApi, answer: HttpAnswer): GrafanaHealth => {
  if (answer.status === 503)
    try {
      return parseHealth(answer.json());
    } catch {
      // The page of a proxy: its status counts.
    }
  return parseHealth(api.body(answer));
};

/** The health of Grafana itself: without a database it shows no dashboard. */
export const healthFeed = ({ source, config, api }: GrafanaClient, env: string): Feed => {
  const failed = (error: unknown) => {
    const fault = api.fault(healthPath, error);
    return { fault, why: fault.message.replace(/^\S+ \S+: /, '') };
  };
  const client = { source, env, service: config.service, config, now: () => api.now(), failed };
  return serverHealthFeed(client, async (signal) => {
    const answer = await api.endpoint.get(healthPath, signal);
    const { database } = reportOf(api, answer);
    const isOk = database === 'ok';
    return {
      status: isOk ? 'up' : 'down',
      detail: isOk ? '' : `database ${database}`,
      latencyMs: answer.latencyMs,
      httpStatus: answer.status,
      components: [{ name: 'database', status: database }],
    };
  });
};

/** Firing and pending alerts of Grafana-managed rules. */
export const ruleAlertsFeed = (client: GrafanaClient, signals: readonly SignalRequest[]): Feed => {
  const { source, config, api } = client;
  const reads = signals.map(({ id, read }) => ({ id, read: grafanaReadSchema.parse(read) }));
  const readRules = createAlertRulesReader();
  return {
    id: `${source}/alerts`,
    source,
    name: 'alerts',
    kind: 'alerts',
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    readsAlertRules: true,
    ...(reads.length === 0 ? {} : { signals: reads.map(({ id }) => id) }),
    read: async (signal): Promise<Reading<Alert>> => {
      const askedAt = api.now();
      try {
        const body = await api.read(ruleStatesPath, signal);
        const alerts = parseRuleAlerts(body);
        const rules = readRules(field(body, 'data'), { askedAt, toClock: api.toClock });
        const stamp = { source, at: api.now() };
        const samples = reads.map(
          ({ id, read }): Sample => ({
            ...stamp,
            signal: id,
            labels: {},
            value: alerts.filter(
              ({ state, labels }) =>
                state === read.alerts && (read.folder === undefined || labels.grafana_folder === read.folder),
            ).length,
          }),
        );
        return {
          items: alerts.map(
            ({ activeAt, panelPath, ...alert }): Alert => ({
              ...stamp,
              ...alert,
              // Unlike the path of a dashboard, it lacks the sub-path of the server.
              ...(panelPath === undefined ? {} : { panelUrl: urlUnder(api.endpoint.base, panelPath) }),
              ...(activeAt === undefined ? {} : { since: api.toClock(activeAt) }),
            }),
          ),
          ...(reads.length === 0 ? {} : { samples }),
          alertRules: { rules: rules.map(({ query: _, ...rule }) => rule) },
          faults: [],
        };
      } catch (error) {
        return { items: [], faults: [api.fault(ruleStatesPath, error)] };
      }
    },
  };
};

/** The dashboards that Links lists. */
export const dashboardsFeed = (client: GrafanaClient): Feed => {
  const { source, config, api } = client;
  const path = dashboardsPath(config);
  return {
    id: `${source}/dashboards`,
    source,
    name: 'dashboards',
    kind: 'dashboards',
    everyMs: dashboardsEveryMs,
    staleMs: staleAfter(dashboardsEveryMs),
    timeoutMs: config.timeout,
    read: async (signal): Promise<Reading<Dashboard>> => {
      try {
        const found = parseDashboards(await api.read(path, signal));
        const { origin } = new URL(api.endpoint.base);
        return {
          // The path includes the sub-path of the server.
          items: found.map(({ path: dashboardPath, title, ...dashboard }) => ({
            source,
            at: api.now(),
            ...dashboard,
            name: title,
            url: new URL(dashboardPath, origin).href,
          })),
          faults: [],
        };
      } catch (error) {
        return { items: [], faults: [api.fault(path, error)] };
      }
    },
  };
};

/** 'service:checkout' and 'app=checkout' name an object; other tags are categories. */
const objectOf = (tags: readonly string[]): string | undefined =>
  tags
    .map((tag) => /^(?:service|app|deployment|component)[:=](\S+)$/.exec(tag)?.[1])
    .find((name) => name !== undefined);

const changeOf = (client: GrafanaClient, annotation: Annotation): RecentChange => {
  const { api, config } = client;
  const { id, time, timeEnd, text, tags, by } = annotation;
  const name = objectOf(tags) ?? (tags.join(',') || `#${id}`);
  const minutes = timeEnd === undefined ? undefined : Math.max(1, Math.round((timeEnd - time) / 60_000));
  const parts = [
    text === '' ? 'no text' : text.replace(/<[^>]*>/g, ''),
    minutes === undefined ? '' : `for ${minutes} min`,
    by === '' ? '' : `by ${by}`,
  ];
  return {
    at: api.toClock(time),
    kind: tags.some((tag) => config.deployTags.includes(tag.toLowerCase())) ? 'rollout' : 'annotation',
    level: 'ok',
    what: `annotation ${name}`,
    change: parts.filter((part) => part !== '').join(', '),
  };
};

/** Annotations since a time: deployments and other events that people and tools have written. */
export const annotationChanges =
  (client: GrafanaClient): NonNullable<Source['recentChanges']> =>
  async (since, signal) => {
    const { api, config } = client;
    const fromMs = since + (api.wallNow() - api.now());
    const tags = config.annotations ?? [];
    try {
      const annotations = await client.annotations({ fromMs, tags }, signal);
      return {
        changes: annotations
          .map((annotation) => changeOf(client, annotation))
          .filter(({ at }) => at >= since && at <= api.now()),
        faults: [],
      };
    } catch (error) {
      return { changes: [], faults: [api.fault(annotationsSincePath(fromMs, api.wallNow(), tags), error)] };
    }
  };
