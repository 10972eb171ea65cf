import { expect, test } from 'vitest';
import { mistaken } from '../sabotage/saboteur.ts';
import { nightArchive } from './cases/eventmesh-archives.ts';
import { eventmeshRecovery } from './cases/eventmesh-hosts-recovery.ts';

/** Processor time of one exercise. */
const meta = { cpuLimitMs: 120_000 };

test('a rollback to an archive of an unexpected version is not recovered', {
  meta,
}, async () => {
  const rollback = eventmeshRecovery.find(({ runbook }) => runbook === 'rollback');
  if (rollback === undefined) throw new Error('no exercise of rollback');
  const params = { host: 'vm-1', archive: nightArchive, version: '0.1.1' };
  const { ending, why } = await mistaken({ ...rollback, params });
  expect(ending).toBe('executed-not-recovered');
  expect(why).toMatch(/version 0\.1\.0, expected 0\.1\.1/);
});
