import type { DeclaredIncident, IncidentUpdate, SentAction } from '../../domain/declared-incident.ts';
import { incidentRunbookIds } from '../../domain/incident-response.ts';
import type { Profile } from '../../domain/profile.ts';
import type { Runbook } from '../../domain/runbook.ts';
import { issueLink, pageLink, threadLink, unpostedUpdate } from '../../incidents/incident-progress.ts';
import { issueBody, updateText } from '../../incidents/incident-reports.ts';

/** A run that sends something about an incident, before its preview. */
interface IncidentSend {
  readonly runbook: Runbook;
  readonly inputs: Readonly<Record<string, string>>;
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

const withBody = (runbook: Runbook, body: string): Runbook => ({
  ...runbook,
  act: runbook.act.map((step) => ({ ...step, with: { ...step.with, body: asLiteral(body) } })),
});

/** The runbook and its parameters, or why there is nothing to send. */
export const incidentSend = (
  { incident: response, runbooks }: Pick<Profile, 'incident' | 'runbooks'>,
  incident: DeclaredIncident,
  action: SentAction,
): IncidentSend | string => {
  const runbook = runbooks.find(({ id }) => id === incidentRunbookIds[action]);
  if (runbook?.reports === undefined)
    return 'the profile names no source for it: see incident in the profile';
  if (action === 'update') {
    const update = unpostedUpdate(incident);
    if (update === undefined)
      return incident.updates.length === 0
        ? 'no update is recorded yet'
        : 'the latest update is posted: record a new one';
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
  const page = pageLink(incident).replace(/^#/, '');
  return { runbook, inputs: { incident: incident.id, ...(page === '' ? {} : { page }) } };
};
