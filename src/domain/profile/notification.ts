import type { Millis } from '../base/fault.ts';
import type { BellMode } from './settings.ts';

/** Why a person is notified: a new critical, an alert that no person has taken, a run that waits for an answer. */
export type NotificationKind = 'critical' | 'unowned-alert' | 'waiting-run';

/** The sequence by which a terminal shows a desktop notification. */
export type DesktopProtocol = 'osc9' | 'osc777';

/** A signal on the terminal. */
export type BellSignal = 'bell' | DesktopProtocol;

/** The signals of a setting; `desktop`: the protocol that the terminal is known to support. */
export const bellSignals = (how: BellMode, desktop: DesktopProtocol | undefined): readonly BellSignal[] => {
  switch (how) {
    case 'off':
      return [];
    case 'auto':
      return desktop === undefined ? [] : [desktop];
    case 'both':
      return ['bell', desktop ?? 'osc9'];
    default:
      return [how];
  }
};

/** Input of a notification program, as JSON on its standard input. Names are masked as on the screen. */
export interface NotificationFacts {
  /** Version of this form. */
  readonly opsdeck: 1;
  /** Wall clock, ISO 8601. */
  readonly at: string;
  readonly system: string;
  readonly env: string;
  /** True: the environment is simulated. */
  readonly drill: boolean;
  /** True: names are aliases. */
  readonly shared: boolean;
  /** One line for a person. */
  readonly text: string;
  readonly events: readonly { readonly kind: NotificationKind; readonly text: string }[];
  /** Number of events that are not listed. */
  readonly more: number;
}

/** The sentence for an event: its object, and what is the matter. */
export const notificationText = (kind: NotificationKind, text: string): string =>
  kind === 'critical' ? `${text} is critical` : text;

/** The time before an alert counts as one without an owner, and before a run counts as waiting, in ms. */
export const unownedAfterMs: Millis = 15 * 60_000;
export const waitingAfterMs: Millis = 60_000;
