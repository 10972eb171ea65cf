/** Who decides: opsdeck by itself, somebody with what opsdeck shows, somebody alone. */
export const itemModes = ['auto', 'assist', 'human'] as const;
export type ItemMode = (typeof itemModes)[number];

/** One thing to check. */
export interface ChecklistItem {
  readonly id: string;
  readonly title: string;
  readonly mode: ItemMode;
  /** An expression: it is fulfilled while this is true. */
  readonly that?: string;
  /** `source.feed` or `source.operation` of danger read, whose answer is shown. */
  readonly use?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** The author's word that an operation without a danger of its own only reads. */
  readonly danger?: 'read';
  /** What to look at, in words. */
  readonly show?: string;
  /** The runbook that does it. */
  readonly runbook?: string;
  readonly covers: readonly string[];
}

/** A list to go through. */
export interface Checklist {
  readonly id: string;
  readonly title: string;
  /** When it is due, in words. */
  readonly when: string;
  /** The runbook that it belongs to. */
  readonly runbook?: string;
  readonly items: readonly ChecklistItem[];
  readonly covers: readonly string[];
}
