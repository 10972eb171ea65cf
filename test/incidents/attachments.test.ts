import { expect, test } from 'vitest';
import type { SignalRow } from '../../src/domain/facts/snapshot.ts';
import { declaredIncidentOf } from '../../src/domain/incidents/declared-incident.ts';
import type { IncidentEntry, IncidentEvent } from '../../src/domain/incidents/incident-event.ts';
import { diagnosisAttachments, newAttachments, signalsAttachment } from '../../src/incidents/attachments.ts';
import { incidentJson, postMortemMarkdown } from '../../src/incidents/incident-reports.ts';
import { openFindings, openFindingsText } from '../../src/incidents/open-findings.ts';
import { breaker, fault, health, noon, snapshotWith } from '../support/made-facts.ts';

const row = (title: string, more: Partial<SignalRow> = {}): SignalRow => ({
  key: title,
  id: title,
  title,
  value: 1,
  unit: '%',
  level: 'ok',
  source: 'prom',
  labels: {},
  stale: false,
  ...more,
});

const declared: IncidentEvent = {
  event: 'declared',
  system: 'shop',
  env: 'production',
  title: 'Orders fail',
  severity: 'P1',
  reason: '',
  impact: '',
  services: '',
  commander: 'ana',
};
const incidentWith = (...events: readonly IncidentEvent[]) => {
  const entries = [declared, ...events].map(
    (entry, index): IncidentEntry => ({ seq: index + 1, at: noon + index, who: 'ana@desk', entry }),
  );
  const incident = declaredIncidentOf('INC-1', entries);
  if (incident === undefined) throw new Error('no incident');
  return incident;
};

test('the signals at the declaration: the worst first, old and missing values are unknown', () => {
  const attached = signalsAttachment(
    {
      signals: [
        row('Heap', { value: 40 }),
        row('Lag', { value: 9, unit: '', stale: true }),
        row('Errors', { value: 12, level: 'crit', labels: { service: 'order' } }),
        row('Pool', { level: 'unknown', fault: fault('denied', 'no permission') }),
        // A counter that nothing has written yet.
        { ...row('Dead letters'), value: undefined as never },
      ],
    },
    noon,
  );
  expect(attached).toMatchObject({ kind: 'signals', title: '1 critical, 2 unknown, 1 ok', level: 'crit' });
  expect(attached?.lines).toEqual([
    'critical Errors order: 12 %',
    'unknown Lag: 9 (old)',
    expect.stringMatching(/^unknown Pool: 1 %/),
    'ok Heap: 40 %',
  ]);
  expect(signalsAttachment({ signals: [] }, noon)).toBeUndefined();
});

test('a diagnosis is bounded, says what is unknown, and is in the report and in JSON', () => {
  const lines = Array.from({ length: 60 }, (_, nth) => `line ${nth} <b>`);
  const events = diagnosisAttachments({
    id: 'pool-exhausted 7',
    runbook: 'Pool exhausted',
    at: noon,
    results: [
      { step: 'd1', title: 'Sessions', lines, faults: [], done: true },
      { step: 'd2', title: 'Locks', lines: [], faults: [fault('denied', 'no permission', 'db')], done: true },
      { step: 'd3', title: 'Still reading', lines: ['x'], faults: [], done: false },
    ],
  });
  expect(events.map(({ title, level }) => [title, level])).toEqual([
    ['Pool exhausted: Sessions', 'ok'],
    ['Pool exhausted: Locks', 'unknown'],
  ]);
  expect(events[0]?.lines).toHaveLength(41);
  expect(events[0]?.lines.at(-1)).toBe('(20 more not attached)');
  expect(events[1]?.lines).toEqual(['unknown: db: no permission']);
  // Two cockpits attach the same: it is in the record once.
  const incident = incidentWith(...events, ...events);
  expect(incident.timeline.filter(({ word }) => word === 'diagnosis')).toHaveLength(2);
  const report = postMortemMarkdown(incident, { contacts: [] }, noon);
  expect(report).toContain('diagnosis Pool exhausted: Sessions');
  expect(report).toContain('  - line 0 \\<b\\>');
  expect(JSON.stringify(incidentJson(incident, { contacts: [] }, noon))).toContain('no permission');
});

test('a record has room for a limited number of attachments', () => {
  const many = Array.from({ length: 199 }, (_, nth) => `diagnosis r ${nth}`);
  const results = [1, 2, 3].map((nth) => ({
    step: `d${nth}`,
    title: 't',
    lines: [],
    faults: [],
    done: true,
  }));
  const events = diagnosisAttachments({ id: 'other', runbook: 'R', results, at: noon });
  expect(newAttachments(new Set(many), events)).toEqual([events[0]]);
  expect(newAttachments(new Set([events[0]?.key ?? '']), events)).toEqual(events.slice(1));
});

test('open findings are those of the affected services; a name that matches nothing excuses nothing', () => {
  const snapshot = {
    ...snapshotWith({
      health: [health('order-service', { status: 'down' }), health('billing')],
      breakers: [breaker('billing', { state: 'open' })],
    }),
    signals: [
      row('Error rate', { level: 'crit', labels: { service: 'billing' } }),
      row('Lag', { level: 'unknown' }),
    ],
  };
  const of = (services: string) => openFindings({ services }, snapshot);
  expect(of('order-service')).toEqual([expect.stringMatching(/^critical: health .*order-service/)]);
  expect(of('billing')).toEqual(
    expect.arrayContaining(['critical: Error rate billing', expect.stringContaining('breakers')]),
  );
  expect(of('billing')).not.toContain('unknown: Lag');
  expect(of('')).toContain('unknown: Lag');
  expect(of('paymnts')).toEqual(of(''));
  expect(openFindingsText(['critical: a', 'unknown: b'])).toBe('2 open findings: critical: a, unknown: b');
});

test('a resolution with open findings says so in the timeline and in the report', () => {
  const { timeline, resolvedAt } = incidentWith({
    event: 'status',
    status: 'resolved',
    text: 'traffic moved',
    reason: 'the region is drained',
    notGreen: ['critical: Error rate', 'unknown: Lag'],
  });
  expect(resolvedAt).toBe(noon + 1);
  expect(timeline.at(-1)).toMatchObject({
    text: 'resolved: traffic moved (2 open findings, because the region is drained)',
    level: 'warn',
    details: ['critical: Error rate', 'unknown: Lag'],
  });
});
