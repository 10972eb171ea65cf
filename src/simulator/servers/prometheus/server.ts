import type { Millis } from '../../../domain/base/fault.ts';
import type { Environment } from '../../model/environment.ts';
import type { ServiceInstance } from '../../model/instances/instance.ts';
import { fnv1a } from '../../model/spec/seeded-random.ts';
import { targetLabels } from '../../monitoring/metric-history.ts';
import type { ActiveAlert } from '../../monitoring/monitor.ts';
import { monitorFor } from '../../monitoring/monitor.ts';
import {
  badParameter,
  formParameters,
  goExponent,
  goPageNotFound,
  methodNotAllowed,
  rfc3339,
  successAnswer,
} from '../http/go-api.ts';
import {
  type Handler,
  type ParsedRequest,
  type RunningServer,
  type ServerReply,
  serve,
} from '../http/http-server.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';
import { instantQuery, rangeQuery } from './query.ts';

/** Reported duration of an evaluation in seconds. */
const evaluationSeconds = 0.0004;

const targetOf = (instance: ServiceInstance, env: Environment, lastScrape: Millis) => {
  const labels = targetLabels(instance, env);
  const { instance: address = '', ...discovered } = labels;
  const scrapeUrl = `http://${address}/actuator/prometheus`;
  const refused = `Get "${scrapeUrl}": dial tcp: connect: connection refused`;
  return {
    discoveredLabels: {
      __address__: address,
      __metrics_path__: '/actuator/prometheus',
      __scheme__: 'http',
      __scrape_interval__: '5s',
      __scrape_timeout__: '5s',
      ...discovered,
    },
    labels,
    scrapePool: instance.service.name,
    scrapeUrl,
    globalUrl: scrapeUrl,
    lastError: instance.running ? '' : refused,
    lastScrape: rfc3339(lastScrape),
    lastScrapeDuration: 0.004,
    health: instance.running ? 'up' : 'down',
    scrapeInterval: '5s',
    scrapeTimeout: '5s',
  };
};

/** `/api/v1/targets`: all desired instances. */
const targetsAnswer = (view: SimulatorContext): ServerReply => {
  const lastScrape = view.model.toClock(monitorFor(view).history.lastScrape);
  const env = view.model.peekEnvironment(view.env);
  const activeTargets = env.instances.map((instance) => targetOf(instance, env, lastScrape));
  return successAnswer({ activeTargets, droppedTargets: [] });
};

const alertDto = (alert: ActiveAlert, view: SimulatorContext) => ({
  labels: alert.labels,
  annotations: alert.annotations,
  state: alert.firedAt === undefined ? 'pending' : 'firing',
  activeAt: rfc3339(view.model.toClock(alert.activeAt)),
  value: goExponent(alert.value),
});

/** `/api/v1/alerts`: pending and firing alerts. */
const alertsAnswer = (view: SimulatorContext): ServerReply => {
  const all = monitorFor(view)
    .alerts.now()
    .flatMap((rule) => rule.alerts);
  return successAnswer({ alerts: all.map((alert) => alertDto(alert, view)) });
};

const stateOf = (of: readonly ActiveAlert[]): string => {
  if (of.length === 0) return 'inactive';
  return of.some(({ firedAt }) => firedAt !== undefined) ? 'firing' : 'pending';
};

/** `/api/v1/rules[?type=alert|record]`: one group with the system's name. */
const rulesAnswer = (form: URLSearchParams, view: SimulatorContext): ServerReply => {
  const type = (form.get('type') ?? '').toLowerCase();
  if (type !== '' && type !== 'alert' && type !== 'record')
    return badParameter('type', `not supported value "${type}"`);
  const book = monitorFor(view).alerts;
  const all = book.now();
  const lastEvaluation = rfc3339(view.model.toClock(book.evaluatedAt));
  const timing = { evaluationTime: evaluationSeconds, lastEvaluation };
  const { name } = view.model.spec;
  const listed = all.map(({ rule, alerts: of }) => ({
    state: stateOf(of),
    name: rule.name,
    query: rule.expr,
    duration: rule.forMs / 1000,
    keepFiringFor: 0,
    labels: rule.labels,
    annotations: rule.annotations,
    alerts: of.map((alert) => alertDto(alert, view)),
    health: 'ok',
    ...timing,
    type: 'alerting',
  }));
  const group = {
    name,
    file: `/etc/prometheus/rules/${name}.yml`,
    rules: listed,
    interval: 5,
    limit: 0,
    ...timing,
  };
  return successAnswer({ groups: type === 'record' || listed.length === 0 ? [] : [group] });
};

/** `/api/v1/status/buildinfo`: the simulated version. */
const buildInfo: ServerReply = successAnswer({
  version: '2.42.0',
  revision: 'embedded',
  branch: 'embedded',
  buildUser: 'opsdeck',
  buildDate: '20230131-00:00:00',
  goVersion: 'none',
});

/** The age of the server when it is first asked: it has an hour of history. */
const ranBeforeMs: Millis = 3_600_000;

/** Another server of the same system has another start. */
const startSpreadMs: Millis = 600_000;

/** `/api/v1/status/runtimeinfo`: a server that started once and was never reloaded. */
const runtimeInfo = (startedAt: Millis): ServerReply =>
  successAnswer({
    startTime: rfc3339(startedAt),
    CWD: '/prometheus',
    reloadConfigSuccess: true,
    lastConfigTime: rfc3339(startedAt),
    corruptionCount: 0,
    goroutineCount: 40,
    GOMAXPROCS: 2,
    GOMEMLIMIT: 2 ** 53,
    GOGC: '',
    GODEBUG: '',
    storageRetention: '15d',
  });

type Page = (ask: ParsedRequest, view: SimulatorContext) => ServerReply;

/** Endpoints that also accept POST. */
const queries: Readonly<Record<string, Page>> = {
  'api/v1/query': (ask, view) => instantQuery(formParameters(ask), view),
  'api/v1/query_range': (ask, view) => rangeQuery(formParameters(ask), view),
};

const pages: Readonly<Record<string, Page>> = {
  'api/v1/alerts': (_, view) => alertsAnswer(view),
  'api/v1/rules': (ask, view) => rulesAnswer(ask.query, view),
  'api/v1/status/buildinfo': () => buildInfo,
  'api/v1/targets': (_, view) => targetsAnswer(view),
};

const probes: Readonly<Record<string, Page>> = {
  '-/healthy': () => ({ status: 200, text: 'Prometheus Server is Healthy.\n' }),
  '-/ready': () => ({ status: 200, text: 'Prometheus Server is Ready.\n' }),
};

/** Prometheus 2.42's API over the scraped samples: queries, targets, alerts and rules. */
export const prometheusHandler = (view: SimulatorContext): Handler => {
  monitorFor(view);
  const { identity } = view.model.peekEnvironment(view.env);
  const startedAt = view.clock.now() - ranBeforeMs - (fnv1a(identity) % startSpreadMs);
  return (ask) => {
    view.model.environmentAt(view.env, view.clock.now());
    if (!monitorFor(view).alerts.isRunning) return 'cut';
    const path = ask.path.join('/');
    const query = queries[path];
    if (query !== undefined)
      return ask.method === 'GET' || ask.method === 'POST'
        ? query(ask, view)
        : methodNotAllowed('GET, OPTIONS, POST');
    const page =
      path === 'api/v1/status/runtimeinfo' ? () => runtimeInfo(startedAt) : (pages[path] ?? probes[path]);
    if (page === undefined) return goPageNotFound;
    const allow = probes[path] === undefined ? 'GET, OPTIONS' : 'GET, HEAD, OPTIONS';
    return ask.method === 'GET' ? page(ask, view) : methodNotAllowed(allow);
  };
};

/** Serves the Prometheus of one environment only; `url` has no path. Scraping starts now, with an hour of history. */
export const startPrometheusServer = (view: SimulatorContext): Promise<RunningServer> =>
  serve(prometheusHandler(view), view.clock);
