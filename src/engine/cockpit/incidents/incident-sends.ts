import type { Millis } from '../../../domain/base/fault.ts';
import type { DeclaredIncident, IncidentUpdate } from '../../../domain/incidents/declared-incident.ts';
import type { SentAction } from '../../../domain/incidents/incident-event.ts';
import { incidentRunbookIds } from '../../../domain/incidents/incident-response.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import type { Runbook } from '../../../domain/runbooks/runbook.ts';
import { cutText } from '../../../domain/text/cut-text.ts';
import { dayMs } from '../../../domain/text/duration.ts';
import { issueLink, pageLink, threadLink, unpostedUpdate } from '../../../incidents/incident-progress.ts';
import { followUpBody, issueBody, updateText } from '../../../incidents/incident-reports.ts';
import type { IncidentFiles } from '../../../persistence/incidents/incident-files.ts';
import {
  addSend,
  type IncidentRun,
  missingSends,
  readIncidentRuns,
} from '../../../persistence/incidents/incident-runs.ts';
import type { ParamInputs } from '../../../runs/runbooks/params.ts';

/** A run that sends something about an incident, before its preview. */
interface IncidentSend<Inputs extends ParamInputs = Readonly<Record<string, string>>> {
  readonly runbook: Runbook;
  readonly inputs: Inputs;
}

/** The texts by which a run refers to parameters; escaped, Markdown shows them as they were written. */
const asLiteral = (text: string): string => text.replaceAll('${', '$\\{');

/** The key of the thread of an incident, unique across the machines that post to a channel. */
const threadKey = ({ id, declaredAt }: DeclaredIncident): string =>
  `opsdeck-${id}-${declaredAt.toString(36)}`;

const updateInputs = (
  incident: DeclaredIncident,
  update: IncidentUpdate,
  template: string | undefined,
): IncidentSend['inputs'] => {
  const root = threadLink(incident);
  return {
    incident: incident.id,
    update: String(update.seq),
    thread: threadKey(incident),
    // A thread that is not one of a message is searched by its key.
    'reply-to': /^\d+\.\d+$/.test(root) ? root : '',
    text: updateText(incident, update.text, template),
  };
};

/** Severities of an event by rank, from the worst. Source: PagerDuty, Events API v2, `payload.severity`. */
const eventSeverities = ['critical', 'error', 'warning', 'info'] as const;

const pageInputs = (incident: DeclaredIncident, model: Profile['severity']): IncidentSend['inputs'] => {
  const rank = model?.severities.find(({ id }) => id === incident.severity)?.rank ?? 1;
  const affected = incident.services === '' ? `${incident.system}/${incident.env}` : incident.services;
  return {
    incident: incident.id,
    key: threadKey(incident),
    summary: cutText(`${incident.id}: ${incident.title}`, 250),
    severity: eventSeverities[rank - 1] ?? 'info',
    affected: cutText(affected, 250),
  };
};

const withBody = (runbook: Runbook, body: string): Runbook => ({
  ...runbook,
  act: runbook.act.map((step) => ({ ...step, with: { ...step.with, body: asLiteral(body) } })),
});

/** Follow-ups of a declared incident ('INC-7') or of a run, by its id. */
export interface FollowUps {
  readonly about: string;
  readonly titles: readonly string[];
}

/** The runs that have filed follow-ups of the same incident or run, or may have. */
type FiledFollowUps = readonly Pick<IncidentRun, 'incident' | 'event'>[];

/** The run that files an issue for each follow-up that has none yet, or why there is nothing to file. */
export const followUpsSend = (
  { runbooks, system, env }: Pick<Profile, 'runbooks' | 'system' | 'env'>,
  { about, titles }: FollowUps,
  runs: FiledFollowUps,
): IncidentSend<ParamInputs> | string => {
  const runbook = runbooks.find(({ id }) => id === incidentRunbookIds['follow-ups']);
  if (runbook?.reports === undefined)
    return 'the profile names no source for issues. Add tracker: under incident: in the profile';
  if (titles.length === 0) return 'no runbook of this incident proposes a follow-up';
  const filed = new Set(
    runs.flatMap(({ incident, event: { issues = [] } }) =>
      incident === about ? issues.map(({ title }) => title) : [],
    ),
  );
  const left = titles.filter((title) => !filed.has(title));
  if (left.length === 0)
    return `the follow-ups of ${about} may already be filed: check the issue tracker first`;
  const params = runbook.params.map((spec) => (spec.name === 'issues' ? { ...spec, of: left } : spec));
  return {
    runbook: withBody({ ...runbook, params }, followUpBody({ system, env }, about)),
    inputs: { incident: about, issues: left },
  };
};

/** The runbook and its parameters, or why there is nothing to send. */
export const incidentSend = (
  { incident: response, runbooks, severity }: Pick<Profile, 'incident' | 'runbooks' | 'severity'>,
  incident: DeclaredIncident,
  action: SentAction,
): IncidentSend | string => {
  const runbook = runbooks.find(({ id }) => id === incidentRunbookIds[action]);
  if (runbook?.reports === undefined)
    return 'the profile names no source for this action. Add one under incident: in the profile';
  if (action === 'update') {
    const update = unpostedUpdate(incident);
    if (update === undefined)
      return incident.updates.length === 0
        ? 'the incident has no update yet: record one first'
        : 'the latest update is already posted. Record a new one first';
    return { runbook, inputs: updateInputs(incident, update, response?.updates?.template) };
  }
  if (action === 'issue') {
    const issue = issueLink(incident);
    if (issue !== '') return `issue ${issue} is filed`;
    const title = `${incident.id}: ${incident.title}`.slice(0, 250);
    return {
      runbook: withBody(runbook, issueBody(incident)),
      inputs: { incident: incident.id, title },
    };
  }
  if (action === 'page') return { runbook, inputs: pageInputs(incident, severity) };
  const page = pageLink(incident).replace(/^#/, '');
  const inPager = { incident: incident.id, ...(page === '' ? {} : { page }) };
  if (action !== 'note') return { runbook, inputs: inPager };
  const latest = incident.updates.at(-1);
  if (latest === undefined) return 'the incident has no update yet: record one first';
  return { runbook, inputs: { ...inPager, update: String(latest.seq), text: latest.text } };
};

/** After its resolution, an incident is still resolved in other services for this long. */
const linkedMs = 7 * dayMs;

/**
 * Adds the outcomes of runs that have sent something about the incidents, which the ledger has. A resolved incident is closed
 * elsewhere, too. `dir`: the directory of the ledger. `now`: wall-clock ms.
 */
export const linkSends = async (
  { files, dir }: { readonly files: IncidentFiles; readonly dir: string },
  { world }: Pick<Profile, 'world'>,
  incidents: readonly DeclaredIncident[],
  now: Millis,
): Promise<void> => {
  const recent = incidents.filter(({ resolvedAt }) => now - (resolvedAt ?? now) < linkedMs);
  if (recent.length === 0) return;
  const runs = await readIncidentRuns(dir, Math.min(...recent.map(({ declaredAt }) => declaredAt)));
  for (const incident of recent)
    for (const missingSend of missingSends(incident, runs, world !== undefined))
      await addSend(files, missingSend);
};
