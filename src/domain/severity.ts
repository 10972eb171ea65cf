import type { FactKind } from './facts.ts';
import type { Level } from './level.ts';
import type { Bound } from './threshold.ts';
import { isInBound } from './threshold.ts';

/** A degree of urgency, as its system names it. */
export interface Severity {
  readonly id: string;
  readonly title: string;
  /** 1 (the worst) to 4. It alone sorts: what one system calls P1 another calls P2. */
  readonly rank: number;
  /** How soon somebody answers: '15m', 'next business day'; '' where nothing is said. */
  readonly respond: string;
  /** When the next rung is told: 'immediately', '30m'; '' where nothing is said. */
  readonly escalate: string;
  readonly examples: readonly string[];
  readonly covers: readonly string[];
}

/** A severity by level; of a signal also by a bound on its value. */
export interface SeverityRule {
  readonly when: 'warn' | 'crit' | Bound;
  readonly severity: string;
}

/** What has which severity, by ids. */
export interface SeverityMap {
  /** By the alert's name. */
  readonly alerts: Readonly<Record<string, string>>;
  /** By what the label `severity` of an alert says. */
  readonly labels: Readonly<Record<string, string>>;
  readonly signals: Readonly<Record<string, readonly SeverityRule[]>>;
  readonly kinds: { readonly [K in FactKind]?: readonly SeverityRule[] };
  readonly runbooks: Readonly<Record<string, string>>;
  /** Whatever nothing else is said of. */
  readonly levels: readonly SeverityRule[];
}

/** The severities of a profile and what has them. */
export interface SeverityModel {
  readonly severities: readonly Severity[];
  readonly of: SeverityMap;
}

type Model = SeverityModel | undefined;

const named = (model: SeverityModel, id: string | undefined): Severity | undefined =>
  id === undefined ? undefined : model.severities.find((one) => one.id === id);

/** Of several that hold the worst one. */
const worst = (
  model: SeverityModel,
  rules: readonly SeverityRule[] | undefined,
  level: Level,
  value?: number | string,
): Severity | undefined => {
  if (level !== 'warn' && level !== 'crit') return undefined;
  const holding = (rules ?? []).filter(({ when }) =>
    typeof when === 'string' ? when === level : value !== undefined && isInBound(when, value) === true,
  );
  return holding
    .flatMap(({ severity }) => named(model, severity) ?? [])
    .toSorted((a, b) => a.rank - b.rank)
    .at(0);
};

/** Of a signal that is beyond a limit. */
export const severityOfSignal = (
  model: Model,
  signal: { readonly id: string; readonly level: Level; readonly value?: number | string },
): Severity | undefined =>
  model === undefined
    ? undefined
    : (worst(model, model.of.signals[signal.id], signal.level, signal.value) ??
      worst(model, model.of.levels, signal.level));

/** Of a row of some kind that is not well. */
export const severityOfKind = (model: Model, kind: FactKind, level: Level): Severity | undefined =>
  model === undefined
    ? undefined
    : (worst(model, model.of.kinds[kind], level) ?? worst(model, model.of.levels, level));

/** Of an alert, by its name; else by what its label means; else by its label, where that is a severity itself. */
export const severityOfAlert = (
  model: Model,
  { name, severity }: { readonly name: string; readonly severity: string },
  level: Level,
): Severity | undefined => {
  if (model === undefined) return undefined;
  const label = severity.toLowerCase();
  const { alerts, labels } = model.of;
  const meant = Object.keys(labels).find((one) => one.toLowerCase() === label);
  return (
    named(model, alerts[name]) ??
    named(model, meant === undefined ? undefined : labels[meant]) ??
    model.severities.find(({ id }) => id.toLowerCase() === label) ??
    severityOfKind(model, 'alerts', level)
  );
};

/** Of the incident that a runbook is for. */
export const severityOfRunbook = (model: Model, id: string): Severity | undefined =>
  model === undefined ? undefined : named(model, model.of.runbooks[id]);
