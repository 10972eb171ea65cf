import { expect, test } from 'vitest';
import { declaredIncidentOf } from '../../src/domain/incidents/declared-incident.ts';
import type { IncidentEvent } from '../../src/domain/incidents/incident-event.ts';
import { followUpTracker } from '../../src/domain/incidents/incident-response.ts';
import { followUpsSend } from '../../src/engine/cockpit/incidents/incident-sends.ts';
import { postMortemMarkdown, unfiledFollowUps } from '../../src/incidents/incident-reports.ts';
import { incidentRunbooks } from '../../src/incidents/incident-runbooks.ts';
import { checkParams } from '../../src/runs/runbooks/params.ts';
import { snapshotWith } from '../support/made-facts.ts';

const at = Date.parse('2026-03-04T10:00:00Z');
const restart = {
  id: 'restart',
  title: 'Restart billing',
  after: [{ id: 'f1', title: 'Review the logs' }],
  prevent: [
    { id: 'p1', title: 'Alert on the pool' },
    { id: 'p2', title: 'Review the logs' },
  ],
};
const sources = [
  { id: 'gh', type: 'github' },
  { id: 'pg', type: 'postgres' },
];
const profile = { runbooks: [restart], file: 'p.yaml', sources, system: 'shop', env: 'production' };
const runbooks = incidentRunbooks(profile);
const titles = ['Review the logs', 'Alert on the pool'];

const sent = {
  event: 'sent',
  run: 'run-2',
  action: 'follow-ups',
  service: 'github',
  outcome: 'unknown',
  reference: '#12',
  url: '',
  update: 0,
  text: 'HTTP 502',
  issues: [
    { title: 'Review the logs', outcome: 'sent', reference: '#12' },
    { title: 'Alert on the pool', outcome: 'unknown', reference: '' },
  ],
} as const;

const incidentOf = (isFiled: boolean) => {
  const declared: IncidentEvent = {
    event: 'declared',
    system: 'shop',
    env: 'production',
    title: 'Orders fail',
    severity: '',
    reason: '',
    impact: '',
    services: '',
    commander: 'ana',
  };
  const run: IncidentEvent = {
    event: 'observed',
    kind: 'run',
    key: 'k',
    text: 'Restart billing · RECOVERED',
    level: 'ok',
    seenAt: at,
  };
  const entries: readonly IncidentEvent[] = [declared, run, ...(isFiled ? [sent] : [])];
  const incident = declaredIncidentOf(
    'INC-7',
    entries.map((entry, index) => ({ seq: index + 1, at, who: 'ana@desk', entry })),
  );
  if (incident === undefined) throw new Error('no incident');
  return incident;
};

test('issues go to the tracker of the profile, else to its only source of type github', () => {
  expect(followUpTracker({ sources })).toBe('gh');
  expect(followUpTracker({ incident: { tracker: 'tickets' }, sources })).toBe('tickets');
  expect(followUpTracker({ sources: [...sources, { id: 'other', type: 'github' }] })).toBeUndefined();
  expect(followUpTracker({ sources: [] })).toBeUndefined();
});

test('the runbook is there where issues can be filed, and some runbook names a follow-up', () => {
  const ids = (change: Partial<typeof profile>) =>
    incidentRunbooks({ ...profile, ...change }).map(({ id }) => id);
  expect(ids({})).toEqual(['incident-follow-ups']);
  expect(ids({ sources: [] })).toEqual([]);
  expect(ids({ runbooks: [{ ...restart, after: [], prevent: [] }] })).toEqual([]);
});

test('each follow-up is one issue with a body that names what it follows, and can be left out', () => {
  const send = followUpsSend({ ...profile, runbooks }, { about: 'INC-7', titles }, []);
  if (typeof send === 'string') throw new Error(send);
  const { runbook, inputs } = send;
  expect(inputs).toEqual({ incident: 'INC-7', issues: titles });
  expect(runbook.act).toMatchObject([
    {
      use: 'gh.issue',
      each: 'issues',
      with: { title: '${each}', labels: ['follow-up'], body: 'Follow-up of INC-7 of shop/production.' },
    },
  ]);
  expect(checkParams(runbook, inputs, snapshotWith({}))).toMatchObject({ ok: true });
  expect(
    checkParams(runbook, { incident: '92b1ad4d62e5', issues: ['Alert on the pool'] }, snapshotWith({})).ok,
  ).toBe(true);
  expect(checkParams(runbook, { incident: 'INC-7', issues: ['Other'] }, snapshotWith({})).ok).toBe(false);
});

test('what was filed for the same incident, or may have been, is not filed again', () => {
  const after = (incident: string) =>
    followUpsSend({ ...profile, runbooks }, { about: 'INC-7', titles: [...titles, 'Third'] }, [
      { incident, event: sent },
    ]);
  expect(after('INC-7')).toMatchObject({ inputs: { issues: ['Third'] } });
  expect(after('INC-8')).toMatchObject({ inputs: { issues: [...titles, 'Third'] } });
  const none = followUpsSend({ ...profile, runbooks }, { about: 'INC-7', titles }, [
    { incident: 'INC-7', event: sent },
  ]);
  expect(none).toBe('the follow-ups of INC-7 may already be filed: check the issue tracker first');
});

test('an incident proposes those of its runbooks, and its post-mortem names the issues', () => {
  const plan = { runbooks: [restart] };
  expect(unfiledFollowUps(incidentOf(false), plan)).toEqual(titles);
  const filed = incidentOf(true);
  expect(unfiledFollowUps(filed, plan)).toEqual([]);
  const text = postMortemMarkdown(filed, plan, at);
  expect(text).toContain('- Review the logs (filed: \\#12)');
  expect(text).toContain('- Alert on the pool (may have been filed)');
  // They are not the issue of the incident itself.
  expect(filed.links).toEqual([]);
});
