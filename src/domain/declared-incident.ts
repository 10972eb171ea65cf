import type { Millis } from './fault.ts';
import type { Level } from './level.ts';

/** Progress of a declared incident, in order. It may go back: a fix that did not hold is investigated again. */
export const incidentStatuses = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
export type DeclaredStatus = (typeof incidentStatuses)[number];

/** Fields that a person edits. `eta`: expected time of the resolution, as text. */
export const incidentFields = ['title', 'impact', 'cause', 'commander', 'scribe', 'services', 'eta'] as const;
export type IncidentField = (typeof incidentFields)[number];

/** Services that keep a record of their own about an incident. */
export const linkedServices = ['pagerduty', 'slack', 'github'] as const;
export type LinkedService = (typeof linkedServices)[number];

/** What opsdeck observed. `bookmark`: a line of a log that a person chose. `capture`: a saved picture of a pane. */
export const observedKinds = ['level', 'alert', 'run', 'arming', 'deploy', 'bookmark', 'capture'] as const;
export type ObservedKind = (typeof observedKinds)[number];

/** What a run sends about an incident to another service. */
export const sentActions = ['update', 'acknowledge', 'resolve', 'issue'] as const;
export type SentAction = (typeof sentActions)[number];

/**
 * The outcome of sending. `unknown`: the request may have had an effect, because its response was lost or is an error;
 * sending it again may repeat it.
 */
export const sendOutcomes = ['sent', 'failed', 'unknown'] as const;
export type SendOutcome = (typeof sendOutcomes)[number];

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
      /** True: declared on a simulator. */
      readonly drill?: true;
    }
  | { readonly event: 'acknowledged' }
  | { readonly event: 'severity'; readonly severity: string; readonly reason: string }
  | { readonly event: 'status'; readonly status: DeclaredStatus; readonly text: string }
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
  /** '' for what opsdeck observed. */
  readonly who: string;
  /** 'note', 'alert', 'status': the word before the text. */
  readonly word: string;
  readonly text: string;
  readonly level: Level;
}

/** A linked record of another service. */
export interface IncidentLink {
  readonly service: LinkedService;
  readonly reference: string;
  readonly url: string;
}

/** A text for stakeholders: an update, or the words of a change of the status. */
export interface IncidentUpdate {
  /** Its entry in the record. */
  readonly seq: number;
  readonly at: Millis;
  readonly text: string;
  /** The outcome of its last posting; absent: it was not posted. */
  readonly posting?: SendOutcome;
}

/** A declared incident, as its record gives it. */
export interface DeclaredIncident {
  /** 'INC-7' */
  readonly id: string;
  readonly system: string;
  readonly env: string;
  readonly isDrill: boolean;
  readonly title: string;
  readonly severity: string;
  readonly severityReason: string;
  readonly status: DeclaredStatus;
  readonly impact: string;
  readonly cause: string;
  readonly commander: string;
  readonly scribe: string;
  readonly services: string;
  readonly eta: string;
  readonly declaredBy: string;
  readonly declaredAt: Millis;
  /** Absent: it was not acknowledged. */
  readonly acknowledgedAt?: Millis;
  readonly acknowledgedBy?: string;
  /** Absent: it is open. */
  readonly resolvedAt?: Millis;
  /** Time of the latest update for stakeholders; absent: none was sent. */
  readonly updatedAt?: Millis;
  /** Steps of the escalation path that were called, with the time. */
  readonly escalated: Readonly<Record<string, Millis>>;
  readonly nextSteps: readonly string[];
  readonly actionItems: readonly { readonly text: string; readonly owner: string }[];
  readonly links: readonly IncidentLink[];
  readonly updates: readonly IncidentUpdate[];
  /** The runs whose outcome is in the record. */
  readonly sentRuns: readonly string[];
  /** Outcomes of runs, for the list of actions taken. */
  readonly actions: readonly TimelineLine[];
  readonly timeline: readonly TimelineLine[];
  /** Path or address of the finished post-mortem; absent: none. */
  readonly postMortem?: string;
}

const fieldWords: Readonly<Record<IncidentField, string>> = {
  title: 'title',
  impact: 'impact',
  cause: 'cause',
  commander: 'commander',
  scribe: 'scribe',
  services: 'affected services',
  eta: 'expected resolution',
};

const quietly = (text: string): string => (text === '' ? '' : `: ${text}`);

const sentTexts: Readonly<Record<SentAction, Readonly<Record<SendOutcome, string>>>> = {
  update: { sent: 'update posted', failed: 'update not posted', unknown: 'update may have been posted' },
  acknowledge: { sent: 'acknowledged', failed: 'not acknowledged', unknown: 'may be acknowledged' },
  resolve: { sent: 'resolved', failed: 'not resolved', unknown: 'may be resolved' },
  issue: { sent: 'issue filed', failed: 'issue not filed', unknown: 'issue may have been filed' },
};

/** The line that an entry adds to the timeline. */
const lineOf = ({ at, who, entry }: IncidentEntry): TimelineLine => {
  const by = (word: string, text: string, level: Level = 'ok'): TimelineLine => ({
    at,
    who,
    word,
    text,
    level,
  });
  switch (entry.event) {
    case 'declared':
      return by('declared', `${entry.severity === '' ? '' : `${entry.severity} · `}${entry.title}`, 'crit');
    case 'acknowledged':
      return by('acknowledged', '');
    case 'severity':
      return by('severity', `${entry.severity}${quietly(entry.reason)}`, 'warn');
    case 'status':
      return by('status', `${entry.status}${quietly(entry.text)}`);
    case 'field':
      return by(fieldWords[entry.field], entry.value === '' ? '(removed)' : entry.value);
    case 'note':
      return by('note', entry.text);
    case 'update':
      return by('update', `${entry.text}${entry.to === '' ? '' : ` (${entry.to})`}`);
    case 'escalated':
      return by('escalated', `${entry.step}${quietly(entry.text)}`, 'warn');
    case 'next-step':
      return by('next step', entry.text);
    case 'action-item':
      return by('action item', `${entry.text}${entry.owner === '' ? '' : ` (${entry.owner})`}`);
    case 'linked':
      return by('linked', `${entry.service} ${entry.reference}`);
    case 'sent': {
      const { service, action, outcome, reference, text } = entry;
      const what = [sentTexts[action][outcome], outcome === 'sent' ? reference : ''].filter(
        (part) => part !== '',
      );
      return by(service, `${what.join(' ')}${quietly(text)}`, outcome === 'sent' ? 'ok' : 'warn');
    }
    case 'observed':
      return { at: entry.seenAt, who: '', word: entry.kind, text: entry.text, level: entry.level };
    case 'post-mortem':
      return by('post-mortem', entry.file);
  }
};

const initial = (
  id: string,
  { at, who }: IncidentEntry,
  {
    system,
    env,
    drill,
    title,
    severity,
    reason,
    impact,
    services,
    commander,
  }: Extract<IncidentEvent, { event: 'declared' }>,
): DeclaredIncident => ({
  id,
  system,
  env,
  isDrill: drill === true,
  title,
  severity,
  severityReason: reason,
  status: 'investigating',
  impact,
  cause: '',
  commander,
  scribe: '',
  services,
  eta: '',
  declaredBy: who,
  declaredAt: at,
  escalated: {},
  nextSteps: [],
  actionItems: [],
  links: [],
  updates: [],
  sentRuns: [],
  actions: [],
  timeline: [],
});

const withLink = (
  incident: DeclaredIncident,
  { service, reference, url }: IncidentLink,
): DeclaredIncident => {
  const known = incident.links.find((one) => one.service === service && one.reference === reference);
  const others = incident.links.filter((one) => one !== known);
  return {
    ...incident,
    links: [...others, { service, reference, url: url === '' ? (known?.url ?? '') : url }],
  };
};

const withUpdate = (incident: DeclaredIncident, seq: number, at: Millis, text: string): DeclaredIncident =>
  text === '' ? incident : { ...incident, updates: [...incident.updates, { seq, at, text }] };

/** A posting counts as the latest update, also where the text is that of a change of the status. */
const withSent = (
  incident: DeclaredIncident,
  at: Millis,
  sent: Extract<IncidentEvent, { event: 'sent' }>,
): DeclaredIncident => {
  const { run, action, outcome, reference, update } = sent;
  const linked = outcome === 'sent' && reference !== '' ? withLink(incident, sent) : incident;
  return {
    ...linked,
    sentRuns: [...incident.sentRuns, run],
    updates: incident.updates.map((one) => (one.seq === update ? { ...one, posting: outcome } : one)),
    ...(action === 'update' && outcome === 'sent'
      ? { updatedAt: Math.max(at, incident.updatedAt ?? 0) }
      : {}),
  };
};

/** Applies an entry to what it changes; the timeline is separate. */
const applied = (incident: DeclaredIncident, { seq, at, who, entry }: IncidentEntry): DeclaredIncident => {
  switch (entry.event) {
    case 'acknowledged':
      // The first counts: the time to acknowledge is measured from it.
      return incident.acknowledgedAt === undefined
        ? { ...incident, acknowledgedAt: at, acknowledgedBy: who }
        : incident;
    case 'severity':
      return { ...incident, severity: entry.severity, severityReason: entry.reason };
    case 'status': {
      const { resolvedAt: _, ...open } = withUpdate(incident, seq, at, entry.text);
      return entry.status === 'resolved'
        ? { ...open, status: entry.status, resolvedAt: incident.resolvedAt ?? at }
        : { ...open, status: entry.status };
    }
    case 'field':
      return { ...incident, [entry.field]: entry.value };
    case 'update':
      return { ...withUpdate(incident, seq, at, entry.text), updatedAt: at };
    case 'escalated':
      return entry.step in incident.escalated
        ? incident
        : { ...incident, escalated: { ...incident.escalated, [entry.step]: at } };
    case 'next-step':
      return { ...incident, nextSteps: [...incident.nextSteps, entry.text] };
    case 'action-item':
      return {
        ...incident,
        actionItems: [...incident.actionItems, { text: entry.text, owner: entry.owner }],
      };
    case 'linked':
      return withLink(incident, entry);
    case 'sent':
      return incident.sentRuns.includes(entry.run) ? incident : withSent(incident, at, entry);
    case 'post-mortem':
      return { ...incident, postMortem: entry.file };
    case 'declared':
    case 'note':
    case 'observed':
      return incident;
  }
};

/** The end of the line of a run that has begun: its outcome has a line of its own. */
const startedText = ' started';

/**
 * The incident that these entries record; undefined if the first is not its declaration. A change that several cockpits
 * observed appears once.
 */
export const declaredIncidentOf = (
  id: string,
  entries: readonly IncidentEntry[],
): DeclaredIncident | undefined => {
  const [first] = entries;
  if (first?.entry.event !== 'declared') return undefined;
  let incident = initial(id, first, first.entry);
  const timeline: TimelineLine[] = [];
  const actions: TimelineLine[] = [];
  const seen = new Set<string>();
  for (const one of entries) {
    if (one.entry.event === 'observed') {
      if (seen.has(one.entry.key)) continue;
      seen.add(one.entry.key);
    }
    if (one.entry.event === 'sent' && incident.sentRuns.includes(one.entry.run)) continue;
    incident = applied(incident, one);
    const line = lineOf(one);
    timeline.push(line);
    if (one.entry.event === 'observed' && one.entry.kind === 'run' && !one.entry.text.endsWith(startedText))
      actions.push(line);
  }
  return { ...incident, actions, timeline: timeline.toSorted((a, b) => a.at - b.at) };
};

/** True until it is resolved. */
export const isOpenIncident = ({ resolvedAt }: DeclaredIncident): boolean => resolvedAt === undefined;
