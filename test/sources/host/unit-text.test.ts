import { expect, test } from 'vitest';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { never, openHosts } from './hosts.ts';

const unit = (more: Partial<Workload> = {}): Workload => ({
  source: 'hosts',
  at: 0,
  kind: 'unit',
  namespace: '',
  name: 'eventmesh-api',
  owner: '',
  node: 'vm-1',
  status: 'active',
  ...more,
});

test('a unit is described by its status, and by its file without secrets', async () => {
  await using hosts = await openHosts();
  const status = await hosts.source.describe?.(unit(), 'describe', never);
  expect(status?.lines.join('\n')).toContain('Active: active (running)');
  const file = await hosts.source.describe?.(unit(), 'yaml', never);
  expect(file?.lines).toContain('[Service]');
  expect(file?.lines).toContain('Environment=DB_PASSWORD=…');
});

test('a missing unit is missing, as is an invalid one', async () => {
  await using hosts = await openHosts();
  const gone = hosts.source.describe?.(unit({ name: 'nothing' }), 'yaml', never);
  await expect(gone).rejects.toMatchObject({ kind: 'missing' });
  const process = hosts.source.describe?.(unit({ kind: 'process' }), 'describe', never);
  await expect(process).rejects.toMatchObject({ kind: 'missing' });
});
