import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/domain/base/fault.ts';
import type { Alert } from '../../src/kinds/alerts/fact.ts';
import type { OnCall } from '../../src/kinds/oncalls/fact.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { fault, feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const stamp = { source: 'pd', at: noon - 3000 };

const onCall = (name: string, escalationLevel: number, more: Partial<OnCall> = {}): OnCall => ({
  ...stamp,
  name,
  policy: 'Platform',
  escalationLevel,
  schedule: '',
  ...more,
});

const ana = onCall('Ana Ruiz', 1, { email: 'ana@example.com', endsAt: noon + 8 * 3_600_000 });
const ben = onCall('Ben Okafor', 2);

const incident = (state: Alert['state'], incidentNumber: string): Alert => ({
  ...stamp,
  name: 'Payments fail',
  severity: 'page',
  state,
  since: noon - 360_000,
  labels: { incident: incidentNumber, service: 'Checkout', urgency: 'high' },
  summary: 'assigned to Ana Ruiz',
});

interface Given {
  readonly people?: readonly OnCall[];
  readonly alerts?: readonly Alert[];
  readonly faults?: readonly Fault[];
}

const factsOf = ({ people = [ana, ben], alerts = [], faults = [] }: Given): FactsStore => {
  const store = createFactsStore(
    frame({
      system: 'shop',
      sources: {
        pd: { type: 'pagerduty', kinds: ['alerts', 'oncalls'] },
        am: { type: 'alertmanager', kinds: ['alerts'] },
      },
    }),
  );
  learn(store, feedInfo('pd/incidents', 'alerts'), { items: alerts, faults: [] }, noon - 3000);
  learn(store, feedInfo('am/alerts', 'alerts'), { items: [], faults: [] }, noon - 3000);
  learn(store, feedInfo('pd/oncall', 'oncalls'), { items: people, faults }, noon - 3000);
  return store;
};

const look = async (
  given: Given,
  keys = '0',
  size: readonly [number, number] = [120, 36],
  shared = false,
): Promise<User> => {
  const user = await openCockpit({
    size,
    shared,
    scene: { facts: factsOf(given), cockpit: { ...shopCockpit, suggestions: [], messages: [] } },
  });
  for (const key of keys.split(' ')) await (key.startsWith(':') ? user.type(key) : user.press(key));
  return user;
};

describe('on call', () => {
  test('the header names the first person of the escalation, and counts the others of that level', async () => {
    expect((await look({})).rows()[1]).toMatch(/on call Ana Ruiz +$/);
    const cleo = onCall('Cleo Marsh', 1, { policy: 'Database' });
    expect((await look({ people: [ana, ben, cleo, ana] })).rows()[1]).toMatch(/on call Ana Ruiz \+1 +$/);
  });

  test('a narrow header leaves it out', async () => {
    expect((await look({}, '0', [80, 24])).rows()[1]).not.toContain('on call');
  });

  test('an answer without anyone on the first level is a warning; a failed reading is not', async () => {
    expect((await look({ people: [ben] })).rows()[1]).toContain('▲ no one on call');
    const failed = fault('timeout', 'GET https://pd.example/oncalls: no answer in 10s', 'pd');
    expect((await look({ people: [], faults: [failed] })).rows()[1]).not.toContain('no one on call');
  });

  test('Contacts lists the people first, with shift and address', async () => {
    const user = await look({}, '9', [140, 36]);
    expect(user.rowWith('Ana Ruiz  ')).toMatch(
      /Ana Ruiz +on call: Platform, level 1 +ana@example\.com +until 18:15:07/,
    );
    expect(user.rowWith('Ben Okafor  ')).toMatch(/Ben Okafor +on call: Platform, level 2 +by pd +always/);
  });

  test('the overview has no pane of its own for them; :oncalls opens a list', async () => {
    expect((await look({})).rows().join('\n')).not.toContain('ONCALLS');
    const user = await look({}, ':oncalls enter');
    expect(user.rowWith('Ben Okafor')).toContain('Platform');
  });

  test('share mode replaces names', async () => {
    const user = await look({}, '9', [140, 36], true);
    expect(user.rows().join('\n')).not.toContain('Ana Ruiz');
    expect(user.rows().join('\n')).not.toContain('ana@example.com');
  });
});

describe('incidents in Alerts', () => {
  test('an acknowledged incident is a warning with its whole state, below the triggered one', async () => {
    const user = await look(
      { alerts: [incident('acknowledged', '1002'), incident('firing', '1001')] },
      '7 7',
      [140, 36],
    );
    const states = user
      .rows()
      .flatMap((row) => /([✗▲●] (?:FIRING|ACKNOWLEDGED)) +page +Payments fail/.exec(row)?.[1] ?? []);
    expect(states).toEqual(['✗ FIRING', '▲ ACKNOWLEDGED']);
  });

  test('an incident is not reported as missing in Alertmanager', async () => {
    const user = await look({ alerts: [incident('firing', '1001')] }, '7 7 enter');
    expect(user.rowWith('incident')).toContain('1001');
    expect(user.rows().join('\n')).not.toContain('missing in Alertmanager');
  });
});
