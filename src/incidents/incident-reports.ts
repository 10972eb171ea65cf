import type { Millis } from '../domain/base/fault.ts';
import type { DeclaredIncident } from '../domain/incidents/declared-incident.ts';
import type { TimelineLine } from '../domain/incidents/incident-event.ts';
import { filledTemplate, type UpdateVariable } from '../domain/incidents/incident-response.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { isoTime } from '../domain/text/format.ts';
import {
  type IncidentPlan,
  incidentTargets,
  nextEscalation,
  type ProposingRunbook,
  postMortemDueAt,
} from './incident-clock.ts';
import { plainMarkdown } from './markdown.ts';

const orNotRecorded = (text: string): string => (text === '' ? 'not recorded' : plainMarkdown(text));

/** '2026-03-04 10:15 UTC' */
const minuteOf = (time: Millis): string => `${isoTime(time).slice(0, 16).replace('T', ' ')} UTC`;

const lengthText = ({ declaredAt, resolvedAt }: DeclaredIncident, now: Millis): string =>
  formatDuration(Math.max(0, Math.round(((resolvedAt ?? now) - declaredAt) / 60_000)) * 60_000);

const clockText = (time: Millis): string => isoTime(time).slice(11, 19);

/** A line of the timeline, and below it what is attached. */
const timelineRows = ({ at, who, word, text, details = [] }: TimelineLine): readonly string[] => [
  `- ${clockText(at)} ${word}${text === '' ? '' : ` ${plainMarkdown(text)}`}${who === '' ? '' : ` (${plainMarkdown(who)})`}`,
  ...details.map((line) => `  - ${plainMarkdown(line)}`),
];

/** '10:02:03 Restart billing · RECOVERED (ana@desk-3)' */
const actionText = ({ at, who, text }: TimelineLine): string =>
  `${clockText(at)} ${text}${who === '' ? '' : ` (${who})`}`;

/** The timeline as a Markdown list under a heading per day (UTC). */
const timelineLines = (timeline: readonly TimelineLine[]): readonly string[] => {
  const days = Map.groupBy(timeline, ({ at }) => isoTime(at).slice(0, 10));
  return [...days].flatMap(([day, lines]) => [`### ${day} (UTC)`, '', ...lines.flatMap(timelineRows), '']);
};

const bullets = (texts: readonly string[], none: string): readonly string[] =>
  texts.length === 0 ? [none] : texts.map((text) => `- ${plainMarkdown(text)}`);

/** True: neither Markdown nor a shell interprets a character of it. */
const isPlainWord = (text: string): boolean => /^[\w./-]+$/.test(text);

/**
 * The outcomes of steps and runs as a Markdown list, and the commands that show every request of these runs.
 * A drill has its runs in the ledger of the state directory.
 */
const actionLines = ({ actions, system, env, isDrill }: DeclaredIncident): readonly string[] => {
  const place = `${system}/${env}`;
  const from = isDrill || !isPlainWord(place) ? '' : ` --env ${place}`;
  const runs = [...new Set(actions.flatMap(({ run }) => run ?? []))].filter(isPlainWord);
  return [
    ...bullets(actions.map(actionText), 'None.'),
    ...(runs.length === 0
      ? []
      : ['', `${runs.length === 1 ? 'All requests of this run' : 'All requests of these runs'}:`, '']),
    ...runs.map((run) => `    opsdeck audit show${from} --run ${run}`),
  ];
};

/** True if the line of a run is that of a runbook: a title with values of parameters begins with the text before them. */
const isRunOf = ({ text }: TimelineLine, { title }: ProposingRunbook): boolean => {
  const [fixed = ''] = title.split('${');
  return fixed !== '' && text.startsWith(fixed);
};

/** The work that the runbooks of an incident propose: issues to file, none twice, without what is an action item already. */
const proposedIssues = (
  { actions, actionItems }: DeclaredIncident,
  { runbooks = [] }: IncidentPlan,
): readonly string[] => {
  const used = runbooks.filter((runbook) => actions.some((line) => isRunOf(line, runbook)));
  const known = new Set(actionItems.map(({ text }) => text));
  const titles = [
    ...used.flatMap(({ after = [] }) => after),
    ...used.flatMap(({ prevent = [] }) => prevent),
  ].map(({ title }) => title);
  return [...new Set(titles)].filter((title) => !known.has(title));
};

/** The proposed issues that are not filed yet. */
export const unfiledFollowUps = (incident: DeclaredIncident, plan: IncidentPlan): readonly string[] => {
  const filed = new Set(incident.followUpIssues.map(({ title }) => title));
  return proposedIssues(incident, plan).filter((title) => !filed.has(title));
};

/** The text of an issue for a follow-up. `about`: the incident or the run that it follows. Markdown. */
export const followUpBody = (
  { system, env }: { readonly system: string; readonly env: string },
  about: string,
): string => `Follow-up of ${about} of ${plainMarkdown(`${system}/${env}`)}.`;

/** 'Alert on replication lag (filed: #12)' */
const followUpText = (title: string, { followUpIssues }: DeclaredIncident): string => {
  const issue = followUpIssues.find((followUp) => followUp.title === title);
  if (issue === undefined) return title;
  const state = issue.outcome === 'sent' ? 'filed' : 'may have been filed';
  return `${title} (${[state, issue.reference].filter((part) => part !== '').join(': ')})`;
};

/** The values of an update. */
const updateValues = (
  incident: DeclaredIncident,
  text: string,
): Readonly<Record<UpdateVariable, string>> => ({
  id: incident.id,
  title: incident.title,
  severity: incident.severity,
  status: incident.status.toUpperCase(),
  impact: incident.impact,
  services: incident.services,
  started: minuteOf(incident.declaredAt),
  current: text,
  actions: incident.actions
    .slice(-mostActions)
    .map((action) => `• ${action.text}`)
    .join('\n'),
  next: incident.nextSteps.map((nextStep) => `• ${nextStep}`).join('\n'),
  eta: incident.eta,
  commander: incident.commander,
});

/** Actions of an update: a channel truncates a long message, and readers want the latest. */
const mostActions = 10;

/** The text of an update where the profile has none, in the order of the incident template of most runbooks. */
const plainTemplate = [
  '{id} · {title}',
  'Severity: {severity}',
  'Status: {status}',
  'Impact: {impact}',
  'Affected services: {services}',
  'Started: {started}',
  'Current status: {current}',
  'Expected resolution: {eta}',
  'Incident commander: {commander}',
  'Actions taken:',
  '{actions}',
  'Next steps:',
  '{next}',
].join('\n');

/** An update for stakeholders as plain text, for a channel. `template`: the team's own. */
export const updateText = (incident: DeclaredIncident, text: string, template = plainTemplate): string =>
  filledTemplate(template, updateValues(incident, text));

const head = (incident: DeclaredIncident, now: Millis): readonly string[] => [
  '| | |',
  '| --- | --- |',
  `| Environment | ${plainMarkdown(`${incident.system}/${incident.env}`)}${incident.isDrill ? ' (drill on a simulator)' : ''} |`,
  `| Severity | ${orNotRecorded(incident.severity)}${incident.severityReason === '' ? '' : `: ${plainMarkdown(incident.severityReason)}`} |`,
  `| Status | ${incident.status} |`,
  `| Impact | ${orNotRecorded(incident.impact)} |`,
  `| Affected services | ${orNotRecorded(incident.services)} |`,
  `| Commander | ${orNotRecorded(incident.commander)} |`,
  `| Declared | ${minuteOf(incident.declaredAt)} by ${plainMarkdown(incident.declaredBy)} |`,
  `| ${incident.resolvedAt === undefined ? 'Open for' : 'Duration'} | ${lengthText(incident, now)} |`,
];

/** The text of an issue for an incident. Markdown. */
export const issueBody = (incident: DeclaredIncident): string =>
  [
    `Declared incident ${incident.id} of ${plainMarkdown(`${incident.system}/${incident.env}`)}${incident.isDrill ? ' (drill on a simulator)' : ''}.`,
    '',
    `- Severity: ${orNotRecorded(incident.severity)}`,
    `- Impact: ${orNotRecorded(incident.impact)}`,
    `- Affected services: ${orNotRecorded(incident.services)}`,
    `- Commander: ${orNotRecorded(incident.commander)}`,
    `- Declared: ${minuteOf(incident.declaredAt)}`,
    `- Cause: ${orNotRecorded(incident.cause)}`,
    '',
    '## Action items',
    '',
    ...(incident.actionItems.length === 0
      ? ['_To be filled in._']
      : incident.actionItems.map(
          ({ text, owner }) =>
            `- [ ] ${plainMarkdown(text)}${owner === '' ? '' : `, owner: ${plainMarkdown(owner)}`}`,
        )),
  ].join('\n');

/** The targets of the incident as a Markdown list; a missed one says so. */
const targetLines = (incident: DeclaredIncident, plan: IncidentPlan, now: Millis): readonly string[] =>
  incidentTargets(incident, plan, now).map(
    ({ title, text, state }) =>
      `- ${plainMarkdown(title)}: ${plainMarkdown(text)}${state === 'late' ? ' **late**' : ''}`,
  );

/** A summary for the next shift: where the incident stands, what is due, what is open. Markdown. */
export const handoverMarkdown = (incident: DeclaredIncident, plan: IncidentPlan, now: Millis): string => {
  const next = nextEscalation(incident, plan);
  const recent = incident.timeline.slice(-15);
  return [
    `# Handover of ${incident.id}: ${plainMarkdown(incident.title)}`,
    '',
    ...head(incident, now),
    '',
    '## Due',
    '',
    ...targetLines(incident, plan, now),
    ...(next?.contact === undefined
      ? []
      : [`- Call next: ${plainMarkdown(`${next.contact.name} ${next.contact.reach}`)}`]),
    '',
    '## Actions taken',
    '',
    ...actionLines(incident),
    '',
    '## Next steps',
    '',
    ...bullets(incident.nextSteps, 'None recorded.'),
    '',
    `## Last ${recent.length} entries of the timeline`,
    '',
    ...timelineLines(recent),
  ].join('\n');
};

/** A draft of the post-mortem. What only people can judge is left to them, and says so. Markdown. */
export const postMortemMarkdown = (incident: DeclaredIncident, plan: IncidentPlan, now: Millis): string => {
  const dueAt = postMortemDueAt(incident);
  return [
    `# Post-mortem of ${incident.id}: ${plainMarkdown(incident.title)}`,
    '',
    ...(incident.situation === ''
      ? []
      : [`Situation at the declaration: ${plainMarkdown(incident.situation)}.`, '']),
    `Draft. Due: ${dueAt === undefined ? '48 h after the resolution' : minuteOf(dueAt)}.`,
    '',
    ...head(incident, now),
    '',
    '## Targets',
    '',
    ...targetLines(incident, plan, now),
    '',
    '## Cause',
    '',
    incident.cause === '' ? '_To be filled in._' : plainMarkdown(incident.cause),
    '',
    '## Contributing factors',
    '',
    '_To be filled in by the responders._',
    '',
    '## What went well, what did not',
    '',
    '_To be filled in._',
    '',
    '## Actions taken',
    '',
    ...actionLines(incident),
    '',
    '## Action items',
    '',
    ...(incident.actionItems.length === 0
      ? ['_To be filled in: what, owner, due date._']
      : incident.actionItems.map(
          ({ text, owner }) =>
            `- [ ] ${plainMarkdown(text)}, owner: ${owner === '' ? '_none_' : plainMarkdown(owner)}`,
        )),
    '',
    '## Proposed follow-up issues',
    '',
    ...bullets(
      proposedIssues(incident, plan).map((title) => followUpText(title, incident)),
      'None: no runbook of this incident names any.',
    ),
    '',
    '## Timeline',
    '',
    ...timelineLines(incident.timeline),
  ].join('\n');
};

/** An incident as JSON, with its timeline: times in ISO 8601, unknown ones null. */
export const incidentJson = (
  incident: DeclaredIncident,
  plan: IncidentPlan,
  now: Millis,
): Readonly<Record<string, unknown>> => {
  const { actions, timeline, isDrill, escalated, acknowledgedAt, resolvedAt, updatedAt, ...others } =
    incident;
  const { sentRuns: _, updates, ...rest } = others;
  const timeOrNull = (time: Millis | undefined): string | null => (time === undefined ? null : isoTime(time));
  const line = ({ at, ...details }: TimelineLine): unknown => ({ at: isoTime(at), ...details });
  return {
    ...rest,
    drill: isDrill,
    declaredAt: isoTime(incident.declaredAt),
    acknowledgedAt: timeOrNull(acknowledgedAt),
    resolvedAt: timeOrNull(resolvedAt),
    updatedAt: timeOrNull(updatedAt),
    postMortemDueAt: timeOrNull(postMortemDueAt(incident)),
    escalated: Object.fromEntries(Object.entries(escalated).map(([step, time]) => [step, isoTime(time)])),
    targets: incidentTargets(incident, plan, now).map(({ title, state, dueAt, text }) => ({
      title,
      state,
      dueAt: timeOrNull(dueAt),
      text,
    })),
    updates: updates.map(({ at, text, posting }) => ({ at: isoTime(at), text, posting: posting ?? null })),
    actions: actions.map(line),
    timeline: timeline.map(line),
  };
};
