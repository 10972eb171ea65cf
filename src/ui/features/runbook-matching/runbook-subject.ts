import type { Alert } from '../../../kinds/alerts/fact.ts';

/** A row that runbooks are wanted for: an alert, a log line, or a row that conditions match. */
export interface RunbookSubject {
  readonly title: string;
  /** The text whose words are searched; '': no search. */
  readonly text: string;
  readonly alert?: Alert;
  /** The address of its runbook, as the alerting rule names it (`runbook_url`). */
  readonly url?: string;
  /** Ids of the runbooks whose condition matches because of the row. */
  readonly matching?: readonly string[];
}
