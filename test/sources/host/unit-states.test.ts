import { expect, test } from 'vitest';
import { levelOf } from '../../../src/kinds/registry/registry.ts';
import {
  isNamed,
  matchesUnitPattern,
  noUnitRow,
  parseUnits,
  type ServiceUnit,
  unitRow,
} from '../../../src/sources/host/parse/units.ts';

const now = Date.parse('2026-03-04T10:15:07Z');
const stamp = { source: 'h', at: now, namespace: '', owner: '', node: 'vm-1' };

/** A unit as `systemctl show` prints it, with overrides. */
const unitOf = (more: Readonly<Record<string, string>>): ServiceUnit => {
  const properties = {
    Id: 'a.service',
    LoadState: 'loaded',
    ActiveState: 'inactive',
    SubState: 'dead',
    Result: 'success',
    ExecMainCode: '1',
    ExecMainStatus: '0',
    ExecMainStartTimestamp: 'Wed 2026-03-04 09:00:00 UTC',
    Type: 'simple',
    ...more,
  };
  const [unit] = parseUnits(
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n'),
  );
  if (unit === undefined) throw new Error('not a unit');
  return unit;
};

const ago = 'Wed 2026-03-04 10:15:00 UTC';
const longAgo = 'Wed 2026-03-04 09:00:00 UTC';

test.each<[string, Readonly<Record<string, string>>, string, string]>([
  ['started by a timer', { TriggeredBy: 'a.timer', UnitFileState: 'static' }, 'waits for a.timer', 'ok'],
  ['started by a socket', { TriggeredBy: 'a.socket', UnitFileState: 'disabled' }, 'waits for a.socket', 'ok'],
  [
    'enabled, beside its socket',
    { TriggeredBy: 'a.socket', UnitFileState: 'enabled' },
    'inactive (dead)',
    'crit',
  ],
  ['started by an automount', { Id: 'a.mount', TriggeredBy: 'a.automount' }, 'waits for a.automount', 'ok'],
  ['stopped', {}, 'inactive (dead)', 'crit'],
  ['skipped by ExecCondition=', { Result: 'exec-condition' }, 'skipped: unit condition not met', 'ok'],
  ['of a broken file', { LoadState: 'bad-setting', Type: 'oneshot' }, 'not loaded: bad-setting', 'crit'],
  ['a oneshot after reset-failed', { Type: 'oneshot', ExecMainStatus: '3' }, 'ended with exit 3', 'ok'],
  ['refreshing', { ActiveState: 'refreshing', SubState: 'refresh' }, 'refreshing (refresh)', 'ok'],
  [
    'reloading',
    { ActiveState: 'reloading', SubState: 'reload', StateChangeTimestamp: ago },
    'reloading (reload)',
    'ok',
  ],
  [
    'stuck in its reload',
    { ActiveState: 'reloading', SubState: 'reload', StateChangeTimestamp: longAgo },
    'reloading (reload)',
    'warn',
  ],
  [
    'stopping',
    { ActiveState: 'deactivating', SubState: 'stop', StateChangeTimestamp: ago },
    'deactivating (stop)',
    'ok',
  ],
  [
    'stuck in its stop',
    { ActiveState: 'deactivating', SubState: 'stop', StateChangeTimestamp: longAgo },
    'deactivating (stop)',
    'crit',
  ],
  [
    'starting within its own limit',
    {
      ...{ ActiveState: 'activating', SubState: 'start', Type: 'notify', TimeoutStartUSec: '2h 30min' },
      InactiveExitTimestamp: longAgo,
    },
    'activating (start)',
    'ok',
  ],
  [
    'slow to start, without a limit',
    {
      ...{ ActiveState: 'activating', SubState: 'start', Type: 'notify', TimeoutStartUSec: 'infinity' },
      InactiveExitTimestamp: longAgo,
    },
    'activating (start)',
    'warn',
  ],
  [
    'stopping within its own limit',
    {
      ...{ ActiveState: 'deactivating', SubState: 'stop-sigterm', TimeoutStopUSec: '1h 15min' },
      StateChangeTimestamp: longAgo,
    },
    'deactivating (stop-sigterm)',
    'ok',
  ],
  [
    'failed before its main process',
    { ActiveState: 'failed', SubState: 'failed', Result: 'exit-code', ExecMainCode: '0' },
    'failed',
    'crit',
  ],
])('a unit that is %s', (_, properties, status, level) => {
  const row = { ...stamp, ...unitRow(unitOf(properties), (position) => position, now) };
  expect([row.status, levelOf('workloads', row, {})]).toEqual([status, level]);
});

test('a unit that failed before its main process says so', () => {
  const unit = unitOf({ ActiveState: 'failed', SubState: 'failed', Result: 'exit-code', ExecMainCode: '0' });
  expect(unitRow(unit, (position) => position, now).detail).toBe('exit-code');
});

test('a unit is found by each of its names', () => {
  const unit = unitOf({ Id: 'mariadb.service', Names: 'mariadb.service mysql.service' });
  expect(['mysql', 'mysql.service', 'mariadb', 'maria'].map((name) => isNamed(unit, name))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('a pattern that no unit matches is not ready', () => {
  const unit = unitOf({ Id: 'worker@a.service' });
  const patterns = [
    'worker@*',
    'worker@?.service',
    'worker@[ab]',
    'worker@[!a]',
    'w.*',
    'worker@[',
    'worker@[z-a]',
  ];
  expect(patterns.map((pattern) => matchesUnitPattern(pattern, unit))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(levelOf('workloads', { ...stamp, ...noUnitRow('x@*') }, {})).toBe('crit');
});
