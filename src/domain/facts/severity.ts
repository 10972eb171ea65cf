import type { FactKind } from './facts.ts';
import type { Level } from './level.ts';
import type { Bound } from './threshold.ts';
import { isInBound } from './threshold.ts';

/** A severity as the system names it. */
export interface Severity {
  readonly id: string;
  readonly title: string;
  /** 1 (worst) to 4. Only the rank sorts: P1 of one system may be P2 of another. */
  readonly rank: number;
  /** Response time: '15m', 'next business day'; '' when unset. */
  readonly respond: string;
  /** Time to the next escalation step: 'immediately', '30m'; '' when unset. */
  readonly escalate: string;
  /** Time between updates for stakeholders: '30m'. Absent: the default. */
  readonly updateEvery?: string;
  readonly examples: readonly string[];
  readonly covers: readonly string[];
}

/** The severity of a level; for a signal also of a bound on its value. */
export interface SeverityRule {
  readonly when: 'warn' | 'crit' | Bound;
  readonly severity: string;
}

/** Assignment of severities, by ID. */
export interface SeverityMap {
  /** By alert name. */
  readonly alerts: Readonly<Record<string, string>>;
  /** By the `severity` label of an alert. */
  readonly labels: Readonly<Record<string, string>>;
  readonly signals: Readonly<Record<string, readonly SeverityRule[]>>;
  readonly kinds: { readonly [K in FactKind]?: readonly SeverityRule[] };
  readonly runbooks: Readonly<Record<string, string>>;
  /** Default for everything else. */
  readonly levels: readonly SeverityRule[];
}

/** The severities of a profile and their assignment. */
export interface SeverityModel {
  readonly severities: readonly Severity[];
  readonly of: SeverityMap;
}

type Model = SeverityModel | undefined;

const named = (model: SeverityModel, id: string | undefined): Severity | undefined =>
  id === undefined ? undefined : model.severities.find((severity) => severity.id === id);

/** Returns the worst of all matching severities. */
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

/** Returns the severity of a signal beyond a threshold. */
export const severityOfSignal = (
  model: Model,
  signal: { readonly id: string; readonly level: Level; readonly value?: number | string },
): Severity | undefined =>
  model === undefined
    ? undefined
    : (worst(model, model.of.signals[signal.id], signal.level, signal.value) ??
      worst(model, model.of.levels, signal.level));

/** Returns the severity of a row that is not ok. */
export const severityOfKind = (model: Model, kind: FactKind, level: Level): Severity | undefined =>
  model === undefined
    ? undefined
    : (worst(model, model.of.kinds[kind], level) ?? worst(model, model.of.levels, level));

/**
 * Returns the severity of an alert: by its name, else by the mapping of its label, else its label itself if that is a
 * severity.
 */
export const severityOfAlert = (
  model: Model,
  { name, severity }: { readonly name: string; readonly severity: string },
  level: Level,
): Severity | undefined => {
  if (model === undefined) return undefined;
  const label = severity.toLowerCase();
  const { alerts, labels } = model.of;
  const meant = Object.keys(labels).find((key) => key.toLowerCase() === label);
  return (
    named(model, alerts[name]) ??
    named(model, meant === undefined ? undefined : labels[meant]) ??
    model.severities.find(({ id }) => id.toLowerCase() === label) ??
    severityOfKind(model, 'alerts', level)
  );
};

/** Returns the severity of the incident that a runbook handles. */
export const severityOfRunbook = (model: Model, id: string): Severity | undefined =>
  model === undefined ? undefined : named(model, model.of.runbooks[id]);
