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

const severityOf = (model: SeverityModel, severityEvidence: SeverityEvidence): Severity | undefined => {
  switch (severityEvidence.is) {
    case 'signal':
      return severityOfSignal(model, severityEvidence);
    case 'alert':
      return severityOfAlert(model, severityEvidence, severityEvidence.level);
    case 'row':
      return severityOfKind(model, severityEvidence.kind, severityEvidence.level);
  }
};

const evidenceText = (severityEvidence: SeverityEvidence): string => {
  switch (severityEvidence.is) {
    case 'signal':
      return `${severityEvidence.title} is ${severityEvidence.level === 'crit' ? 'critical' : 'in warning'}`;
    case 'alert':
      return `alert ${severityEvidence.name} is firing`;
    case 'row':
      return `${severityEvidence.what} is ${severityEvidence.level === 'crit' ? 'critical' : 'in warning'}`;
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
  for (const severityEvidence of evidence) {
    const severity = severityOf(model, severityEvidence);
    if (severity !== undefined && (worst === undefined || severity.rank < worst.severity.rank))
      worst = { severity, reason: evidenceText(severityEvidence) };
  }
  return worst;
};
