import { describe, expect, test } from 'vitest';
import type { Severity, SeverityModel } from '../../src/domain/facts/severity.ts';
import { type DeclaredIncident, declaredIncidentOf } from '../../src/domain/incidents/declared-incident.ts';
import type { IncidentEvent } from '../../src/domain/incidents/incident-event.ts';
import type { EscalationLevel } from '../../src/domain/profile/profile.ts';
import { severityEvidence } from '../../src/incidents/evidence.ts';
import { incidentTargets, nextEscalation, postMortemDueAt } from '../../src/incidents/incident-clock.ts';
import { handoverMarkdown, postMortemMarkdown, updateText } from '../../src/incidents/incident-reports.ts';
import { suggestSeverity } from '../../src/incidents/suggest-severity.ts';

import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { breaker, feedInfo, frame, health, learn, noon } from '../support/made-facts.ts';

const minute = 60_000;
const start = Date.parse('2026-03-04T10:00:00Z');

const declaredEvent: IncidentEvent = {
  event: 'declared',
  system: 'saga',
  env: 'production',
  title: 'Payments fail',
  severity: 'P1',
  reason: 'alert ErrorBudgetBurn is firing',
  impact: '6 % of orders',
  services: 'payment',
  commander: 'ana',
};

/** The incident of these events, one a minute after the declaration. */
const incidentAfter = (...events: readonly IncidentEvent[]): DeclaredIncident => {
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

const severity = (id: string, rank: number, respond: string, escalate: string): Severity => ({
  id,
  title: id,
  rank,
  respond,
  escalate,
  examples: [],
  covers: [],
});
const model: SeverityModel = {
  severities: [severity('P0', 1, 'immediately', 'immediately'), severity('P1', 2, '15m', '30m')],
  of: {
    alerts: { ErrorBudgetBurn: 'P1', Down: 'P0' },
    labels: {},
    signals: { 'error.rate': [{ when: 'crit', severity: 'P0' }] },
    kinds: {},
    runbooks: {},
    levels: [],
  },
};
const step = (id: string, afterMs?: number): EscalationLevel => ({
  id,
  title: id,
  respond: '',
  authority: '',
  when: '',
  covers: [],
  ...(afterMs === undefined ? {} : { afterMs }),
});
const plan = { severity: model, escalation: [step('on-call'), step('lead'), step('cto', 60 * minute)] };

describe('record', () => {
  test('the first acknowledgement counts, and a reopened incident is open', () => {
    const incident = incidentAfter(
      { event: 'acknowledged' },
      { event: 'status', status: 'resolved', text: '' },
      { event: 'acknowledged' },
      { event: 'status', status: 'investigating', text: 'fails again' },
    );
    expect(incident.acknowledgedAt).toBe(start + minute);
    expect(incident.resolvedAt).toBeUndefined();
    expect(incident.status).toBe('investigating');
  });

  test('resolving twice keeps the time of the first', () => {
    const resolved: IncidentEvent = { event: 'status', status: 'resolved', text: '' };
    expect(incidentAfter(resolved, resolved).resolvedAt).toBe(start + minute);
  });

  test('a change that two cockpits observed appears once, at its own time; runs are actions', () => {
    const seen = (kind: 'run' | 'alert', key: string, text: string, seenAt: number): IncidentEvent => ({
      event: 'observed',
      kind,
      key,
      text,
      level: 'ok',
      seenAt,
    });
    const incident = incidentAfter(
      { event: 'note', text: 'later' },
      seen('alert', 'a', 'alert firing', start - minute),
      seen('alert', 'a', 'alert firing', start - minute),
      seen('run', 'r', 'restart: RECOVERED', start + 90_000),
    );
    expect(incident.timeline.map(({ text }) => text)).toEqual([
      'alert firing',
      'P1 · Payments fail',
      'later',
      'restart: RECOVERED',
    ]);
    expect(incident.actions.map(({ text }) => text)).toEqual(['restart: RECOVERED']);
  });

  test('a record that does not begin with a declaration is no incident', () => {
    expect(
      declaredIncidentOf('INC-1', [{ seq: 1, at: 0, who: '', entry: { event: 'acknowledged' } }]),
    ).toBeUndefined();
  });
});

describe('clock', () => {
  const at = (incident: DeclaredIncident, minutes: number) =>
    incidentTargets(incident, plan, start + minutes * minute).map(
      ({ title, state, text }) => `${title}: ${state}, ${text}`,
    );

  test('targets of a new incident', () => {
    expect(at(incidentAfter(), 5)).toEqual([
      'Acknowledge: pending, 10m left',
      'Next update: pending, 25m left',
      'Escalate to on-call: late, 5m late',
    ]);
  });

  test('a late acknowledgement stays late, with the target', () => {
    const [, ...rest] = Array.from({ length: 20 }, (): IncidentEvent => ({ event: 'note', text: 'x' }));
    expect(at(incidentAfter(...rest, { event: 'acknowledged' }), 21)[0]).toBe(
      'Acknowledge: late, acknowledged after 20m, target 15m',
    );
  });

  test('an update starts the next interval, and an escalation the time of the next step', () => {
    const incident = incidentAfter(
      { event: 'acknowledged' },
      { event: 'update', text: 'u', to: '#ops' },
      { event: 'escalated', step: 'on-call', text: '' },
    );
    expect(at(incident, 10)).toEqual([
      'Acknowledge: met, acknowledged after 1m',
      'Next update: pending, 22m left',
      // 30m of the severity, after the step before at minute 3.
      'Escalate to lead: pending, 23m left',
    ]);
    expect(nextEscalation(incidentAfter({ event: 'escalated', step: 'lead', text: '' }), plan)?.step.id).toBe(
      'on-call',
    );
  });

  test('without a severity there is no target to acknowledge', () => {
    expect(incidentTargets(incidentAfter(), {}, start)[0]).toEqual({
      title: 'Acknowledge',
      state: 'none',
      text: 'no target',
    });
  });

  test('the post-mortem is due 48 h after the resolution', () => {
    expect(postMortemDueAt(incidentAfter())).toBeUndefined();
    expect(postMortemDueAt(incidentAfter({ event: 'status', status: 'resolved', text: '' }))).toBe(
      start + minute + 48 * 60 * minute,
    );
  });
});

describe('suggested severity', () => {
  test('the worst of all findings, with its reason', () => {
    expect(
      suggestSeverity(model, [
        { is: 'alert', name: 'ErrorBudgetBurn', severity: 'warning', level: 'crit' },
        { is: 'signal', id: 'error.rate', title: 'Error rate', level: 'crit', value: 7 },
      ]),
    ).toEqual({ severity: model.severities[0], reason: 'Error rate is critical' });
  });

  test('an object is named as on the screen, not by its key', () => {
    const store = createFactsStore(frame({}));
    const items = [
      health('ingress', { status: 'down' }),
      health('orders', { instance: 'orders-0', status: 'down' }),
    ];
    learn(store, feedInfo('edge/health', 'health'), { items });
    learn(store, feedInfo('edge/breakers', 'breakers'), { items: [breaker('psp', { state: 'open' })] });
    const evidence = severityEvidence(buildSnapshot(store.getState(), noon));
    const names = evidence.map((one) => (one.is === 'row' ? one.what : ''));
    expect(names).toEqual([
      'health ingress',
      'health orders · orders-0',
      expect.stringMatching(/^breakers [^/]+ · psp$/),
    ]);
  });

  test('an unknown or ok finding gives none', () => {
    expect(
      suggestSeverity(model, [
        { is: 'signal', id: 'error.rate', title: 'Error rate', level: 'unknown' },
        { is: 'signal', id: 'error.rate', title: 'Error rate', level: 'ok', value: 0 },
      ]),
    ).toBeUndefined();
    expect(suggestSeverity(undefined, [])).toBeUndefined();
  });
});

describe('documents', () => {
  const hostile = incidentAfter(
    { event: 'note', text: '</td> [x](javascript:1) `code`\n# heading' },
    { event: 'next-step', text: 'fail over' },
    { event: 'action-item', text: 'alert earlier', owner: 'ben' },
  );

  test('an update has the fields of the template, and unknown ones are named as such', () => {
    expect(updateText(hostile, 'failing over').split('\n')).toEqual([
      'INC-7 · Payments fail',
      'Severity: P1',
      'Status: INVESTIGATING',
      'Impact: 6 % of orders',
      'Affected services: payment',
      'Started: 2026-03-04 10:00 UTC',
      'Current status: failing over',
      'Expected resolution: –',
      'Incident commander: ana',
      'Actions taken:',
      '–',
      'Next steps:',
      '• fail over',
    ]);
    expect(updateText(hostile, 'now', '{title} {severity} {current} {eta} {other} {constructor}')).toBe(
      'Payments fail P1 now – {other} {constructor}',
    );
  });

  test('text from people is no markup', () => {
    const text = postMortemMarkdown(hostile, plan, start + 60 * minute);
    expect(text).toContain('\\</td\\> \\[x\\](javascript:1) \\`code\\` \\# heading');
    expect(text).not.toMatch(/^# heading/m);
    expect(text).toContain('- [ ] alert earlier, owner: ben');
    expect(text).toContain('_To be filled in by the responders._');
  });

  describe('actions taken', () => {
    const ended = (run: string, text: string): IncidentEvent => ({
      event: 'observed',
      kind: 'run',
      key: `${run} ${text}`,
      text,
      level: 'ok',
      seenAt: start + minute,
      by: 'ben@desk-1',
      run,
    });
    const outcomes = [
      ended('r-1', 'Pool exhausted · End the sessions (pid 7): 6 of 6 calls succeeded'),
      ended('r-1', 'Pool exhausted · RECOVERED'),
      ended('r-2', 'Restart billing · FAILED'),
    ];
    const section = (incident: DeclaredIncident): readonly string[] => {
      const lines = postMortemMarkdown(incident, plan, start + 60 * minute).split('\n');
      return lines.slice(lines.indexOf('## Actions taken') + 2, lines.indexOf('## Action items') - 1);
    };

    test('proposes the follow-ups and preventions of its runbooks as issues, none twice', () => {
      const runbooks = [
        {
          title: 'Pool exhausted',
          after: [{ id: 'f1', title: 'Review slow queries' }],
          prevent: [{ id: 'p1', title: 'Monitor the pools' }],
        },
        { title: 'Restart ${param.name}', prevent: [{ id: 'p1', title: 'Monitor the pools' }] },
        { title: 'Scale out', prevent: [{ id: 'p1', title: 'Scale automatically' }] },
      ];
      const of = (...entries: readonly IncidentEvent[]): readonly string[] => {
        const lines = postMortemMarkdown(incidentAfter(...entries), { ...plan, runbooks }, start).split('\n');
        const from = lines.indexOf('## Proposed follow-up issues');
        return lines.slice(from + 2, lines.indexOf('## Timeline') - 1);
      };
      expect(of(...outcomes)).toEqual(['- Review slow queries', '- Monitor the pools']);
      expect(of()).toEqual(['None: no runbook of this incident names any.']);
      expect(of(...outcomes, { event: 'action-item', text: 'Monitor the pools', owner: 'ana' })).toEqual([
        '- Review slow queries',
      ]);
    });

    test('one line an outcome with its person, and the command for the requests of each run', () => {
      expect(section(incidentAfter(...outcomes))).toEqual([
        '- 10:01:00 Pool exhausted · End the sessions (pid 7): 6 of 6 calls succeeded (ben@desk-1)',
        '- 10:01:00 Pool exhausted · RECOVERED (ben@desk-1)',
        '- 10:01:00 Restart billing · FAILED (ben@desk-1)',
        '',
        'All requests of these runs:',
        '',
        '    opsdeck audit show --env saga/production --run r-1',
        '    opsdeck audit show --env saga/production --run r-2',
      ]);
    });

    test('a run id that a shell would interpret is no command', () => {
      expect(section(incidentAfter(ended('r$(reboot)', 'Restart · FAILED')))).toEqual([
        '- 10:01:00 Restart · FAILED (ben@desk-1)',
      ]);
    });

    test('a drill has its runs in the ledger of the state directory', () => {
      const practice = incidentAfter(...outcomes.slice(2));
      expect(section({ ...practice, isDrill: true }).slice(2)).toEqual([
        'All requests of this run:',
        '',
        '    opsdeck audit show --run r-2',
      ]);
    });
  });

  test('a field without a value is not recorded', () => {
    const incident = incidentAfter({ event: 'field', field: 'services', value: '' });
    expect(postMortemMarkdown(incident, plan, start)).toContain('| Affected services | not recorded |');
  });

  test('a handover names what is due', () => {
    expect(handoverMarkdown(hostile, plan, start + 60 * minute)).toContain(
      '- Next update: 30m late **late**',
    );
  });
});

test('a change of command is recorded with both names', () => {
  const change = (value: string): IncidentEvent => ({ event: 'field', field: 'commander', value });
  const { commander, timeline } = incidentAfter(change('ben'), change('ben'), change(''), change('carl'));
  expect(commander).toBe('carl');
  const texts = timeline.filter(({ word }) => word === 'commander').map(({ text }) => text);
  expect(texts).toEqual(['ana → ben', 'ben', 'ben → (removed)', 'carl']);
});
