import type { Millis } from '../../domain/fault.ts';
import type { Labels } from '../exposition/family.ts';
import type { Environment } from '../model/environment.ts';
import type { AlertRule } from '../model/spec.ts';
import type { Expr } from '../promql/ast.ts';
import { Evaluation } from '../promql/evaluate.ts';
import { parseQuery } from '../promql/parser.ts';
import { keyOf, samplesOf, type VectorSample, withoutName } from '../promql/value.ts';
import type { View } from '../servers/sight.ts';
import { History } from './history.ts';
import { Silences } from './silences.ts';
import { scrapeMs } from './time-series.ts';

/** An alert as Prometheus holds it; times are of the model. */
export interface Alert {
  readonly rule: AlertRule;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly value: number;
  readonly activeAt: Millis;
  /** Since when it has held for as long as its rule asks; absent: it is pending. */
  readonly firedAt?: Millis;
}

interface Watched {
  readonly rule: AlertRule;
  readonly expr: Expr;
  alerts: ReadonlyMap<string, Alert>;
}

/** Evaluations are made up for so far back when nobody has asked for a while. */
const longestCatchUpMs: Millis = 600_000;

const sorted = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

const filled = (text: string, labels: Labels, value: number): string =>
  text
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels[name] ?? '')
    .replaceAll('{{ $value }}', String(value));

/** The alerting rules of one environment, evaluated at every scrape, when somebody asks. */
class AlertBook {
  readonly #history: History;
  readonly #rules: readonly Watched[];
  readonly #toClock: (modelAt: Millis) => Millis;
  evaluatedAt: Millis;

  constructor(rules: readonly AlertRule[], history: History, toClock: (modelAt: Millis) => Millis) {
    this.#history = history;
    this.#toClock = toClock;
    this.#rules = rules.map((rule) => ({ rule, expr: parseQuery(rule.expr), alerts: new Map() }));
    this.evaluatedAt = history.lastScrape;
  }

  /** The alerts of every rule as of the last scrape. */
  now(): readonly { readonly rule: AlertRule; readonly alerts: readonly Alert[] }[] {
    const last = this.#history.lastScrape;
    const from = Math.max(this.evaluatedAt, last - longestCatchUpMs);
    const evaluation = new Evaluation(this.#history, this.#toClock);
    for (let at = from + scrapeMs; at <= last; at += scrapeMs) this.#evaluate(at, evaluation);
    this.evaluatedAt = last;
    return this.#rules.map(({ rule, alerts }) => ({ rule, alerts: [...alerts.values()] }));
  }

  #evaluate(at: Millis, evaluation: Evaluation): void {
    for (const watched of this.#rules) {
      const found = samplesOf(evaluation.at(watched.expr, at)).map((sample) =>
        this.#alert(watched, sample, at),
      );
      watched.alerts = new Map(found.map((alert) => [keyOf(alert.labels), alert]));
    }
  }

  #alert({ rule, alerts }: Watched, { metric, value }: VectorSample, at: Millis): Alert {
    const own = withoutName(metric);
    const labels = sorted({ ...own, ...rule.labels, alertname: rule.name });
    const before = alerts.get(keyOf(labels));
    const activeAt = before?.activeAt ?? at;
    const firedAt = before?.firedAt ?? (at - activeAt >= rule.forMs ? at : undefined);
    const annotations = sorted(
      Object.fromEntries(Object.entries(rule.annotations).map(([k, text]) => [k, filled(text, own, value)])),
    );
    return { rule, labels, annotations, value, activeAt, ...(firedAt === undefined ? {} : { firedAt }) };
  }
}

/** What the monitoring of one environment remembers: Prometheus and Alertmanager are projections of it. */
export interface Monitor {
  readonly history: History;
  readonly alerts: AlertBook;
  readonly silences: Silences;
}

const monitors = new WeakMap<Environment, Monitor>();

/** The monitoring of a view's environment, which begins to scrape when somebody first asks for it. */
export const monitorOf = ({ model, env }: View): Monitor => {
  const environment = model.unseen(env);
  const known = monitors.get(environment);
  if (known !== undefined) return known;
  const toClock = model.toClock.bind(model);
  const history = new History(environment, toClock);
  const alerts = new AlertBook(model.spec.alerts ?? [], history, toClock);
  const monitor = { history, alerts, silences: new Silences() };
  monitors.set(environment, monitor);
  return monitor;
};
