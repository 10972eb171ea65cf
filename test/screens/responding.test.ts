import { expect, test } from 'vitest';
import { features } from '../../src/ui/app/features.ts';
import { longTest } from '../support/layer.ts';
import { responding } from './support/responding.ts';
import { cellOf, rowOf } from './support/screen.ts';
import { drawn } from './support/sizes.ts';
import { openCockpit, type User } from './support/user.ts';

const lookAt = async (pane: string, more: Parameters<typeof openCockpit>[0] = {}): Promise<User> => {
  const user = await openCockpit({ scene: responding(), ...more });
  await user.press(':');
  await user.type(pane);
  await user.press('enter');
  return user;
};

longTest('alerts, findings and runbooks show their severity', () => {
  const rows = (pane: string, head: string, ...names: readonly string[]): readonly string[] => {
    const screen = drawn(responding(), `:${pane}`, pane === 'now' ? [110, 60] : [200, 60]);
    return names.map((name) => cellOf(screen, features.panes.byId(pane).title, name, head));
  };
  expect(rows('alerts', 'SEVERITY', 'PspError', 'ConsumerLag', 'DiskFilling')).toEqual([
    'page · P0',
    'critical · P1',
    'warning',
  ]);
  expect(rows('now', 'SEV', 'error rate', '1 Health   billing', 'search-0 · suggest')).toEqual([
    'P0',
    '–',
    'P2',
  ]);
  expect(rows('runbooks', 'SEV', 'The payment provider', 'Silence an alert')).toEqual(['P0', '–']);
});

test('an overdue profile review is shown below the runbooks', () => {
  const screen = drawn(responding(), ':runbooks', [200, 60]);
  expect(rowOf(screen, 'review overdue')).toMatch(
    /^ ▲ review overdue since 2026-01-06 \(57 days\) · monthly · owner /,
  );
});

longTest('the most urgent is first, whatever its level', async () => {
  const user = await lookAt('now', { size: [110, 36] });
  const findings = user.rows().filter((row) => / (?:CRIT|WARN) /.test(row) && / P\d /.test(row));
  const priorities = findings.map((row) => / (P\d) /.exec(row)?.[1]);
  expect(priorities).toEqual(priorities.toSorted());
  expect(new Set(priorities)).toEqual(new Set(['P0', 'P1', 'P2']));
});

longTest("details show the severity's name and response time", async () => {
  const user = await lookAt('alerts', { size: [200, 60] });
  expect(user.rowWith('severity page')).toContain('(P0 Critical · respond: 15m');
});

test('the text is the same without color and in ASCII', async () => {
  const user = await lookAt('alerts', { size: [80, 24], ascii: true, color: 'none' });
  expect(user.rowWith(' P0 ')).toContain('PspErrorBudget');
});
