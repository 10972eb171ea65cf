import { defined } from '../../../domain/base/defined.ts';
import { type DeclaredIncident, isOpenIncident } from '../../../domain/incidents/declared-incident.ts';
import type { IncidentEvent } from '../../../domain/incidents/incident-event.ts';
import { nextEscalation } from '../../../incidents/incident-clock.ts';
import { unfiledFollowUps } from '../../../incidents/incident-reports.ts';
import { openFindings, openFindingsText } from '../../../incidents/open-findings.ts';
import { situationHead } from '../../../situation/sentence.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { liveContext } from '../../shell/contract/render-context.ts';
import { timeTravelBlockedReason } from '../../shell/state/past-context.ts';
import { viewSituation } from '../../shell/state/view-situation.ts';
import {
  followUpsBlockedReason,
  incidentPlan,
  noIncidentReason,
  noOpenIncidentReason,
  openIncidentOf,
  presentIncident,
  severitySuggestion,
} from './chosen-incident.ts';
import { askAboutIncident, nextStatus } from './incident-dialogs.ts';
import { openIncidentMenu } from './menu.ts';
import type { IncidentMenu } from './view-state.ts';

/** `!`: declares an incident, or adds a note to the open one. */
export const incidentKey: Binding = {
  id: 'incident',
  keys: ['!'],
  description: 'declare an incident, or add a note to the open one',
  footer: 'incident',
  footerMinColumns: 100,
  whyNot: ({ view }) =>
    view.cockpit.open === undefined ? 'no environment is open yet' : timeTravelBlockedReason(view),
  run: (context) => {
    const incident = openIncidentOf(context);
    if (incident !== undefined)
      return askAboutIncident(context, {
        why: 'incident-note',
        incident: incident.id,
        about: `${incident.id} ${incident.title}`,
      });
    declare(context);
  },
};

const declare = (context: KeyContext): void => {
  const suggested = severitySuggestion(context);
  const about =
    suggested === undefined
      ? 'no finding suggests a severity: choose one'
      : `severity ${suggested.severity.id}: ${suggested.reason}`;
  const situation = viewSituation(context.view);
  const title = situation === undefined || situation.causes.length === 0 ? '' : situationHead(situation);
  askAboutIncident(context, {
    ...{ why: 'incident', incident: '', about },
    ...(title === '' ? {} : { fallback: context.view.pen.run(title).text }),
  });
};

const add = (context: KeyContext, event: IncidentEvent): void => {
  const incident = openIncidentOf(context);
  if (incident !== undefined) context.commands.addToIncident(incident.id, event);
};

/** True if the pager of the profile has an incident that no one has acknowledged. */
const isPaged = ({ view }: KeyContext): boolean => {
  const pager = view.cockpit.open?.incidentResponse?.pager;
  const rows = view.own?.snapshot.kinds.alerts.rows ?? [];
  return rows.some(({ fact }) => fact.source === pager && fact.state === 'firing');
};

/** Critical or unknown findings of the affected services now; an object without data is unknown. */
const findingsAgainst = ({ view }: KeyContext, incident: DeclaredIncident): readonly string[] => {
  const { own } = liveContext(view);
  return own === undefined
    ? ['the findings of the affected services are unknown until the environment is open']
    : openFindings(incident, own.snapshot);
};

/** Opens a list about the shown incident. */
const menuKey = (
  menu: IncidentMenu,
  binding: Pick<Binding, 'id' | 'keys' | 'description'> & Partial<Pick<Binding, 'footer'>>,
  whyNot: Binding['whyNot'],
): Binding => ({
  ...binding,
  ...defined({ whyNot }),
  run: (context) => {
    const incident = presentIncident(context);
    if (incident !== undefined) openIncidentMenu(context, menu, incident.id);
  },
});

/** Shows another incident: the open ones, then the resolved ones, each newest first. */
const switchBy =
  (step: number) =>
  (context: KeyContext): void => {
    const { incidents = [] } = context.view.cockpit;
    const newest = incidents.toReversed();
    const ids = [
      ...newest.filter(isOpenIncident),
      ...newest.filter((declaredIncident) => !isOpenIncident(declaredIncident)),
    ].map(({ id }) => id);
    const index = ids.indexOf(presentIncident(context)?.id ?? '');
    const id = ids[(index + step + ids.length) % ids.length];
    if (id !== undefined) context.model.setState({ incident: id });
  };

const onlyOne = ({ view }: KeyContext): string | undefined =>
  (view.cockpit.incidents?.length ?? 0) > 1 ? undefined : 'this is the only incident';

/** Keys of Incident. */
export const incidentPaneKeys: readonly Binding[] = [
  {
    id: 'incident.ack',
    keys: ['a'],
    description: 'acknowledge the incident, then preview the acknowledgement in PagerDuty',
    footer: 'acknowledge',
    whyNot: (context) =>
      noOpenIncidentReason(context) ??
      (openIncidentOf(context)?.acknowledgedAt === undefined
        ? undefined
        : 'the incident is already acknowledged'),
    run: (context) => {
      add(context, { event: 'acknowledged' });
      const incident = openIncidentOf(context);
      if (incident !== undefined && isPaged(context))
        context.commands.sendIncident(incident.id, 'acknowledge');
    },
  },
  menuKey(
    'severity',
    { id: 'incident.severity', keys: ['S'], description: 'set the severity. The suggested one is selected' },
    noOpenIncidentReason,
  ),
  {
    id: 'incident.status',
    keys: ['t'],
    description: 'set the next status: identified, monitoring, resolved',
    footer: 'status',
    whyNot: noOpenIncidentReason,
    run: (context) => {
      const incident = openIncidentOf(context);
      if (incident === undefined) return;
      const next = nextStatus(incident);
      const findings = next === 'resolved' ? findingsAgainst(context, incident) : [];
      askAboutIncident(context, {
        why: findings.length === 0 ? 'incident-status' : 'incident-resolve',
        incident: incident.id,
        about: [
          `${incident.id} ${incident.status} → ${next}`,
          ...(findings.length === 0 ? [] : [openFindingsText(findings)]),
        ].join(' · '),
      });
    },
  },
  {
    id: 'incident.reopen',
    keys: ['T'],
    description: 'set the status back to investigating, because the fix did not last',
    whyNot: (context) =>
      noIncidentReason(context) ??
      (presentIncident(context)?.status === 'investigating'
        ? 'the incident is already being investigated'
        : undefined),
    run: (context) => {
      const incident = presentIncident(context);
      if (incident !== undefined)
        context.commands.addToIncident(incident.id, { event: 'status', status: 'investigating', text: '' });
    },
  },
  {
    id: 'incident.update',
    keys: ['i'],
    description: 'record an update for stakeholders, then preview the message',
    footer: 'update',
    whyNot: noOpenIncidentReason,
    run: (context) => {
      const incident = openIncidentOf(context);
      if (incident !== undefined)
        askAboutIncident(context, {
          why: 'incident-update',
          incident: incident.id,
          about: `${incident.id} ${incident.title}`,
        });
    },
  },
  {
    id: 'incident.command',
    keys: ['c'],
    description: 'take or hand over the command of the incident',
    whyNot: noOpenIncidentReason,
    run: (context) => {
      const incident = openIncidentOf(context);
      const me = context.view.cockpit.open?.operator ?? '';
      if (incident !== undefined)
        askAboutIncident(context, {
          why: 'incident-commander',
          incident: incident.id,
          about:
            incident.commander === ''
              ? `${incident.id} has no commander yet`
              : `${incident.commander} commands ${incident.id}`,
          text: incident.commander === me ? '' : me,
        });
    },
  },
  menuKey(
    'fields',
    {
      id: 'incident.fields',
      keys: ['f'],
      description: 'edit a field: impact, affected services, cause, next step, action item',
      footer: 'fields',
    },
    noIncidentReason,
  ),
  {
    id: 'incident.escalate',
    keys: ['E'],
    description: 'record that the next step of the escalation path was called',
    footer: 'escalate',
    whyNot: (context) => {
      const no = noOpenIncidentReason(context);
      const incident = openIncidentOf(context);
      if (no !== undefined || incident === undefined) return no;
      return nextEscalation(incident, incidentPlan(context.view.cockpit)) === undefined
        ? 'you have called every step of the escalation path'
        : undefined;
    },
    run: (context) => {
      const incident = openIncidentOf(context);
      const next = incident && nextEscalation(incident, incidentPlan(context.view.cockpit));
      if (next === undefined) return;
      add(context, { event: 'escalated', step: next.step.id, text: '' });
      context.notify(`escalated to ${next.step.title}`);
    },
  },
  menuKey(
    'outside',
    {
      id: 'incident.report',
      keys: ['O'],
      description: 'report the incident: post the update, acknowledge or resolve in PagerDuty, file an issue',
      footer: 'report',
    },
    noIncidentReason,
  ),
  {
    id: 'incident.follow-ups',
    keys: ['F'],
    description: 'file the proposed follow-ups as issues, after a confirmation',
    whyNot: (context) => {
      const incident = presentIncident(context);
      const { cockpit } = context.view;
      return (
        noIncidentReason(context) ??
        (incident &&
          followUpsBlockedReason(cockpit, incident, unfiledFollowUps(incident, incidentPlan(cockpit))))
      );
    },
    run: (context) => {
      const incident = presentIncident(context);
      if (incident === undefined) return;
      const titles = unfiledFollowUps(incident, incidentPlan(context.view.cockpit));
      context.commands.fileFollowUps(incident.id, titles);
    },
  },
  menuKey(
    'documents',
    {
      id: 'incident.documents',
      keys: ['d'],
      description: 'write a document: handover, update, post-mortem, record',
      footer: 'documents',
    },
    noIncidentReason,
  ),
  {
    id: 'incident.next',
    keys: [']'],
    description: 'show the next incident, open ones first',
    whyNot: onlyOne,
    run: switchBy(1),
  },
  {
    id: 'incident.previous',
    keys: ['['],
    description: 'show the previous incident',
    whyNot: onlyOne,
    run: switchBy(-1),
  },
  {
    id: 'incident.declare',
    keys: ['N'],
    description: 'declare another incident',
    whyNot: ({ view }) => timeTravelBlockedReason(view),
    run: declare,
  },
];
