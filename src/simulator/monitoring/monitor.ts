import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { MetricLabels } from '../exposition/metric-family.ts';
import type { Environment } from '../model/environment.ts';
import type { AlertRule } from '../model/spec/system-spec.ts';
import type { Expr } from '../promql/ast.ts';
import { QueryEvaluator } from '../promql/evaluate.ts';
import { parsePromql } from '../promql/parser.ts';
import { scrapeIntervalMs } from '../promql/time-series.ts';
import { labelsKey, type VectorSample, vectorSamples, withoutName } from '../promql/value.ts';
import type { SimulatorContext } from '../servers/http/simulator-context.ts';
import { MetricHistory } from './metric-history.ts';
import { SilenceStore } from './silences.ts';

/** An alert in Prometheus; times are model times. */
export interface ActiveAlert {
  readonly rule: AlertRule;
  readonly labels: MetricLabels;
  readonly annotations: MetricLabels;
  readonly value: number;
  readonly activeAt: Millis;
  /** Time since it fires; absent: it is pending. */
  readonly firedAt?: Millis;
}

interface EvaluatedRule {
  readonly rule: AlertRule;
  readonly expr: Expr;
  alerts: ReadonlyMap<string, ActiveAlert>;
}

const evaluatedRule = (rule: AlertRule): EvaluatedRule => ({
  rule,
  expr: parsePromql(rule.expr),
  alerts: new Map(),
});

/** Maximum age of evaluations that are caught up after a pause. */
const longestCatchUpMs: Millis = 600_000;

const sorted = (labels: MetricLabels): MetricLabels =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

const filled = (text: string, labels: MetricLabels, value: number): string =>
  text
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels[name] ?? '')
    .replaceAll('{{ $value }}', String(value));

/** Alerting rules of one environment, evaluated on read for every scrape. */
class AlertEvaluator {
  readonly #history: MetricHistory;
  #rules: readonly EvaluatedRule[];
  /** False while its Prometheus is down: nothing is evaluated. */
  isRunning = true;
  readonly #toClock: (modelAt: Millis) => Millis;
  evaluatedAt: Millis;

  constructor(rules: readonly AlertRule[], history: MetricHistory, toClock: (modelAt: Millis) => Millis) {
    this.#history = history;
    this.#toClock = toClock;
    this.#rules = rules.map(evaluatedRule);
    this.evaluatedAt = history.lastScrape;
  }

  /** Loads another file of rules: those that stay keep their alerts. */
  reload(change: (rules: readonly AlertRule[]) => readonly AlertRule[]): void {
    const before = this.#rules;
    this.#rules = change(before.map(({ rule }) => rule)).map(
      (rule) => before.find((known) => known.rule === rule) ?? evaluatedRule(rule),
    );
  }

  /** Alerts of all rules at the last scrape. */
  now(): readonly { readonly rule: AlertRule; readonly alerts: readonly ActiveAlert[] }[] {
    const last = this.isRunning ? this.#history.lastScrape : this.evaluatedAt;
    const from = Math.max(this.evaluatedAt, last - longestCatchUpMs);
    const evaluation = new QueryEvaluator(this.#history, this.#toClock);
    for (let time = from + scrapeIntervalMs; time <= last; time += scrapeIntervalMs)
      this.#evaluate(time, evaluation);
    this.evaluatedAt = last;
    return this.#rules.map(({ rule, alerts }) => ({ rule, alerts: [...alerts.values()] }));
  }

  #evaluate(time: Millis, evaluation: QueryEvaluator): void {
    for (const watched of this.#rules) {
      const alerts = vectorSamples(evaluation.at(watched.expr, time)).map((sample) =>
        this.#alert(watched, sample, time),
      );
      watched.alerts = new Map(alerts.map((alert) => [labelsKey(alert.labels), alert]));
    }
  }

  #alert({ rule, alerts }: EvaluatedRule, { metric, value }: VectorSample, time: Millis): ActiveAlert {
    const own = withoutName(metric);
    const labels = sorted({ ...own, ...rule.labels, alertname: rule.name });
    const before = alerts.get(labelsKey(labels));
    const activeAt = before?.activeAt ?? time;
    const firedAt = before?.firedAt ?? (time - activeAt >= rule.forMs ? time : undefined);
    const annotations = sorted(
      Object.fromEntries(Object.entries(rule.annotations).map(([k, text]) => [k, filled(text, own, value)])),
    );
    return { rule, labels, annotations, value, activeAt, ...defined({ firedAt }) };
  }
}

/** Monitoring state of one environment; the Prometheus and Alertmanager servers are projections of it. */
interface Monitor {
  readonly history: MetricHistory;
  readonly alerts: AlertEvaluator;
  readonly silences: SilenceStore;
}

const monitors = new WeakMap<Environment, Monitor>();

/** Monitoring of a view's environment. Scraping starts with the first access. */
export const monitorFor = ({ model, env }: SimulatorContext): Monitor => {
  const environment = model.peekEnvironment(env);
  const known = monitors.get(environment);
  if (known !== undefined) return known;
  const toClock = model.toClock.bind(model);
  const history = new MetricHistory(environment, toClock);
  const alerts = new AlertEvaluator(model.spec.alerts ?? [], history, toClock);
  const monitor = { history, alerts, silences: new SilenceStore() };
  monitors.set(environment, monitor);
  return monitor;
};
