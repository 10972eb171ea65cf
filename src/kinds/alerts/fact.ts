import type { Millis } from '../../domain/base/fault.ts';
import type { Fact } from '../../domain/facts/facts.ts';

/** `acknowledged`: a person has taken over an incident, which is not resolved yet. */
export type AlertState = 'firing' | 'acknowledged' | 'pending' | 'silenced' | 'inhibited';

/** An alert from Prometheus, Alertmanager or Grafana, or an incident of PagerDuty. */
export interface Alert extends Fact {
  readonly name: string;
  readonly severity: string;
  readonly state: AlertState;
  readonly since?: Millis;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The annotation `description` of its rule, if it says more than the summary. */
  readonly description?: string;
  /** The reason why it does not notify: 'silenced since 10:02 UTC by ana'. Absent: its state says enough. */
  readonly suppressedBy?: string;
  /** The address of its runbook: the annotation `runbook_url` of its rule. */
  readonly runbookUrl?: string;
  /** The address of the panel or dashboard that its rule names, without a time range. */
  readonly panelUrl?: string;
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly alerts: Alert;
  }
}
