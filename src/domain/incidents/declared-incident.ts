import type { Millis } from '../base/fault.ts';
import type {
  DeclaredStatus,
  FollowUpIssue,
  IncidentEntry,
  IncidentEvent,
  LinkedService,
  SendOutcome,
  TimelineLine,
} from './incident-event.ts';
import { timelineLineOf } from './incident-timeline.ts';

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
  /** The situation at its declaration, in one sentence; '' where it was not recorded. */
  readonly situation: string;
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
  /** The issues for its follow-ups that were filed, or may have been. */
  readonly followUpIssues: readonly FollowUpIssue[];
  /** Outcomes of runs, for the list of actions taken. */
  readonly actions: readonly TimelineLine[];
  readonly timeline: readonly TimelineLine[];
  /** Path or address of the finished post-mortem; absent: none. */
  readonly postMortem?: string;
}

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
    situation = '',
  }: Extract<IncidentEvent, { event: 'declared' }>,
): DeclaredIncident => ({
  id,
  system,
  env,
  isDrill: drill === true,
  title,
  severity,
  severityReason: reason,
  situation,
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
  followUpIssues: [],
  actions: [],
  timeline: [],
});

const withLink = (
  incident: DeclaredIncident,
  { service, reference, url }: IncidentLink,
): DeclaredIncident => {
  const known = incident.links.find((link) => link.service === service && link.reference === reference);
  const others = incident.links.filter((link) => link !== known);
  return {
    ...incident,
    links: [...others, { service, reference, url: url === '' ? (known?.url ?? '') : url }],
  };
};

/** Adds a text for stakeholders. `to`: where a person has posted it; '' for nowhere. */
const withUpdate = (
  incident: DeclaredIncident,
  seq: number,
  time: Millis,
  text: string,
  to = '',
): DeclaredIncident => {
  if (text === '') return incident;
  const update: IncidentUpdate = { seq, at: time, text, ...(to === '' ? {} : { posting: 'sent' }) };
  return { ...incident, updates: [...incident.updates, update] };
};

/** A posting counts as the latest update, also where the text is that of a change of the status. */
const withSent = (
  incident: DeclaredIncident,
  time: Millis,
  sent: Extract<IncidentEvent, { event: 'sent' }>,
): DeclaredIncident => {
  const { run, action, outcome, reference, update, issues = [] } = sent;
  // The issues of follow-ups are not the issue of the incident.
  const isLink = outcome === 'sent' && reference !== '' && action !== 'follow-ups';
  const linked = isLink ? withLink(incident, sent) : incident;
  return {
    ...linked,
    sentRuns: [...incident.sentRuns, run],
    followUpIssues: [...incident.followUpIssues, ...issues],
    // A note in PagerDuty has the same text, and is no posting for stakeholders.
    updates: incident.updates.map((incidentUpdate) =>
      action === 'update' && incidentUpdate.seq === update
        ? { ...incidentUpdate, posting: outcome }
        : incidentUpdate,
    ),
    ...(action === 'update' && outcome === 'sent'
      ? { updatedAt: Math.max(time, incident.updatedAt ?? 0) }
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
      return { ...withUpdate(incident, seq, at, entry.text, entry.to), updatedAt: at };
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
    case 'attached':
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
  for (const entry of entries) {
    if (entry.entry.event === 'observed' || entry.entry.event === 'attached') {
      if (seen.has(entry.entry.key)) continue;
      seen.add(entry.entry.key);
    }
    if (entry.entry.event === 'sent' && incident.sentRuns.includes(entry.entry.run)) continue;
    const line = timelineLineOf(entry, entry.entry.event === 'declared' ? '' : incident.commander);
    incident = applied(incident, entry);
    timeline.push(line);
    if (
      entry.entry.event === 'observed' &&
      entry.entry.kind === 'run' &&
      !entry.entry.text.endsWith(startedText)
    )
      actions.push(line);
  }
  return { ...incident, actions, timeline: timeline.toSorted((a, b) => a.at - b.at) };
};

/** True until it is resolved. */
export const isOpenIncident = ({ resolvedAt }: DeclaredIncident): boolean => resolvedAt === undefined;
