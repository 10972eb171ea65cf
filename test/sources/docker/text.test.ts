import { expect, test } from 'vitest';
import type { Workload } from '../../../src/domain/facts.ts';
import { never, openStand } from './stand.ts';

const container = (more: Partial<Workload> = {}): Workload => ({
  source: 'd',
  at: 0,
  kind: 'container',
  namespace: 'shop',
  name: 'shop-web-1',
  owner: 'web',
  node: '',
  status: 'running',
  ...more,
});

test('a container is told in short, and as its whole page, and neither tells a secret', async () => {
  await using stand = await openStand();
  const [name = ''] = stand.states()[0]?.split(' ') ?? [];
  const short = await stand.source.describe?.(container({ name }), 'describe', never);
  expect(short?.lines[0]).toBe('state      running');
  expect(short?.lines).toContain('env        DB_PASSWORD=…');
  const page = await stand.source.describe?.(container({ name }), 'yaml', never);
  expect(page?.lines).toContain('    - DB_PASSWORD=…');
  expect(page?.lines.join('\n')).not.toContain('not-shown');
});

test('a container that is gone, and a service, are missing', async () => {
  await using stand = await openStand();
  const gone = stand.source.describe?.(container({ name: 'gone' }), 'yaml', never);
  await expect(gone).rejects.toMatchObject({ kind: 'missing' });
  const service = stand.source.describe?.(container({ kind: 'service', name: 'web' }), 'yaml', never);
  await expect(service).rejects.toMatchObject({ kind: 'missing' });
});
