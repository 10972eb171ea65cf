import { defined } from '../domain/base/defined.ts';
import type { Millis } from '../domain/base/fault.ts';
import type { Snapshot } from '../domain/facts/snapshot.ts';
import { type DeclaredIncident, isOpenIncident } from '../domain/incidents/declared-incident.ts';
import type { IncidentEvent } from '../domain/incidents/incident-event.ts';
import type { RecordScope } from '../domain/profile/record-scope.ts';
import { isBlankText } from '../domain/text/visible-text.ts';
import { newAttachments, signalsAttachment } from './attachments.ts';
import { openFindings } from './open-findings.ts';

/** The records of incidents, as far as they are added to. */
export interface IncidentRecords {
  /** Starts a record, and returns the id of its incident. `at`: wall-clock ms. */
  declare(who: string, time: Millis, event: DeclaredEvent): Promise<string>;
  /** Appends what `make` returns for the incident as it is now, and for the keys of what is observed and attached. */
  append(
    id: string,
    who: string,
    time: Millis,
    make: (incident: DeclaredIncident, keys: ReadonlySet<string>) => readonly IncidentEvent[],
  ): Promise<DeclaredIncident>;
}

type DeclaredEvent = Extract<IncidentEvent, { event: 'declared' }>;
type StatusEvent = Extract<IncidentEvent, { event: 'status' }>;

/** Facts about an incident at its declaration. An absent text is recorded as ''. */
type Declaration = Pick<DeclaredEvent, 'title' | 'commander'> &
  Partial<Pick<DeclaredEvent, 'severity' | 'reason' | 'impact' | 'services' | 'situation'>>;

/** The first entry of a record. */
export const declaredEvent = (
  { system, env, isDrill }: RecordScope,
  { title, commander, severity = '', reason = '', impact = '', services = '', situation }: Declaration,
): DeclaredEvent => ({
  event: 'declared',
  system,
  env,
  title,
  severity,
  reason,
  impact,
  services,
  commander,
  ...defined({ situation }),
  ...(isDrill ? { drill: true as const } : {}),
});

/** The author of a declaration, and the sources of the wall-clock ms and of the signals of its entries. */
interface Declarer {
  readonly who: string;
  wallNow(): Millis;
  snapshot(): Snapshot;
}

/** Starts a record with the signals of the environment, and returns the id of its incident. */
export const declareWithSignals = async (
  records: IncidentRecords,
  event: DeclaredEvent,
  { who, wallNow, snapshot }: Declarer,
): Promise<string> => {
  const id = await records.declare(who, wallNow(), event);
  const signals = signalsAttachment(snapshot(), wallNow());
  if (signals !== undefined) await records.append(id, who, wallNow(), () => [signals]);
  return id;
};

/** True if the incident is one of this environment, a drill exactly when its records are those of drills. */
export const isIncidentOf = (
  { system, env, isDrill }: RecordScope,
  incident: Pick<DeclaredIncident, 'system' | 'env' | 'isDrill'>,
): boolean => incident.system === system && incident.env === env && incident.isDrill === isDrill;

/** Adds attachments to the open incidents, each once. One that was resolved meanwhile gets none. `at`: wall-clock ms. */
export const attachToOpen = async (
  records: Pick<IncidentRecords, 'append'>,
  incidents: readonly DeclaredIncident[],
  events: readonly IncidentEvent[],
  { who, at }: { readonly who: string; readonly at: Millis },
): Promise<void> => {
  for (const { id } of incidents.filter(isOpenIncident))
    await records.append(id, who, at, (now, keys) =>
      isOpenIncident(now) ? newAttachments(keys, events) : [],
    );
};

/** A change of the status that may be recorded, or the open findings for which a resolution needs a reason. */
type JudgedStatus = { readonly event: StatusEvent } | { readonly findings: readonly string[] };

/**
 * Judges a change of the status. A resolution while something about the affected services is critical or unknown needs a reason,
 * and records both. While everything is green it records neither: a reason that was given earlier no longer applies.
 */
export const judgeStatus = (
  incident: Pick<DeclaredIncident, 'services'>,
  event: StatusEvent,
  snapshot: Pick<Snapshot, 'kinds' | 'signals'>,
): JudgedStatus => {
  if (event.status !== 'resolved') return { event };
  const { reason = '', notGreen: _, ...rest } = event;
  const findings = openFindings(incident, snapshot);
  if (findings.length === 0) return { event: rest };
  if (isBlankText(reason)) return { findings };
  return { event: { ...rest, reason: reason.trim(), notGreen: findings } };
};

/** True if the event has a text for stakeholders: an update, or a status that says more than its word. */
export const isPostable = (event: IncidentEvent): boolean =>
  event.event === 'update' || (event.event === 'status' && event.text !== '');
