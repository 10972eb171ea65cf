import { defined } from '../domain/base/defined.ts';
import type { SentAction } from '../domain/incidents/incident-event.ts';
import {
  followUpTracker,
  type IncidentChannel,
  type IncidentResponse,
  incidentRunbookIds,
} from '../domain/incidents/incident-response.ts';
import type { FollowUp, ParamSpec, Runbook, VerifyStep } from '../domain/runbooks/runbook.ts';

const withinMs = 60_000;

const incidentParam: ParamSpec = {
  name: 'incident',
  type: 'string',
  title: 'Declared incident',
  pattern: 'INC-[1-9][0-9]{0,8}',
};

/** A report of a run that belongs to no declared incident has the id of the run. */
const followUpsParam: ParamSpec = {
  ...incidentParam,
  title: 'Declared incident, or run',
  pattern: 'INC-[1-9][0-9]{0,8}|[A-Za-z0-9-]{1,64}',
};

const runbook = (
  reports: SentAction,
  { params, ...rest }: Pick<Runbook, 'title' | 'params' | 'act' | 'verify' | 'watchMs' | 'notes'>,
  position: Runbook['position'],
): Runbook => ({
  id: incidentRunbookIds[reports],
  covers: [],
  diagnose: [],
  params: params.some(({ name }) => name === incidentParam.name) ? params : [incidentParam, ...params],
  reports,
  position,
  ...rest,
});

type Position = Runbook['position'];

const updateParam: ParamSpec = {
  name: 'update',
  type: 'int',
  title: 'Number of the update in the record of the incident',
  min: 0,
  default: 0,
};

const keyPattern = '[A-Za-z0-9.:#/_-]{1,100}';

/** Posts an update: into the thread of the incident, which its first update starts. */
const updateRunbook = ({ source, channel, isWebhook }: IncidentChannel, position: Position): Runbook => {
  const inChannel = channel === undefined ? {} : { channel };
  const thread = '${param.thread}';
  const inThread = isWebhook === true ? {} : { thread, replyTo: '${param.reply-to}', ...inChannel };
  return runbook(
    'update',
    {
      title: `Post an update of the incident (${source})`,
      params: [
        updateParam,
        {
          name: 'thread',
          type: 'string',
          title: 'Key of the message thread in the channel',
          pattern: keyPattern,
        },
        {
          name: 'reply-to',
          type: 'string',
          title: 'First message of the thread in the channel',
          pattern: '([0-9]{9,11}[.][0-9]{6})?',
          default: '',
        },
        { name: 'text', type: 'string', title: 'Text', isMultiline: true },
      ],
      act: [
        {
          id: 'a1',
          title: 'Post the update of ${param.incident}',
          use: `${source}.post`,
          with: { text: '${param.text}', ...inThread },
        },
      ],
      verify:
        isWebhook === true
          ? 'none'
          : [
              {
                id: 'v1',
                title: 'The message is in the thread of the incident',
                use: `${source}.thread`,
                with: { thread, ...inChannel },
                expect: { path: 'messages', change: '> 0' },
                withinMs,
                forMs: 0,
              },
            ],
      notes:
        'All updates of an incident are in one thread. You cannot take back a message that people have read.',
    },
    position,
  );
};

const pageParam = (pager: string, where: string): ParamSpec => ({
  name: 'page',
  type: 'choice',
  title: 'PagerDuty incident',
  from: 'alerts.labels.incident',
  where: `source = "${pager}" and ${where}`,
});

const stateOfPage = (pager: string, title: string, json: Readonly<Record<string, number>>): VerifyStep => ({
  id: 'v1',
  title,
  use: `${pager}.status`,
  with: { incident: '${param.page}' },
  expect: { json },
  withinMs,
  forMs: 0,
});

const acknowledgePage = (pager: string, position: Position): Runbook =>
  runbook(
    'acknowledge',
    {
      title: 'Acknowledge in PagerDuty',
      params: [pageParam(pager, 'state = firing')],
      act: [
        {
          id: 'a1',
          title: 'Acknowledge incident ${param.page}',
          use: `${pager}.acknowledge`,
          with: { incident: '${param.page}' },
        },
      ],
      verify: [stateOfPage(pager, 'The PagerDuty incident is acknowledged', { triggered: 0 })],
      notes: 'PagerDuty stops the escalation of the incident.',
    },
    position,
  );

const resolvePage = (pager: string, position: Position): Runbook =>
  runbook(
    'resolve',
    {
      title: 'Resolve in PagerDuty',
      params: [pageParam(pager, 'state in (firing, acknowledged)')],
      act: [
        {
          id: 'a1',
          title: 'Resolve incident ${param.page}',
          use: `${pager}.resolve`,
          with: { incident: '${param.page}' },
        },
      ],
      verify: [stateOfPage(pager, 'The PagerDuty incident is resolved', { open: 0 })],
      notes: 'PagerDuty cannot reopen a resolved incident.',
    },
    position,
  );

const pageOnCall = (pager: string, position: Position): Runbook =>
  runbook(
    'page',
    {
      title: 'Page the on-call (PagerDuty)',
      params: [
        {
          name: 'key',
          type: 'string',
          title: 'Deduplication key of the PagerDuty event',
          pattern: keyPattern,
        },
        { name: 'summary', type: 'string', title: 'Summary', pattern: '.{1,250}' },
        {
          name: 'severity',
          type: 'string',
          title: 'Severity (critical, error, warning, info)',
          pattern: 'critical|error|warning|info',
          default: 'critical',
        },
        { name: 'affected', type: 'string', title: 'Affected system', pattern: '.{1,250}' },
      ],
      act: [
        {
          id: 'a1',
          title: 'Send an event for ${param.incident}',
          use: `${pager}.trigger`,
          with: {
            key: '${param.key}',
            summary: '${param.summary}',
            severity: '${param.severity}',
            affected: '${param.affected}',
          },
        },
      ],
      verify: [
        {
          id: 'v1',
          title: 'PagerDuty has an open incident for the event',
          use: `${pager}.incidentsOf`,
          with: { key: '${param.key}' },
          expect: { json: { open: '>= 1' } },
          withinMs,
          forMs: 0,
        },
      ],
      // The incident that it opens is resolved sooner or later, which is no relapse.
      watchMs: 0,
      notes: 'PagerDuty notifies the people on call. You cannot recall a notification.',
    },
    position,
  );

const noteOnPage = (pager: string, position: Position): Runbook =>
  runbook(
    'note',
    {
      title: 'Add the update as a note in PagerDuty',
      params: [
        updateParam,
        pageParam(pager, 'state in (firing, acknowledged)'),
        { name: 'text', type: 'string', title: 'Text', isMultiline: true },
      ],
      act: [
        {
          id: 'a1',
          title: 'Add a note to incident ${param.page}',
          use: `${pager}.note`,
          with: { incident: '${param.page}', text: '${param.text}' },
        },
      ],
      verify: [
        {
          id: 'v1',
          title: 'The PagerDuty incident has the new note',
          use: `${pager}.notes`,
          with: { incident: '${param.page}' },
          expect: { path: 'count', change: '> 0' },
          withinMs,
          forMs: 0,
        },
      ],
      notes: 'You cannot delete a note in PagerDuty.',
    },
    position,
  );

const pagerRunbooks = (pager: string, position: Position): readonly Runbook[] => [
  acknowledgePage(pager, position),
  resolvePage(pager, position),
  pageOnCall(pager, position),
  noteOnPage(pager, position),
];

const issueRunbook = (tracker: string, position: Position): Runbook =>
  runbook(
    'issue',
    {
      title: `File an issue for the incident (${tracker})`,
      params: [{ name: 'title', type: 'string', title: 'Title', pattern: '.{1,250}' }],
      act: [
        {
          id: 'a1',
          title: 'File an issue for ${param.incident}',
          use: `${tracker}.issue`,
          with: { title: '${param.title}', labels: ['incident'] },
        },
      ],
      // A created issue has a number; nothing else tells whether it helps.
      verify: 'none',
    },
    position,
  );

/** Files one issue for each chosen follow-up. `titles`: of the follow-ups that the runbooks of the profile name. */
const followUpsRunbook = (tracker: string, titles: readonly string[], position: Position): Runbook =>
  runbook(
    'follow-ups',
    {
      title: `File the follow-up issues (${tracker})`,
      params: [
        followUpsParam,
        { name: 'issues', type: 'choices', title: 'Follow-ups', of: titles, max: Math.max(1, titles.length) },
      ],
      act: [
        {
          id: 'a1',
          title: 'File an issue: ${each}',
          use: `${tracker}.issue`,
          with: { title: '${each}', labels: ['follow-up'] },
          each: 'issues',
        },
      ],
      // A created issue has a number; nothing else tells whether it helps.
      verify: 'none',
    },
    position,
  );

/**
 * The runbooks that report a declared incident to the sources of `incident` in the profile. They pass through the executor like
 * any other. A runbook of the profile with the same id replaces one.
 */
export const incidentRunbooks = ({
  incident,
  runbooks,
  file,
  sources = [],
}: {
  readonly incident?: IncidentResponse;
  readonly runbooks: readonly Pick<Runbook, 'id' | 'after' | 'prevent'>[];
  readonly file: string;
  readonly sources?: readonly { readonly id: string; readonly type: string }[];
}): readonly Runbook[] => {
  const position = { file, line: 1, col: 1 };
  const { updates, pager, tracker } = incident ?? {};
  const inTracker = followUpTracker({ ...defined({ incident }), sources });
  const titles = runbooks.flatMap(({ after = [], prevent = [] }): readonly FollowUp[] => [
    ...after,
    ...prevent,
  ]);
  const taken = new Set(runbooks.map(({ id }) => id));
  return [
    ...(updates === undefined ? [] : [updateRunbook(updates, position)]),
    ...(pager === undefined ? [] : pagerRunbooks(pager, position)),
    ...(tracker === undefined ? [] : [issueRunbook(tracker, position)]),
    ...(inTracker === undefined || titles.length === 0
      ? []
      : [followUpsRunbook(inTracker, [...new Set(titles.map(({ title }) => title))], position)]),
  ].filter(({ id }) => !taken.has(id));
};
