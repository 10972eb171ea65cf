import { describe, expect, test } from 'vitest';
import { declaredIncidentOf } from '../../src/domain/incidents/declared-incident.ts';
import type { IncidentEvent } from '../../src/domain/incidents/incident-event.ts';
import { filledTemplate, unknownUpdateVariables } from '../../src/domain/incidents/incident-response.ts';
import { incidentSend } from '../../src/engine/cockpit/incidents/incident-sends.ts';
import { duePostMortem, threadLink, unpostedUpdate } from '../../src/incidents/incident-progress.ts';
import { issueBody, updateText } from '../../src/incidents/incident-reports.ts';
import { incidentRunbooks } from '../../src/incidents/incident-runbooks.ts';
import { checkParams } from '../../src/runs/runbooks/params.ts';
import { snapshotWith } from '../support/made-facts.ts';

const minute = 60_000;
const start = Date.parse('2026-03-04T10:00:00Z');
const declaredEvent: IncidentEvent = {
  event: 'declared',
  system: 'trading',
  env: 'production',
  title: 'Orders fail',
  severity: 'P1',
  reason: '',
  impact: '',
  services: '',
  commander: 'ana',
};
const incidentAfter = (...events: readonly IncidentEvent[]) => {
  const made = declaredIncidentOf(
    'INC-7',
    [declaredEvent, ...events].map((entry, index) => ({
      seq: index + 1,
      at: start + index * minute,
      who: 'ana@desk-3',
      entry,
    })),
  );
  if (made === undefined) throw new Error('no incident');
  return made;
};
const update = (text: string): IncidentEvent => ({ event: 'update', text, to: '' });
const sent = (change: Partial<Extract<IncidentEvent, { event: 'sent' }>> = {}): IncidentEvent => ({
  event: 'sent',
  run: 'run-1',
  action: 'update',
  service: 'slack',
  outcome: 'sent',
  reference: '1772619307.000100',
  url: '',
  update: 2,
  text: '',
  ...change,
});

describe('what was sent', () => {
  test('a posted update is not offered again, and links its thread', () => {
    const incident = incidentAfter(update('restarting'), sent());
    expect(unpostedUpdate(incident)).toBeUndefined();
    expect(threadLink(incident)).toBe('1772619307.000100');
    expect(incident.timeline.at(-1)).toMatchObject({ word: 'slack', level: 'ok' });
  });

  test('an unknown outcome stays offered, and links nothing', () => {
    const incident = incidentAfter(update('restarting'), sent({ outcome: 'unknown', text: 'time-out' }));
    expect(unpostedUpdate(incident)).toMatchObject({ seq: 2, posting: 'unknown' });
    expect(incident.links).toEqual([]);
    expect(incident.timeline.at(-1)).toMatchObject({
      text: 'update may have been posted: time-out',
      level: 'warn',
    });
  });

  test('the outcome of one run counts once, also when two processes record it', () => {
    const incident = incidentAfter(update('a'), sent(), sent({ outcome: 'failed' }));
    expect(incident.sentRuns).toEqual(['run-1']);
    expect(incident.timeline.filter(({ word }) => word === 'slack')).toHaveLength(1);
    expect(unpostedUpdate(incident)).toBeUndefined();
  });

  test('the words of a status are an update, too', () => {
    const incident = incidentAfter({ event: 'status', status: 'identified', text: 'pool exhausted' });
    expect(unpostedUpdate(incident)).toMatchObject({ seq: 2, text: 'pool exhausted' });
    expect(incident.updatedAt).toBeUndefined();
  });

  test('a started run and arming are in the timeline, and are no actions taken', () => {
    const seen = (kind: 'run' | 'arming', key: string, text: string): IncidentEvent => ({
      event: 'observed',
      kind,
      key,
      text,
      level: 'ok',
      seenAt: start,
    });
    const incident = incidentAfter(
      seen('arming', 'a', 'production armed: INC-7'),
      seen('run', 'b', 'Restart billing · started'),
      seen('run', 'c', 'Restart billing · RECOVERED'),
    );
    expect(incident.timeline).toHaveLength(4);
    expect(incident.actions.map(({ text }) => text)).toEqual(['Restart billing · RECOVERED']);
  });
});

describe('template', () => {
  test('values are inserted once, and empty ones are a dash', () => {
    const incident = incidentAfter({ event: 'field', field: 'impact', value: 'EU {severity}' });
    expect(updateText(incident, 'text {id}', '{severity}|{impact}|{eta}|{current}|{other}')).toBe(
      'P1|EU {severity}|–|text {id}|{other}',
    );
  });
  test('names unknown variables, each once', () => {
    expect(unknownUpdateVariables('{severity} {sevrity} {sevrity} {}')).toEqual(['sevrity']);
  });
  test('a value with replacement patterns stays as it is', () => {
    const values = Object.fromEntries(
      [
        'id',
        'title',
        'severity',
        'status',
        'impact',
        'services',
        'started',
        'current',
        'actions',
        'next',
        'eta',
        'commander',
      ].map((name) => [name, '$& $1']),
    ) as Parameters<typeof filledTemplate>[1];
    expect(filledTemplate('{id}', values)).toBe('$& $1');
  });
});

describe('post-mortem', () => {
  const resolved: IncidentEvent = { event: 'status', status: 'resolved', text: '' };
  test('is due 48 h after the resolution, until it is finished', () => {
    expect(duePostMortem(incidentAfter())).toBeUndefined();
    expect(duePostMortem(incidentAfter(resolved))).toBe(start + minute + 48 * 3_600_000);
    expect(
      duePostMortem(incidentAfter(resolved, { event: 'post-mortem', file: 'docs/7.md' })),
    ).toBeUndefined();
  });
});

describe('runbooks', () => {
  const profile = { runbooks: [], file: 'p.yaml' };
  test('only those whose source the profile names', () => {
    const ids = (incident: Parameters<typeof incidentRunbooks>[0]['incident']) =>
      incidentRunbooks({ ...profile, ...(incident === undefined ? {} : { incident }) }).map(({ id }) => id);
    expect(ids(undefined)).toEqual([]);
    expect(ids({ updates: { source: 'slack' } })).toEqual(['incident-update']);
    expect(ids({ pager: 'pd' })).toEqual([
      'incident-acknowledge',
      'incident-resolve',
      'incident-page',
      'incident-note',
    ]);
    expect(ids({ tracker: 'gh' })).toEqual(['incident-issue']);
  });

  test('an incident that is resolved in PagerDuty is no relapse of its acknowledgement or of its page', () => {
    const [acknowledge, , page] = incidentRunbooks({ ...profile, incident: { pager: 'pd' } });
    expect(acknowledge?.verify).toMatchObject([{ use: 'pd.status', expect: { json: { triggered: 0 } } }]);
    expect(acknowledge?.verify).not.toMatchObject([{ expect: { json: { open: expect.anything() } } }]);
    expect(page?.watchMs).toBe(0);
  });

  test('the text of an update may have several lines, and no other control character', () => {
    const [runbook] = incidentRunbooks({ ...profile, incident: { updates: { source: 'slack' } } });
    if (runbook === undefined) throw new Error('no runbook');
    const given = { incident: 'INC-7', thread: 'opsdeck-INC-7', text: 'a\nb' };
    expect(checkParams(runbook, given, snapshotWith({}))).toMatchObject({
      ok: true,
      values: { text: 'a\nb' },
    });
    expect(checkParams(runbook, { ...given, text: 'a\u001b[2J' }, snapshotWith({})).ok).toBe(false);
    expect(checkParams(runbook, { ...given, thread: 'a\nb' }, snapshotWith({})).ok).toBe(false);
  });

  test('a page has the key of the incident, so that a second event belongs to the first; a note has the text of the update', () => {
    const response = { pager: 'pd' };
    const runbooks = incidentRunbooks({ ...profile, incident: response });
    const incident = incidentAfter({ event: 'update', text: 'restarting', to: '' });
    const of = (action: 'page' | 'note') => incidentSend({ incident: response, runbooks }, incident, action);
    expect(of('page')).toMatchObject({
      runbook: { id: 'incident-page' },
      inputs: {
        incident: incident.id,
        key: expect.stringMatching(/^opsdeck-INC-\d+-\w+$/),
        summary: `${incident.id}: ${incident.title}`,
        severity: 'critical',
      },
    });
    expect(of('note')).toMatchObject({
      runbook: { id: 'incident-note' },
      inputs: { incident: incident.id, update: '2', text: 'restarting' },
    });
    expect(incidentSend({ incident: response, runbooks }, incidentAfter(), 'note')).toBe(
      'the incident has no update yet: record one first',
    );
    for (const [action, params] of [
      ['page', { key: 'opsdeck-INC-7-abc', summary: 'INC-7: x', affected: 'shop/production' }],
    ] as const) {
      const found = of(action);
      if (typeof found === 'string') throw new Error(found);
      expect(checkParams(found.runbook, { incident: 'INC-7', ...params }, snapshotWith({}))).toMatchObject({
        ok: true,
      });
      expect(
        checkParams(found.runbook, { incident: 'INC-7', ...params, severity: 'bad' }, snapshotWith({})).ok,
      ).toBe(false);
    }
  });

  test('a webhook has no thread and cannot be verified', () => {
    const [runbook] = incidentRunbooks({
      ...profile,
      incident: { updates: { source: 'hook', isWebhook: true } },
    });
    expect(runbook?.act[0]?.with).toEqual({ text: '${param.text}' });
    expect(runbook?.verify).toBe('none');
  });
});

test('an issue has the fields, escaped', () => {
  const body = issueBody(
    incidentAfter(
      { event: 'field', field: 'impact', value: '<script>' },
      { event: 'action-item', text: 'Fix', owner: 'ben' },
    ),
  );
  expect(body).toContain('- Impact: \\<script\\>');
  expect(body).toContain('- [ ] Fix, owner: ben');
});
