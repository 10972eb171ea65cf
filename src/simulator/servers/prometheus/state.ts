import type { Millis } from '../../../domain/fault.ts';
import type { Environment } from '../../model/environment.ts';
import type { Instance } from '../../model/instance.ts';
import type { Alert } from '../../monitoring/alert-book.ts';
import { monitorOf } from '../../monitoring/monitor.ts';
import { targetLabels } from '../../monitoring/target-labels.ts';
import type { Answer } from '../serve.ts';
import type { View } from '../sight.ts';
import { goExponent, rfc3339 } from './go-format.ts';
import { badParameter, success } from './reply.ts';

/** How long an evaluation is said to take, in seconds. */
const evaluationSeconds = 0.0004;

const targetOf = (instance: Instance, env: Environment, lastScrape: Millis) => {
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

/** `/api/v1/targets`: every instance that should be there. */
export const targets = (view: View): Answer => {
  const lastScrape = view.model.toClock(monitorOf(view).history.lastScrape);
  const env = view.model.unseen(view.env);
  const activeTargets = env.instances.map((instance) => targetOf(instance, env, lastScrape));
  return success({ activeTargets, droppedTargets: [] });
};

const alertDto = (alert: Alert, view: View) => ({
  labels: alert.labels,
  annotations: alert.annotations,
  state: alert.firedAt === undefined ? 'pending' : 'firing',
  activeAt: rfc3339(view.model.toClock(alert.activeAt)),
  value: goExponent(alert.value),
});

/** `/api/v1/alerts`: pending and firing ones. */
export const alerts = (view: View): Answer => {
  const all = monitorOf(view)
    .alerts.now()
    .flatMap((rule) => rule.alerts);
  return success({ alerts: all.map((alert) => alertDto(alert, view)) });
};

const stateOf = (of: readonly Alert[]): string => {
  if (of.length === 0) return 'inactive';
  return of.some(({ firedAt }) => firedAt !== undefined) ? 'firing' : 'pending';
};

/** `/api/v1/rules[?type=alert|record]`: one group, named as the system. */
export const rules = (form: URLSearchParams, view: View): Answer => {
  const type = (form.get('type') ?? '').toLowerCase();
  if (type !== '' && type !== 'alert' && type !== 'record')
    return badParameter('type', `not supported value "${type}"`);
  const book = monitorOf(view).alerts;
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
  return success({ groups: type === 'record' || listed.length === 0 ? [] : [group] });
};

/** `/api/v1/status/buildinfo`: what it speaks like. */
export const buildInfo: Answer = success({
  version: '2.42.0',
  revision: 'embedded',
  branch: 'embedded',
  buildUser: 'opsdeck',
  buildDate: '20230131-00:00:00',
  goVersion: 'none',
});
