import { describe, expect, test } from 'vitest';
import { daysSinceReviewDue, escalationTurn, isUnfilledContact } from '../../src/domain/profile/profile.ts';
import { sourceModules } from '../support/source-modules.ts';
import { finish, head, saidOf } from './support/loading.ts';

const parts = `sources: { api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] } }
signals: [{ id: errors, source: api, read: { latency: api }, crit: ">5" }]
runbooks: [{ id: restart, title: Restart, act: [{ title: By hand, manual: true }], verify: none }]
contacts: [{ id: l1, name: On call, reach: "#ops", covers: [C1] }, { id: lead, name: Lead, reach: +1-XXX-XXX-XXXX }]
`;
const profileOf = async (more: string) => (await finish(`${head}${parts}${more}`)).profile;
const wrongIn = (more: string): Promise<readonly string[]> => saidOf(`${head}${parts}${more}`);

describe('escalation', () => {
  test('keeps the order of steps and their contacts', async () => {
    const { escalation, contacts } = await profileOf(
      'escalation: [{ id: e1, title: On call, contact: l1, covers: [E1] }, { id: e2, contact: lead, after: 30m }]\n',
    );
    expect(escalation?.[0]).toMatchObject({ id: 'e1', title: 'On call', contact: 'l1', covers: ['E1'] });
    expect(escalation?.[1]).toMatchObject({ title: 'e2', contact: 'lead', afterMs: 1_800_000 });
    expect(contacts[0]).toEqual({ id: 'l1', name: 'On call', role: '', reach: '#ops', covers: ['C1'] });
  });

  test('describes when each step is due: first, after the previous one, by severity, or in words', async () => {
    const { escalation = [], severity } = await profileOf(
      `severities: [{ id: P0, rank: 1, escalate: immediately }, { id: P1, rank: 2, escalate: 30m }, { id: P3, rank: 4, escalate: none }]
escalation: [{ id: a, title: A }, { id: b, after: 10m }, { id: c }, { id: d, when: in the night }]
`,
    );
    const turns = escalation.map((_, index) => escalationTurn(escalation, index, severity));
    expect(turns).toEqual(['first', '10m after A', 'P0 immediately · P1 after 30m', 'in the night']);
    expect(escalationTurn(escalation, 2, undefined)).toBe('');
    expect(escalationTurn(escalation, 9, severity)).toBe('');
  });

  test('rejects an unknown contact', async () => {
    expect(await wrongIn('escalation: [{ id: e1, contact: l2 }]\n')).toEqual([
      'p/dev.yaml:9:33: escalation: no contact is called "l2". Did you mean "l1"?',
    ]);
  });

  test.each([
    ['+1-XXX-XXX-XXXX', true],
    ['', true],
    ['not set', true],
    ['TBD', true],
    ['+1-555-0123', false],
    ['#ops', false],
    ['a@example.org', false],
  ])('isUnfilledContact(%j) is %s', (reach, is) => {
    expect(isUnfilledContact(reach)).toBe(is);
  });
});

describe('links', () => {
  test('parses a URL or a file, with its target', async () => {
    const { links } = await profileOf(
      'links: [{ title: Docs, url: "http://x/d", note: by port-forward }, { id: c, title: Config, file: k8s/a.yaml, covers: [L2] }]\n',
    );
    expect(links).toEqual([
      { id: 'Docs', title: 'Docs', url: 'http://x/d', note: 'by port-forward', covers: [] },
      { id: 'c', title: 'Config', file: 'k8s/a.yaml', covers: ['L2'] },
    ]);
  });

  test('rejects a link with neither or both', async () => {
    expect(await wrongIn('links: [{ title: A }, { title: B, url: "http://x", file: y }]\n')).toEqual([
      'p/dev.yaml:9:9: link A: a link needs exactly one target. Write url or file',
      'p/dev.yaml:9:23: link B: a link needs exactly one target. Write url or file',
    ]);
  });
});

describe('checklists', () => {
  test('parses items with their condition: an operation, an expression or a person', async () => {
    const { checklists } = await profileOf(`checklists:
  - id: before
    title: Before a deployment
    when: before each deployment
    runbook: restart
    covers: [C1]
    items:
      - { id: errors, title: No errors, mode: auto, that: errors <= 5 for 10m, covers: [C1-1] }
      - { id: health, title: Healthy, mode: assist, use: api.health, show: every row is up }
      - { id: notes, title: Notes are written, mode: human }
`);
    expect(checklists?.[0]).toMatchObject({ id: 'before', runbook: 'restart', covers: ['C1'] });
    expect(checklists?.[0]?.items).toEqual([
      { id: 'errors', title: 'No errors', mode: 'auto', that: 'errors <= 5 for 10m', covers: ['C1-1'] },
      {
        id: 'health',
        title: 'Healthy',
        mode: 'assist',
        use: 'api.health',
        show: 'every row is up',
        covers: [],
      },
      { id: 'notes', title: 'Notes are written', mode: 'human', covers: [] },
    ]);
  });

  test('rejects unknown names and items without a condition', async () => {
    const wrong = `checklists:
  - id: before
    runbook: restrt
    items:
      - { id: a, title: A, mode: auto, that: error > 1 }
      - { id: b, title: B, mode: auto, that: "errors >" }
      - { id: c, title: C, mode: assist, use: api.helth }
      - { id: c, title: D, mode: assist, use: apy.health }
`;
    expect(await wrongIn(wrong)).toEqual([
      'p/dev.yaml:11:14: checklist before: no runbook is called "restrt". Did you mean "restart"?',
      'p/dev.yaml:13:46: checklist before items[0].that: no signal is called error. Did you mean errors?',
      'p/dev.yaml:14:46: checklist before items[1].that: col 9: errors needs a value. Write a number, a word or text in double quotes',
      'p/dev.yaml:15:47: checklist before items[2].use: api has no feed or operation helth. Did you mean health?',
      'p/dev.yaml:16:15: duplicate checklist before item "c" (first at p/dev.yaml:15:15). Rename or remove one of the two',
      'p/dev.yaml:16:47: checklist before items[3].use: "apy.health" names no source of this profile. Did you mean api?',
    ]);
    const undecided = `checklists:
  - { id: none, items: [] }
  - { id: some, items: [{ id: a, title: A, mode: auto }, { id: b, title: B, mode: human, that: errors > 1 }, { id: c, title: C, mode: maybe }] }
`;
    expect(await wrongIn(undecided)).toEqual([
      'p/dev.yaml:10:24: checklist none items: the list is empty. Write at least one item, or remove the key',
      'p/dev.yaml:11:50: checklist some items[0].mode: mode auto needs that, use or runbook. Add one, or write mode: human',
      'p/dev.yaml:11:83: checklist some items[1].mode: mode human cannot show data. Write mode: assist, or auto',
      'p/dev.yaml:11:135: checklist some items[2].mode "maybe" is not a valid value. Write auto, assist or human',
    ]);
  });

  test('checklist operations must be read-only', async () => {
    const acting = `checklists:
  - id: some
    items:
      - { id: a, title: A, mode: assist, use: api.breaker, with: { name: psp, to: close } }
      - { id: b, title: B, mode: assist, use: api.request, with: { method: POST, path: / } }
      - { id: c, title: C, mode: assist, use: api.request, with: { method: GET } }
`;
    expect(await wrongIn(acting)).toEqual([
      'p/dev.yaml:12:47: checklist some items[0]: api.breaker is disruptive, but a step of a checklist may only read. Move the step to a runbook, and name that runbook here',
      'p/dev.yaml:13:47: checklist some items[1]: api.request may change something, but a step of a checklist may only read. Move the step to a runbook, and name that runbook here',
      'p/dev.yaml:14:66: checklist some items[2].with: path is missing. Write path: …',
    ]);
  });
});

describe('review and schedule', () => {
  test('counts overdue days in the time zone of the system', async () => {
    const { review, zone } = await profileOf(
      'review: { owner: Platform, every: monthly, next: 2025-10-06 }\nschedule: { tz: Asia/Kolkata }\n',
    );
    if (review === undefined) throw new Error('no review');
    expect(review).toMatchObject({ owner: 'Platform', every: 'monthly', next: '2025-10-06' });
    const evening = Date.UTC(2025, 9, 6, 20);
    expect(daysSinceReviewDue(review, evening, zone)).toBe(1);
    expect(daysSinceReviewDue(review, evening, 'UTC')).toBe(0);
    expect(daysSinceReviewDue(review, Date.UTC(2025, 9, 1), 'UTC')).toBe(-5);
    expect(
      daysSinceReviewDue({ ...review, next: '2025-10-26' }, Date.UTC(2025, 9, 27), 'Europe/Berlin'),
    ).toBe(1);
  });

  test('rejects invalid dates, and guard keys in the schedule', async () => {
    expect(
      await wrongIn('review: { next: 2025-02-30 }\nschedule: { tz: Mars, quiet: [], maintenance: [] }\n'),
    ).toEqual([
      'p/dev.yaml:9:17: review.next "2025-02-30" is not a date. Write 2026-12-20',
      'p/dev.yaml:10:17: schedule.tz "Mars" is not a time zone. Write Europe/Berlin or UTC',
      'p/dev.yaml:10:30: schedule.quiet: schedule cannot hold quiet hours. Write them as guard.quiet',
      'p/dev.yaml:10:47: schedule.maintenance: schedule cannot hold maintenance windows. Write them as guard.freeze',
    ]);
  });
});

describe('incident', () => {
  const sources = `sources:
  chat: { type: slack, token: "\${env:SHOP_TOKEN}", channel: C0123ABCD }
  hook: { type: slack, webhook: { url: "\${env:SHOP_TOKEN}" } }
  pd: { type: pagerduty, token: "\${env:SHOP_TOKEN}" }
`;
  const how = { modules: sourceModules, env: { SHOP_TOKEN: 'https://hooks.example/t0ken' } };
  const made = async (more: string) => (await finish(`${head}${sources}${more}`, how)).profile.incident;
  const wrong = async (more: string): Promise<readonly string[]> =>
    (await saidOf(`${head}${sources}${more}`, how)).filter((line) => line.includes('incident'));

  test('names the sources of its reports', async () => {
    expect(
      await made('incident: { updates: { source: chat, template: "{status} {current}" }, pager: pd }\n'),
    ).toEqual({
      updates: { source: 'chat', template: '{status} {current}' },
      pager: 'pd',
    });
    expect(await made('incident: { updates: { source: hook } }\n')).toEqual({
      updates: { source: 'hook', isWebhook: true },
    });
    expect(await made('')).toBeUndefined();
  });

  test.each([
    [
      '{ updates: { source: chit } }',
      'incident.updates.source: no source is called "chit". Did you mean "chat"?',
    ],
    ['{ pager: chat }', 'incident.pager: source chat is of type slack, not pagerduty. Write one of pd'],
    [
      '{ tracker: pd }',
      'incident.tracker: source pd is of type pagerduty, not github. Add a source of type github',
    ],
    [
      '{ updates: { source: chat, template: "{sevrity}" } }',
      'incident.updates.template: unknown variable {sevrity}. Did you mean "severity"?',
    ],
  ])('rejects %s', async (written, message) => {
    const said = await wrong(`incident: ${written}\n`);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(message);
  });
});
