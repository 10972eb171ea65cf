import { describe, expect, test } from 'vitest';
import type { SeverityModel } from '../../src/domain/facts/severity.ts';
import { type DeclaredIncident, declaredIncidentOf } from '../../src/domain/incidents/declared-incident.ts';
import type { IncidentEvent } from '../../src/domain/incidents/incident-event.ts';
import type { CockpitState } from '../../src/store/cockpit.ts';
import { incidentStrip } from '../../src/ui/features/incidents/strip.ts';
import { longTest } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { gathered } from './support/gathered.ts';
import { openBare } from './support/headless.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

const minute = 60_000;
const start = noon - 12 * minute;

const severity = (id: string, rank: number, title: string, respond: string) => ({
  id,
  title,
  rank,
  respond,
  escalate: '30m',
  examples: ['service down'],
  covers: [],
});
const model: SeverityModel = {
  severities: [severity('P0', 1, 'Critical', 'immediately'), severity('P1', 2, 'High', '5m')],
  of: {
    alerts: {},
    labels: {},
    signals: {},
    kinds: { breakers: [{ when: 'crit', severity: 'P0' }] },
    runbooks: {},
    levels: [],
  } as unknown as SeverityModel['of'],
};

const declared = (change: Partial<Extract<IncidentEvent, { event: 'declared' }>> = {}): IncidentEvent => ({
  event: 'declared',
  system: 'shop',
  env: 'production',
  title: 'Payments fail',
  severity: 'P1',
  reason: 'breaker billing-0 · psp is critical',
  impact: '',
  services: '',
  commander: 'ana@desk-3',
  ...change,
});

const incidentOf = (id: string, time: number, ...events: readonly IncidentEvent[]): DeclaredIncident => {
  const made = declaredIncidentOf(
    id,
    events.map((entry, index) => ({ seq: index + 1, at: time + index * minute, who: 'ana@desk-3', entry })),
  );
  if (made === undefined) throw new Error('no incident');
  return made;
};

const observed = (kind: 'level' | 'run' | 'deploy', text: string, index: number): IncidentEvent => ({
  event: 'observed',
  kind,
  key: text,
  text,
  level: kind === 'level' ? 'crit' : 'ok',
  seenAt: index,
});

const payments = incidentOf(
  'INC-7',
  start,
  declared(),
  { event: 'field', field: 'impact', value: '6 % of orders in the EU' },
  observed('level', 'breaker billing-0 · psp CLOSED → OPEN', start - minute),
  observed('deploy', 'deployment billing image 1.4.2 → 1.4.3', start - 4 * minute),
  { event: 'update', text: 'psp does not answer', to: '' },
  observed('run', 'Force the breaker closed · RECOVERED', start + 5 * minute),
);
const search = incidentOf('INC-6', start - 60 * minute, declared({ title: 'Search is slow', severity: '' }));
const solved = (hoursAgo: number): DeclaredIncident =>
  incidentOf('INC-5', noon - hoursAgo * 60 * minute, declared({ title: 'Mail stands still' }), {
    event: 'status',
    status: 'resolved',
    text: '',
  });

const sceneOf = (incidents: readonly DeclaredIncident[], more: Partial<CockpitState> = {}): Scene => {
  const scene = shop();
  const { open: environment } = scene.cockpit ?? {};
  if (environment === undefined) throw new Error('no environment');
  return {
    ...scene,
    cockpit: {
      ...scene.cockpit,
      open: {
        ...environment,
        operator: 'ben@desk-4',
        severity: model,
        contacts: [
          { id: 'a', name: 'Ana Ruiz', role: '', reach: '+1-555-0123', covers: [] },
          { id: 'b', name: 'Ben Okafor', role: '', reach: '#leads', covers: [] },
        ],
        escalation: ['a', 'b'].map((contact) => ({
          id: contact,
          title: contact === 'a' ? 'On-call' : 'Lead',
          contact,
          respond: '',
          authority: '',
          when: '',
          covers: [],
        })),
        incidentResponse: { updates: { source: 'slack' }, pager: 'pd' },
      },
      incidents,
      ...more,
    },
  };
};

const open = async (
  incidents: readonly DeclaredIncident[],
  size: readonly [number, number] = [120, 36],
  more: Partial<CockpitState> = {},
): Promise<User> => {
  const user = await openCockpit({ size, scene: sceneOf(incidents, more) });
  await user.press(':');
  await user.type('incident');
  await user.press('enter');
  return user;
};

longTest.each([
  [80, 24],
  [120, 36],
  [200, 60],
] as const)('head, clock and timeline at %ix%i', async (columns, rows) => {
  const user = await open([search, payments], [columns, rows]);
  await user.seesScreen(`incident-${columns}x${rows}`);
});

longTest(
  'the strip has the place of the situation: severity, status and clock, fields, targets; the rest is above the timeline',
  async () => {
    const user = await open([payments], [110, 36]);
    const rows = user.terminal.rows();
    const at = (text: string): number => rows.findIndex((row) => row.includes(text));
    expect(user.rowWith('INC-7  P1 High')).toMatch(/Payments fail +INVESTIGATING +open 12m/);
    expect(at('INC-7  P1 High')).toBe(1);
    expect(rows[2]).toContain('commander ana@desk-3   impact 6 % of orders in the EU   services –');
    expect(at('acknowledge 7m')).toBe(3);
    expect(rows[3]).toMatch(/next update 22m left ━+─+ /u);
    expect(rows[4]).toMatch(/a acknowledge +t status +i update/);
    expect(rows.filter((row) => row.includes('INC-7  P1 High'))).toHaveLength(1);
    // The situation is the first line of the pane, below the charts.
    expect(at('billing is down')).toBe(at('Incident  6') + 1);
    expect(at('acknowledge 7m')).toBeLessThan(at('severity'));
    expect(at('severity')).toBeLessThan(at('TIME'));
    expect(at('TIME')).toBeLessThan(at('run'));
    expect(user.rowWith('acknowledge 7m')).toContain('7m late');
    expect(user.rowWith('call next')).toContain('Ana Ruiz +1-555-0123');
    expect(user.rowWith('the latest update is not posted')).toContain('(O)');
  },
);

/** Presses and releases the left button on a cell. */
const clickAt = (user: User, x: number, y: number): Promise<void> => {
  const cell = `\u001b[<0;${x + 1};${y + 1}`;
  return user.together(`${cell}M${cell}m`);
};

describe('the problem beside the timeline', () => {
  const wide = [120, 36] as const;
  const rowOf = (user: User, text: string): string | undefined =>
    user.terminal.rows().find((row) => row.includes(text));

  test('the cause that the situation names, the charts of the worst signals, and the newest entries', async () => {
    const user = await open([payments], wide);
    const rows = user.terminal.rows();
    const title = rows.find((row) => row.includes('Incident'));
    expect(title).toMatch(/╭─ . billing.*─╮╭▌Incident {2}6 {2}newest first/u);
    expect(rows.findIndex((row) => row.includes('╭─ '))).toBe(5);
    expect(rowOf(user, 'run Force the breaker')).toMatch(/^│.*││ 10:08:07/u);
    // What the strip has no room for is below the problem.
    expect(rowOf(user, 'severity   breaker billing-0')).toMatch(/^│ {3}severity .*││/u);
    expect(user.rowWith('the latest update is not posted')).toContain('(O)');
    // Keys of Problems do something else here.
    expect(rows.join('\n')).not.toContain('enter opens the row');
  });

  test('enter shows the selected entry in its place, and closes it again', async () => {
    const user = await open([payments], wide);
    await user.press('j enter');
    expect(user.terminal.rows().find((row) => row.includes('Incident  6'))).toMatch(/╭─ update ─+ 10:07:07/u);
    expect(rowOf(user, '   psp does not answer')).toMatch(/^│ {3}psp does not answer/u);
    await user.press('enter');
    expect(user.terminal.rows().find((row) => row.includes('Incident  6'))).toMatch(/╭─ . billing/u);
  });

  test.each([
    ['healthy', /╭─ ● All clear/u],
    ['empty', /╭─ (?!●)\S /u],
  ] as const)('without a finding it says what the situation says: %s', async (state, title) => {
    const { facts } = gathered[state]();
    if (facts === undefined) throw new Error('no facts');
    const user = await openCockpit({ size: wide, scene: { ...sceneOf([payments]), facts } });
    await user.press(':');
    await user.type('incident');
    await user.press('enter');
    expect(user.terminal.rows().find((row) => row.includes('Incident  6'))).toMatch(title);
  });

  longTest('a click at the right selects an entry, one at the left none', async () => {
    const user = await open([payments], wide);
    const line = user.terminal.rows().findIndex((row) => row.includes('update psp does not answer'));
    await clickAt(user, 20, line);
    await user.press('enter');
    expect(user.terminal.rows().find((row) => row.includes('Incident  6'))).toMatch(/╭─ run ─/u);
    await user.press('enter');
    await clickAt(user, 80, line);
    await user.press('enter');
    expect(user.terminal.rows().find((row) => row.includes('Incident  6'))).toMatch(/╭─ update ─/u);
  });

  longTest(
    'a resolved incident has only its timeline: what is wrong now is none of its problems',
    async () => {
      const user = await open([solved(1)], wide);
      expect(user.terminal.rows().find((row) => row.includes('Incident'))).toMatch(/^╭▌Incident/u);
    },
  );
});

test('a strip without room for a field or a clock leaves it to the pane', async () => {
  const user = await open([payments], [80, 24]);
  const rows = user.rows();
  expect(rows[3]).toMatch(/✗ acknowledge 7m late {3}next update 22m left *$/);
  expect(user.rowWith('escalate to On-call')).toContain('call next: Ana Ruiz');
  expect(rows.filter((row) => row.includes('acknowledge 7m'))).toHaveLength(1);
  expect(rows.filter((row) => row.includes('commander'))).toHaveLength(1);
  // Another place has the situation again.
  await user.press('0');
  expect(user.rows()[1]).toContain('billing is down');
});

test('a screen reader says the incident without its ages', () => {
  const { view } = openBare(sceneOf([payments])).context();
  const shown = { ...view, ui: { ...view.ui, place: 'incident' } };
  expect(incidentStrip(shown)?.spoken).toBe(
    'incident INC-7, P1 High, investigating, Payments fail, commander ana@desk-3, impact 6 % of orders in the EU, Acknowledge: late, Escalate to On-call: late',
  );
});

describe('more entries than rows', () => {
  const notes = (count: number): DeclaredIncident =>
    incidentOf(
      'INC-7',
      start,
      declared(),
      ...Array.from(
        { length: count },
        (_, nth): IncidentEvent => ({ event: 'note', text: `note ${nth + 1}.` }),
      ),
    );
  const grows = async (user: User, count: number): Promise<string> => {
    await user.happens(() => user.cockpit.setState({ incidents: [notes(count)] }));
    return user.rows().join('\n');
  };

  longTest('the newest one is in view, unless the user has moved to another row', async () => {
    const user = await open([notes(1)]);
    await user.press('! h i enter');
    expect(await grows(user, 60)).toContain('note 60.');
    await user.press('j');
    expect(await grows(user, 120)).not.toContain('note 120.');
    await user.press('g');
    await user.wait('4s');
    expect(await grows(user, 121)).toContain('note 121.');
    expect(await grows(user, 180)).toContain('note 180.');
  });

  test('an opened row stays selected until it is closed', async () => {
    const user = await open([notes(60)]);
    await user.press('enter');
    expect(await grows(user, 120)).not.toContain('note 120.');
    await user.press('enter g');
    await user.wait('4s');
    expect(await grows(user, 180)).toContain('note 180.');
  });
});

describe('several open incidents', () => {
  test('the header names the shown one, its most urgent target, and the number of others', async () => {
    const user = await open([search, payments], [160, 36]);
    expect(user.rowWith('INC-7 P1')).toMatch(/INC-7 P1 +investigating 12m .*late · \+1/);
    expect(user.rowWith('also open')).toContain('INC-6 investigating Search is slow');
    await user.press(']');
    expect(user.rowWith('also open')).toContain('INC-7 P1 investigating Payments fail');
    expect(user.rowWith('Search is slow')).toContain('INC-6  no severity');
    await user.press('! h i enter');
    expect(user.given).toContainEqual(['addToIncident', 'INC-6', { event: 'note', text: 'hi' }]);
    await user.press('[');
    expect(user.rowWith('also open')).toContain('INC-6');
  });

  longTest('without another one the keys say so', async () => {
    const user = await open([payments]);
    await user.press(']');
    expect(user.rows().join('\n')).toContain('this is the only incident');
  });
});

describe('keys', () => {
  const added = (user: User): readonly unknown[] =>
    user.given.filter(([command]) => command === 'addToIncident').map(([, ...rest]) => rest);

  test('S selects the suggested severity with its reason', async () => {
    const user = await open([payments]);
    await user.press('S');
    expect(user.rowWith('▸')).toMatch(/P0 Critical +suggested: breakers .* is critical/);
    await user.press('enter');
    expect(user.rowWith('P1 → P0')).toContain('INC-7');
    await user.press('enter');
    expect(added(user)).toEqual([
      [
        'INC-7',
        { event: 'severity', severity: 'P0', reason: expect.stringMatching(/breakers .* is critical/) },
      ],
    ]);
  });

  test('the present severity cannot be chosen again', async () => {
    const user = await open([payments]);
    await user.press('S j enter');
    expect(user.rows().join('\n')).toContain('P1 High: the present severity');
    expect(added(user)).toEqual([]);
  });

  test('a acknowledges; without a page of the pager nothing is sent', async () => {
    const user = await open([payments]);
    await user.press('a');
    expect(added(user)).toEqual([['INC-7', { event: 'acknowledged' }]]);
    expect(user.given.filter(([command]) => command === 'sendIncident')).toEqual([]);
  });

  test('c takes command; f edits a field with its present value', async () => {
    const user = await open([payments]);
    await user.press('c enter');
    await user.press('f j enter');
    expect(user.rowWith('impact')).toContain('6 % of orders in the EU');
    await user.press('! enter');
    expect(added(user)).toEqual([
      ['INC-7', { event: 'field', field: 'commander', value: 'ben@desk-4' }],
      ['INC-7', { event: 'field', field: 'impact', value: '6 % of orders in the EU!' }],
    ]);
  });

  test('t goes on to the next status, T back to investigating', async () => {
    const user = await open([solved(1)]);
    await user.press('t');
    expect(user.rows().join('\n')).toContain('no open incident');
    await user.press('T');
    expect(added(user)).toEqual([['INC-5', { event: 'status', status: 'investigating', text: '' }]]);
  });

  test('O reports; what the profile does not name cannot be chosen', async () => {
    const user = await open([payments]);
    await user.press('O enter');
    expect(user.given).toContainEqual(['sendIncident', 'INC-7', 'update']);
    await user.press('O j j j enter');
    expect(user.rows().join('\n')).toContain('File an issue: not in the profile');
  });

  longTest('an action item has an owner', async () => {
    const user = await open([payments]);
    await user.press('f');
    await user.press(`${'j '.repeat(8)}enter`);
    await user.type('Size the pool @ben');
    await user.press('enter');
    expect(added(user)).toEqual([['INC-7', { event: 'action-item', text: 'Size the pool', owner: 'ben' }]]);
  });

  test('d writes the documents; share mode masks their names', async () => {
    const user = await open([payments]);
    await user.press('d enter');
    const saved = user.given.find(([command]) => command === 'save');
    expect(saved?.[1]).toBe('INC-7-handover.md');
    expect(String(saved?.[2])).toContain('# Handover of INC-7: Payments fail');
    expect(String(saved?.[2])).toContain('ana@desk-3');
    await user.press('s d j j enter');
    const shared = user.given.filter(([command]) => command === 'save').at(-1);
    expect(shared?.[1]).toBe('INC-7-post-mortem.md');
    expect(String(shared?.[2])).not.toContain('ana@desk-3');
  });

  test('an image of a pane is kept with the open incident', async () => {
    const user = await open([payments]);
    await user.press('3 E i');
    const kept = user.given.find(([command]) => command === 'captureForIncident');
    expect(kept?.[1]).toBe('INC-7');
    expect(String(kept?.[2])).toMatch(/breakers-.*\.svg$/);
    expect(String(kept?.[3])).toContain('<svg');
  });
});

describe('post-mortem', () => {
  test.each([
    [10, 'due in'],
    [60, 'overdue by'],
  ])('resolved %i h ago: %s', async (hours, text) => {
    const user = await open([solved(hours)]);
    expect(user.rowWith('Post-mortem:')).toContain(text);
  });

  longTest('of another incident, below the timeline', async () => {
    const user = await open([solved(60), payments]);
    expect(user.rowWith('INC-5')).toMatch(/INC-5: post-mortem overdue by 11h\S* {2}Mail stand/);
  });
});

longTest('no incident: the key that declares one', async () => {
  const user = await open([]);
  expect(user.rows().join('\n')).toContain('No incident declared');
});
