import type { FactKind } from '../domain/facts/facts.ts';
import type { Level } from '../domain/facts/level.ts';
import {
  type Severity,
  type SeverityModel,
  severityOfAlert,
  severityOfKind,
  severityOfSignal,
} from '../domain/facts/severity.ts';

/** A finding that the severity of an incident depends on. */
export type SeverityEvidence =
  | {
      readonly is: 'signal';
      readonly id: string;
      readonly title: string;
      readonly level: Level;
      readonly value?: number | string;
    }
  | { readonly is: 'alert'; readonly name: string; readonly severity: string; readonly level: Level }
  | { readonly is: 'row'; readonly kind: FactKind; readonly what: string; readonly level: Level };

export interface SuggestedSeverity {
  readonly severity: Severity;
  /** 'alert HighErrorRate is P1' */
  readonly reason: string;
}

const severityOf = (model: SeverityModel, one: SeverityEvidence): Severity | undefined => {
  switch (one.is) {
    case 'signal':
      return severityOfSignal(model, one);
    case 'alert':
      return severityOfAlert(model, one, one.level);
    case 'row':
      return severityOfKind(model, one.kind, one.level);
  }
};

const evidenceText = (one: SeverityEvidence): string => {
  switch (one.is) {
    case 'signal':
      return `${one.title} is ${one.level === 'crit' ? 'critical' : 'in warning'}`;
    case 'alert':
      return `alert ${one.name} is firing`;
    case 'row':
      return `${one.what} is ${one.level === 'crit' ? 'critical' : 'in warning'}`;
  }
};

/**
 * The worst severity of all findings, by the profile's model, with the finding that gives it. Undefined where the profile has
 * no severities, or no finding has one: the severity is then a person's choice.
 */
export const suggestSeverity = (
  model: SeverityModel | undefined,
  evidence: readonly SeverityEvidence[],
): SuggestedSeverity | undefined => {
  if (model === undefined) return undefined;
  let worst: SuggestedSeverity | undefined;
  for (const one of evidence) {
    const severity = severityOf(model, one);
    if (severity !== undefined && (worst === undefined || severity.rank < worst.severity.rank))
      worst = { severity, reason: evidenceText(one) };
  }
  return worst;
};
