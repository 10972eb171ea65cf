import { describe, expect, test } from 'vitest';
import type { Acknowledgement } from '../../src/domain/incidents/acknowledgement.ts';
import { longTest } from '../support/layer.ts';
import { health, learn, noon } from '../support/made-facts.ts';
import { outage, outageFacts, outageFeeds } from './support/outage.ts';
import { openCockpit, type Settings, type User } from './support/user.ts';

const minute = 60_000;

const ofBroker: Acknowledgement = {
  finding: 'health bus/health production broker ',
  what: 'Health broker',
  level: 'crit',
  source: 'api',
  who: 'ana@desk-3',
  at: noon - 12 * minute,
  note: 'provider is on it',
};

/** The identity of a finding, as the cockpit gives it to the command. */
const keyOf = async (name: string): Promise<string> => {
  const user = await openCockpit({ scene: outage({ broker: 10, search: 10 }) });
  await user.press('W /');
  await user.type(name);
  await user.press('enter a enter');
  const [, findings] = user.given.find(([command]) => command === 'acknowledge') ?? [];
  return (findings as readonly Acknowledgement[])[0]?.finding ?? '';
};

const acknowledged = async (names: readonly string[], level: Acknowledgement['level'] = 'crit') =>
  Object.fromEntries(
    await Promise.all(
      names.map(async (name) => {
        const finding = await keyOf(name);
        return [finding, { ...ofBroker, finding, level, what: `Health ${name}` }] as const;
      }),
    ),
  );

const openWith = async (names: readonly string[], more: Settings = {}): Promise<User> =>
  openCockpit({
    size: [110, 36],
    ...more,
    scene: outage({ broker: 10, search: 10 }, { acknowledged: await acknowledged(names) }),
  });

const ended = (user: User) => user.given.filter(([command]) => command === 'endAcknowledgements');

describe('a acknowledges a finding', () => {
  longTest('with an optional note, also in read-only', async () => {
    const user = await openCockpit({ size: [120, 36], scene: outage() });
    await user.press('W a');
    expect(user.rowWith('ACKNOWLEDGE')).toContain('Health broker');
    expect(user.rowWith('this changes nothing outside opsdeck')).toBeTruthy();
    await user.type('asked ben');
    await user.press('enter');
    expect(user.given).toEqual([
      [
        'acknowledge',
        [expect.objectContaining({ what: 'Health broker', level: 'crit', source: 'api' })],
        'asked ben',
      ],
    ]);
  });

  longTest('esc leaves it as it was. The letters of a note are no keys', async () => {
    const user = await openCockpit({ size: [120, 36], scene: outage() });
    await user.press('W a');
    await user.type('q');
    await user.press('esc');
    expect(user.given).toEqual([]);
    expect(user.rowWith('W Problems')).toBeTruthy();
  });

  test('on the folded line it takes every consequence, on marked rows all of them', async () => {
    const user = await openCockpit({ size: [120, 36], scene: outage() });
    await user.press('W j a');
    expect(user.rowWith('ACKNOWLEDGE')).toContain('4 findings');
    await user.press('esc M a');
    expect(user.rowWith('ACKNOWLEDGE')).toContain('6 findings');
  });
});

describe('an acknowledged finding', () => {
  longTest('shows who and when, comes after others of its level, and still counts', async () => {
    const user = await openWith(['broker']);
    await user.press('W');
    const rows = user.rows().filter((row) => row.includes('✗ CRIT'));
    expect(rows[0]).toMatch(/✗ CRIT {8}1 Health +search/);
    const own = rows.findIndex((row) => row.includes('✗ CRIT ack'));
    expect(rows[own]).toMatch(/✗ CRIT ack +1 Health +broker +ana@desk-3 12m/);
    expect(user.rowWith('Problems  5')).toBeTruthy();
    expect(user.rows()[1]).toContain('✗ 4');
    await user.press('/');
    await user.type('acknowledged');
    await user.press('enter');
    expect(user.rowWith('acknowledged by')).toContain(
      'acknowledged by ana@desk-3 12m ago: provider is on it · a withdraws it',
    );
  });

  test('is withdrawn by the same key', async () => {
    const user = await openWith(['broker']);
    await user.press('W /');
    await user.type('acknowledged');
    await user.press('enter a');
    expect(user.given).toEqual([['withdrawAcknowledgements', [await keyOf('broker')]]]);
    expect(user.rowWith('acknowledgement withdrawn')).toBeTruthy();
  });

  test('of a share shows no name of its operator or host', async () => {
    const user = await openWith(['broker'], { shared: true });
    await user.press('W /');
    await user.type('acknowledged');
    await user.press('enter');
    expect(user.rows().join('\n')).not.toMatch(/ana@|desk-3/);
    expect(user.rowWith('acknowledged by')).toBeTruthy();
    await user.happens(() =>
      user.cockpit.setState({
        acknowledged: {},
        journal: [
          {
            at: noon,
            kind: 'ack',
            level: 'ok',
            what: 'Health x',
            change: 'acknowledged by ben@desk-9',
            source: '',
          },
        ],
      }),
    );
    await user.press('J');
    expect(user.rowWith('Health x')).not.toMatch(/ben@|desk-9/);
  });

  longTest('cannot be changed in the past', async () => {
    const user = await openWith(['broker']);
    await user.press('W < a');
    expect(user.given).toEqual([]);
  });
});

describe('an acknowledgement ends by itself', () => {
  const withFacts = async (
    down: Readonly<Record<string, number>>,
    level: Acknowledgement['level'] = 'crit',
  ) => {
    const facts = outageFacts(down);
    const known = await acknowledged(['broker'], level);
    const scene = outage(down, { acknowledged: known });
    return { facts, user: await openCockpit({ scene: { ...scene, facts } }), finding: Object.keys(known)[0] };
  };

  test('when the finding is resolved', async () => {
    const { user, facts, finding } = await withFacts({ broker: 10 });
    await user.wait('2s');
    expect(ended(user)).toEqual([]);
    await user.happens(() =>
      learn(facts, outageFeeds.health, { items: [health('broker', { source: 'api', at: noon })] }, noon),
    );
    await user.wait('1s');
    expect(ended(user)).toEqual([['endAcknowledgements', [{ finding, end: { is: 'gone' } }]]]);
  });

  longTest('when it has a worse level', async () => {
    const { user, finding } = await withFacts({ broker: 10 }, 'warn');
    await user.wait('1s');
    expect(ended(user)).toEqual([
      ['endAcknowledgements', [{ finding, end: { is: 'worse', level: 'crit' } }]],
    ]);
  });

  test('not while nothing is known about it', async () => {
    const { user, facts } = await withFacts({ broker: 10 });
    await user.happens(() =>
      learn(
        facts,
        outageFeeds.health,
        { faults: [{ kind: 'timeout', source: 'api', message: 'no answer', at: noon }] },
        noon,
      ),
    );
    await user.wait('60s');
    expect(ended(user)).toEqual([]);
  });
});

describe('ctrl-a acknowledges the finding behind a row', () => {
  test('of its pane, with the identity that it has in Problems', async () => {
    const finding = await keyOf('broker');
    const user = await openCockpit({ size: [120, 36], scene: outage({ broker: 10, search: 10 }) });
    await user.press('1 / b r o k e r enter ctrl-a');
    expect(user.rowWith('ACKNOWLEDGE')).toContain('Health broker');
    await user.press('enter');
    expect(user.given.find(([command]) => command === 'acknowledge')).toEqual([
      'acknowledge',
      [expect.objectContaining({ finding, what: 'Health broker', level: 'crit' })],
      '',
    ]);
  });

  test('withdraws an acknowledgement, and does the same as a in Problems', async () => {
    const user = await openWith(['broker']);
    await user.press('1 / b r o k e r enter ctrl-a');
    expect(user.given).toContainEqual(['withdrawAcknowledgements', [await keyOf('broker')]]);
    const now = await openCockpit({ size: [120, 36], scene: outage() });
    await now.press('W ctrl-a');
    expect(now.rowWith('ACKNOWLEDGE')).toContain('Health broker');
  });

  test('not on a row that is OK', async () => {
    const user = await openCockpit({ size: [120, 36], scene: outage({ broker: 10 }) });
    await user.press('1 z G ctrl-a');
    expect(user.rowWith('only problems can be acknowledged: select a problem')).toBeTruthy();
  });
});
