import { expect, test } from 'vitest';
import type { DrillRecord } from '../../src/domain/drills/drill-record.ts';
import { longTest } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { shop } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

const record: DrillRecord = {
  id: 'drill-1',
  system: 'shop',
  env: 'production',
  incident: 'dependency-down',
  title: 'the broker is down',
  at: noon - 300_000,
  endedAt: noon,
  who: 'ana',
  host: 'ops-1',
  pid: 1,
  how: 'cockpit',
  blind: false,
  target: { severity: 'P1', respond: '15m', escalate: '30m' },
  score: {
    outcome: 'recovered',
    noticedMs: 5000,
    diagnosedMs: 20_000,
    actedMs: 30_000,
    recoveredMs: 193_000,
    runbook: 'restore-broker',
    wrongTurns: [],
    gates: { passed: 1, refused: 0, overridden: 0 },
    hints: 0,
    totalMs: 193_000,
  },
};

/** The screen with the score card of the drill. */
const scoreOf = async (
  own: Partial<DrillRecord>,
  best: DrillRecord | undefined,
  size: readonly [number, number],
): Promise<string> => {
  const scene = shop();
  const result = { record: { ...record, ...own }, ...(best === undefined ? {} : { best }) };
  const drill = {
    isRunning: false,
    isBlind: false,
    opensCard: false,
    startedAt: noon - 300_000,
    hasNoticed: true,
    hints: [],
    result,
  };
  const user = await openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, drill } } });
  await user.type(':score');
  await user.press('enter');
  return user.terminal.rows().join('\n');
};

longTest.each([
  [80, 24],
  [120, 36],
] as const)(
  'at %i×%i the card shows each target whole, with and without an earlier drill',
  async (...size) => {
    for (const best of [undefined, record]) {
      const screen = await scoreOf({}, best, size);
      expect(screen).toMatch(/time to notice +5s +(?:5s +)?respond within 15m \(P1\) ● met /);
      expect(screen).toMatch(/time to recover +3m13s +(?:3m13s +)?escalation: 30m \(P1\) ● met /);
      expect(/team's best|\bdrill +best\b/.test(screen)).toBe(best !== undefined);
    }
  },
);

test('a missed target is whole at 80 columns, too', async () => {
  const score = { ...record.score, noticedMs: 1_000_000 };
  expect(await scoreOf({ score }, record, [80, 24])).toMatch(/respond within 15m \(P1\) ▲ missed /);
});

test('a target in words is no period', async () => {
  const target = { severity: 'P0', respond: 'immediately', escalate: '30m' };
  expect(await scoreOf({ target }, undefined, [120, 36])).toMatch(/5s +respond immediately \(P0\) /);
});

longTest.each([
  [undefined, 'ALL CLEAR by itself'],
  ['restart', 'ALL CLEAR after restart, not verified'],
])(
  'a drill that healed says when the symptoms were gone, and has no score: %s',
  async (unproved, outcome) => {
    const { wrongTurns, gates, hints } = record.score;
    const score = { outcome: 'healed' as const, healedMs: 95_000, wrongTurns, gates, hints };
    const screen = await scoreOf(
      { score: unproved === undefined ? score : { ...score, unproved } },
      undefined,
      [120, 36],
    );
    expect(screen).toContain(`▲ ${outcome}`);
    expect(screen).toMatch(/time to clear +1m35s /);
    expect(screen).toMatch(/score +there is no score, because no run verified the recovery/);
  },
);
