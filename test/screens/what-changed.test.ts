import { expect, test } from 'vitest';
import type { ChangeCoverage, JournalEntry } from '../../src/domain/facts/journal.ts';
import type { LikelyTrigger } from '../../src/domain/profile/likely-trigger.ts';
import type { CockpitState } from '../../src/store/cockpit.ts';
import type { RunbookSuggestion } from '../../src/store/runbook-suggestion.ts';
import { longTest } from '../support/layer.ts';
import { fault, noon } from '../support/made-facts.ts';
import { cardOf } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const minute = 60_000;

const rolledOut: JournalEntry = {
  at: noon - 12 * minute,
  kind: 'image',
  level: 'ok',
  what: 'deployment billing',
  change: 'image 1.4.2 → 1.4.3, revision 4 → 5',
  source: 'k8s',
};

const trigger: LikelyTrigger = {
  entry: rolledOut,
  object: 'billing',
  onset: noon - 9 * minute,
  isOnsetUnknown: false,
  isOwn: false,
};

const known = shop().cockpit?.suggestions ?? [];
const reason = 'billing 1.4.3 rolled out 3 min before the first problem';

const rollback = (): RunbookSuggestion => {
  const [first] = known;
  if (first === undefined) throw new Error('the shop has no runbook');
  const runbook = {
    ...first.runbook,
    id: 'roll-back',
    title: 'Roll back billing',
    reverts: ['billing'],
    params: [],
  };
  return { runbook, fits: 'yes', why: '', reason, revertsTrigger: true, danger: 'disruptive' };
};

const open = (cockpit: Partial<CockpitState>, size: readonly [number, number] = [117, 36]): Promise<User> => {
  const scene = shop();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, ...cockpit } } });
};

const line = (user: User): string => user.rows().find((row) => /what changed\?|▸ change: /.test(row)) ?? '';

longTest('Problems names the likely trigger, and Z previews its rollback', async () => {
  const user = await open({ trigger, suggestions: [rollback(), ...known], journal: [rolledOut] });
  await user.press('W W');
  expect(line(user)).toContain(`▸ what changed? ${reason} · Z previews: Roll back billing`);
  expect(user.rowWith('matches     R RUNBOOK')).toContain('billing 1.4.3 rolled out 3 min before');
  await user.press('Z');
  expect(user.given).toEqual([['propose', 'roll-back', {}]]);
});

test('at 80×24 the trigger is on Problems too', async () => {
  const user = await open({ trigger, suggestions: [rollback(), ...known] }, [80, 24]);
  await user.press('W W');
  expect(user.rowWith(`▸ ${reason}`)).toMatch(/ · Z preview/);
});

longTest('beside the list the detail names the trigger', async () => {
  const user = await open({ trigger, suggestions: [rollback(), ...known] }, [200, 60]);
  await user.press('W W');
  const rows = user.rows();
  const heading = rows.findIndex((row) => row.includes('What changed'));
  expect(rows[heading + 1]).toContain(`${reason} · Z previews: Roll back billing`);
  expect(line(user)).toBe('');
});

test('without a runbook that takes it back, Z says so', async () => {
  const user = await open({ trigger, journal: [rolledOut] });
  await user.press('W W');
  expect(line(user)).toContain(`${reason} · J shows the journal`);
  await user.press('Z');
  expect(user.rowWith('no runbook can undo this change of billing')).toBeTruthy();
  expect(user.given).toEqual([]);
});

test('a change that a run of opsdeck made is named without a rollback', async () => {
  const user = await open({ trigger: { ...trigger, isOwn: true }, suggestions: known });
  await user.press('W W');
  expect(line(user)).toContain('(by a run of opsdeck) · J journal');
});

const coverage: ChangeCoverage = {
  since: noon - 6 * 60 * minute,
  read: ['k8s', 'prom'],
  unread: [fault('denied', 'answered 403', 'alerts')],
  isReading: false,
};

test.each<[string, ChangeCoverage]>([
  ['no related change in the last 6 h by: k8s, prom. Not read: alerts (denied)', coverage],
  ['no related change in the last 6 h by: k8s, prom', { ...coverage, unread: [] }],
  ['unknown. Not read: alerts (denied)', { ...coverage, read: [] }],
  ['none of the sources of this profile records changes', { ...coverage, read: [], unread: [] }],
  ['opsdeck is reading the changes of the last hours', { ...coverage, isReading: true }],
])('%s', async (text, changeCoverage) => {
  const user = await open({ changeCoverage });
  await user.press('W W');
  expect(line(user).trim()).toBe(`what changed? ${text}`);
});

test('Changes shows the last deployment before a verdict', async () => {
  const critical: JournalEntry = {
    at: noon - 9 * minute,
    kind: 'verdict',
    level: 'crit',
    what: 'billing',
    change: 'up → down',
    source: 'actuator',
  };
  const user = await open({ journal: [rolledOut, critical] });
  await user.press('J J');
  expect(user.rowWith('last deployment or run, 3m before:')).toBeTruthy();
  expect(user.rows().findLast((row) => row.includes('deployment billing'))).toContain('image 1.4.2 → 1.4.3');
});

test('the list of runbooks keeps its order while it is open: enter previews the selected one', async () => {
  const user = await open({ suggestions: known }, [80, 24]);
  await user.press('R');
  const selected = cardOf(user).find((row) => row.startsWith('▸'));
  await user.happens(() => user.cockpit.setState({ suggestions: [rollback(), ...known] }));
  expect(cardOf(user).find((row) => row.startsWith('▸'))).toBe(selected);
  expect(cardOf(user).findLast((row) => row.includes('roll-back'))).toContain('matches');
  await user.press('enter');
  expect(user.given).toEqual([['propose', 'close-breaker', {}]]);
  await user.press('esc R');
  expect(cardOf(user)[1]).toMatch(/^▸ ● roll-back/);
});

longTest('a list of runbooks says that another one is suggested first now, and r sorts it', async () => {
  const user = await open({ suggestions: known }, [80, 24]);
  await user.press('R');
  expect(cardOf(user).join('\n')).not.toContain('suggested first now');
  await user.happens(() => user.cockpit.setState({ suggestions: [rollback(), ...known] }));
  expect(cardOf(user).join('\n')).toContain('suggested first now: roll-back · r sorts the list');
  await user.press('r');
  expect(cardOf(user)[1]).toMatch(/^▸ ● roll-back/);
  expect(cardOf(user).join('\n')).not.toContain('suggested first now');
});

test('a list of runbooks says when none matches', async () => {
  const none = known.map((runbookSuggestion) => ({ ...runbookSuggestion, fits: 'no' as const }));
  const user = await open({ suggestions: none }, [80, 24]);
  await user.press('R');
  expect(cardOf(user).join('\n')).toContain('no runbook matches now · / searches a symptom');
});
