import { defined } from '../../../domain/base/defined.ts';
import { type DeclaredIncident, isOpenIncident } from '../../../domain/incidents/declared-incident.ts';
import { severityEvidence } from '../../../incidents/evidence.ts';
import type { IncidentPlan } from '../../../incidents/incident-clock.ts';
import { type SuggestedSeverity, suggestSeverity } from '../../../incidents/suggest-severity.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { liveContext, type RenderContext } from '../../shell/contract/render-context.ts';
import { timeTravelBlockedReason } from '../../shell/state/past-context.ts';

/** The open incidents, oldest first. */
export const openIncidents = ({ incidents = [] }: CockpitState): readonly DeclaredIncident[] =>
  incidents.filter(isOpenIncident);

/** The incident that Incident shows: the chosen one, else the newest open one, else the newest. */
export const shownIncident = ({
  cockpit,
  ui,
}: Pick<RenderContext, 'cockpit' | 'ui'>): DeclaredIncident | undefined =>
  cockpit.incidents?.find(({ id }) => id === ui.incident) ??
  openIncidents(cockpit).at(-1) ??
  cockpit.incidents?.at(-1);

/** The incident that keys change: the shown one, as it is now. During time travel facts are those of the past, incidents are not. */
export const presentIncident = ({ view }: KeyContext): DeclaredIncident | undefined =>
  shownIncident(liveContext(view));

/** Severities, escalation path, contacts and runbooks of the open environment. */
export const incidentPlan = ({ open, suggestions }: CockpitState): IncidentPlan => ({
  ...defined({ severity: open?.severity, escalation: open?.escalation }),
  contacts: open?.contacts ?? [],
  runbooks: suggestions.map(({ runbook }) => runbook),
});

/** Why no follow-up of an incident can be filed. */
export const followUpsBlockedReason = (
  { open }: CockpitState,
  { followUpIssues }: DeclaredIncident,
  unfiled: readonly string[],
): string | undefined => {
  if (open?.followUpTracker === undefined) return 'not in the profile';
  if (unfiled.length > 0) return undefined;
  return followUpIssues.length === 0
    ? 'none of the runbooks of this incident proposes a follow-up'
    : 'the proposed follow-ups are filed';
};

/** The open incident that keys change; undefined: the shown one is resolved, or there is none. */
export const openIncidentOf = (context: KeyContext): DeclaredIncident | undefined => {
  const incident = presentIncident(context);
  return incident !== undefined && isOpenIncident(incident) ? incident : undefined;
};

/** Why no incident can be changed: time travel, or there is none. */
export const noIncidentReason = (context: KeyContext): string | undefined =>
  timeTravelBlockedReason(context.view) ??
  (presentIncident(context) === undefined ? 'there is no incident: press ! to declare one' : undefined);

/** The same for what only an open incident has. */
export const noOpenIncidentReason = (context: KeyContext): string | undefined =>
  timeTravelBlockedReason(context.view) ??
  (openIncidentOf(context) === undefined ? 'there is no open incident: press ! to declare one' : undefined);

/** The severity that the present findings suggest. */
export const severitySuggestion = ({ view }: KeyContext): SuggestedSeverity | undefined => {
  const { own, cockpit } = liveContext(view);
  return own === undefined
    ? undefined
    : suggestSeverity(cockpit.open?.severity, severityEvidence(own.snapshot));
};
