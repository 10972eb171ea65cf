import type { Millis } from '../domain/base/fault.ts';
import type { Level } from '../domain/facts/level.ts';
import type { NotificationKind } from '../domain/profile/notification.ts';

/** A message of the cockpit to its user. */
export interface CockpitMessage {
  readonly at: Millis;
  readonly level: Level;
  readonly text: string;
  /** The end of the text, which stays visible when the text is cut: ' · 3 more in :messages'. */
  readonly keptEnd?: string;
  /** True: a change that is also in the journal. */
  readonly inJournal?: true;
}

/** A row or a signal that has become critical, or another reason to notify a person. */
export interface CriticalEvent {
  readonly at: Millis;
  readonly key: string;
  /** Default: 'critical'. */
  readonly kind?: NotificationKind;
  /** Object that is critical, for example 'breakers billing-0 · psp'; a sentence for other kinds. */
  readonly text: string;
  /** Of a critical row, the situation at that time in one sentence. */
  readonly situation?: string;
}
