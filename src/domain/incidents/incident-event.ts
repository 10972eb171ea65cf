import type { Millis } from '../base/fault.ts';
import type { Level } from '../facts/level.ts';

/** Progress of a declared incident, in order. It may go back: a fix that did not hold is investigated again. */
export const incidentStatuses = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
export type DeclaredStatus = (typeof incidentStatuses)[number];

/** Fields that a person edits. `eta`: expected time of the resolution, as text. */
export const incidentFields = ['title', 'impact', 'cause', 'commander', 'scribe', 'services', 'eta'] as const;
export type IncidentField = (typeof incidentFields)[number];

/** Services that keep a record of their own about an incident. */
export const linkedServices = ['pagerduty', 'slack', 'github'] as const;
export type LinkedService = (typeof linkedServices)[number];

/** A change that opsdeck observed. `bookmark`: a line of a log that a person chose. `capture`: a saved picture of a pane. */
export const observedKinds = ['level', 'alert', 'run', 'arming', 'deploy', 'bookmark', 'capture'] as const;
export type ObservedKind = (typeof observedKinds)[number];

/** Data that opsdeck attaches: the signals at a time, or the output of a step of a diagnosis. */
export const attachedKinds = ['signals', 'diagnosis'] as const;
type AttachedKind = (typeof attachedKinds)[number];

/** A run's message about an incident to another service. */
export const sentActions = [
  'update',
  'acknowledge',
  'resolve',
  'issue',
  'page',
  'note',
  'follow-ups',
] as const;
export type SentAction = (typeof sentActions)[number];

/**
 * The outcome of sending. `unknown`: the request may have had an effect, because its response was lost or is an error;
 * sending it again may repeat it.
 */
export const sendOutcomes = ['sent', 'failed', 'unknown'] as const;
export type SendOutcome = (typeof sendOutcomes)[number];

/** An issue for the work that follows an incident, by its title. */
export interface FollowUpIssue {
  readonly title: string;
  readonly outcome: Exclude<SendOutcome, 'failed'>;
  /** '#12'; '' when it is not known. */
  readonly reference: string;
}

/** A change of a declared incident. Its record is the list of them, in order; it is never rewritten. */
export type IncidentEvent =
  | {
      readonly event: 'declared';
      readonly system: string;
      readonly env: string;
      readonly title: string;
      /** Id of a severity of the profile; '' where the profile has none. */
      readonly severity: string;
      /** Why this severity was suggested or chosen. */
      readonly reason: string;
      readonly impact: string;
      readonly services: string;
      readonly commander: string;
      /** The situation at the declaration, in one sentence. Absent: recorded by an older version. */
      readonly situation?: string;
      /** True: declared on a simulator. */
      readonly drill?: true;
    }
  | { readonly event: 'acknowledged' }
  | { readonly event: 'severity'; readonly severity: string; readonly reason: string }
  | {
      readonly event: 'status';
      readonly status: DeclaredStatus;
      /** The known state, for stakeholders. */
      readonly text: string;
      /** `resolved` although these were critical or unknown: 'critical: Error rate'. Absent: all were green. */
      readonly notGreen?: readonly string[];
      /** Why it was resolved nevertheless. With `notGreen`. */
      readonly reason?: string;
    }
  | { readonly event: 'field'; readonly field: IncidentField; readonly value: string }
  | { readonly event: 'note'; readonly text: string }
  /** An update for stakeholders; `to`: where it was posted, '' for none. */
  | { readonly event: 'update'; readonly text: string; readonly to: string }
  /** A step of the escalation path was called. */
  | { readonly event: 'escalated'; readonly step: string; readonly text: string }
  | { readonly event: 'next-step'; readonly text: string }
  | { readonly event: 'action-item'; readonly text: string; readonly owner: string }
  | {
      readonly event: 'linked';
      readonly service: LinkedService;
      readonly reference: string;
      readonly url: string;
    }
  /** The end of a run that sends something about the incident. One per run. */
  | {
      readonly event: 'sent';
      readonly run: string;
      readonly action: SentAction;
      readonly service: LinkedService;
      readonly outcome: SendOutcome;
      /** Id of the record at the service: of a thread, an incident, an issue. '' when it is not known. */
      readonly reference: string;
      readonly url: string;
      /** `update`: the entry of this record that was posted. 0: none. */
      readonly update: number;
      /** Why it failed; '' otherwise. */
      readonly text: string;
      /** `follow-ups`: the issues that were filed, or may have been. */
      readonly issues?: readonly FollowUpIssue[];
    }
  | {
      readonly event: 'observed';
      readonly kind: ObservedKind;
      /** A digest: the same change seen by two cockpits has the same one. */
      readonly key: string;
      readonly text: string;
      readonly level: Level;
      /** Wall-clock ms of the change itself. */
      readonly seenAt: Millis;
      /** The user, 'ana@desk-3', of a run. Absent: not a run. */
      readonly by?: string;
      /** The run in the ledger. Absent: not a run, or recorded by an older version. */
      readonly run?: string;
    }
  | {
      readonly event: 'attached';
      readonly kind: AttachedKind;
      /** Identifies it: the same attachment, added by two cockpits, is in the record once. */
      readonly key: string;
      readonly title: string;
      readonly lines: readonly string[];
      readonly level: Level;
      /** Wall-clock ms at which it was read. */
      readonly seenAt: Millis;
    }
  /** The finished post-mortem. `file`: its path or address. */
  | { readonly event: 'post-mortem'; readonly file: string };

/** An event as it is stored. */
export interface IncidentEntry {
  /** Position in the record, from 1. */
  readonly seq: number;
  /** Wall-clock ms. */
  readonly at: Millis;
  /** 'ana@desk-3' */
  readonly who: string;
  readonly entry: IncidentEvent;
}

/** A line of the timeline. */
export interface TimelineLine {
  readonly at: Millis;
  /** '' for what opsdeck observed and no person did. */
  readonly who: string;
  /** 'note', 'alert', 'status': the word before the text. */
  readonly word: string;
  readonly text: string;
  readonly level: Level;
  /** The run in the ledger, of its progress and outcome. Absent: not a run. */
  readonly run?: string;
  /** Attached lines. Absent: none. */
  readonly details?: readonly string[];
}
