/** An alert or a log line that a runbook is wanted for. */
export interface RunbookSubject {
  readonly title: string;
  /** The text whose words are searched. */
  readonly text: string;
  /** The name of the alert. */
  readonly alert?: string;
  /** The address of its runbook, as the alerting rule names it (`runbook_url`). */
  readonly url?: string;
}
