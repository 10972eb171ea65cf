import type { Fault, Millis } from '../base/fault.ts';

/** An alert that a rule holds now. */
interface ActiveAlert {
  readonly state: 'firing' | 'pending';
  /** Without `alertname`, which is the name of its rule. */
  readonly labels: Readonly<Record<string, string>>;
  /** On the clock of opsdeck. */
  readonly since?: Millis;
}

/** An alerting rule and its last evaluation. Only a rule that was evaluated shows that an alert is resolved. */
export interface AlertRuleFact {
  readonly name: string;
  /** Absent: its language is not PromQL. */
  readonly query?: string;
  /** Tells the rule from an edited one: its query, its wait and its labels, or the time of its last edit. Absent: unknown. */
  readonly definition?: string;
  readonly active: readonly ActiveAlert[];
  /** Reason why its last evaluation says nothing: an error, no data. Absent: it succeeded. */
  readonly problem?: string;
  /** Time of its last evaluation, converted to the clock of opsdeck: for texts. Absent: never evaluated. */
  readonly evaluatedAt?: Millis;
  /**
   * The last evaluation began after this time on the clock of opsdeck: a reading at that time still showed an earlier one. It
   * compares two answers of one server, so no clock but ours decides. Absent: only one evaluation was seen.
   */
  readonly evaluatedAfter?: Millis;
}

/** A scrape target that does not answer. */
interface DownTarget {
  readonly job: string;
  readonly instance: string;
}

/** The scrape targets on which the rules of a server depend. */
export interface ScrapedTargets {
  /** Number of targets by job, including those that are down. */
  readonly jobs: Readonly<Record<string, number>>;
  readonly down: readonly DownTarget[];
}

/** An alert that was ended explicitly: an incident that was resolved. */
export interface EndedAlert {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** On the clock of opsdeck. */
  readonly at?: Millis;
  /** 'resolved by Ana Ruiz at 10:02 UTC' */
  readonly how: string;
  /** False: its monitoring ended it. A person can end it while its cause goes on. */
  readonly isByPerson: boolean;
}

/** The alerting rules of a server, from one reading. */
export interface AlertRules {
  readonly rules: readonly AlertRuleFact[];
  /** Absent: the server scrapes nothing itself. A text says why they could not be read. */
  readonly targets?: ScrapedTargets | string;
  /** Alerts that were there and have been ended. Absent: the server evaluates rules, and these decide. */
  readonly ended?: readonly EndedAlert[];
}

/** The alerting rules of one source in a snapshot. */
export interface AlertRulesView {
  readonly source: string;
  /** Absent: they were not read, or are stale. */
  readonly read?: AlertRules;
  readonly faults: readonly Fault[];
}
