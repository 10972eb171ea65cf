import { expect, test } from 'vitest';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { containerPageLines } from '../../../src/sources/docker/containers/describe-container.ts';
import { never, openFixture } from './fixture.ts';

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

test('a container has a summary and its full inspect result', async () => {
  await using fixture = await openFixture();
  const [name = ''] = fixture.states()[0]?.split(' ') ?? [];
  const short = await fixture.source.describe?.(container({ name }), 'describe', never);
  expect(short?.lines[0]).toBe('state      running');
  const page = await fixture.source.describe?.(container({ name }), 'yaml', never);
  expect(page?.lines).toContain(`Name: /${name}`);
});

test('neither contains secrets of environment variables, labels or commands', () => {
  const page = {
    Id: 'a'.repeat(64),
    Name: '/web',
    Path: '/app/start',
    Args: ['--password', 's3cret', '--port=80'],
    State: { Status: 'running' },
    Config: {
      Image: 'web:1',
      Env: ['DB_PASSWORD=s3cret', 'DB_URL=postgres://ana:s3cret@db/shop', 'PORT=80'],
      Labels: { 'api-key': 's3cret' },
    },
  };
  for (const how of ['describe', 'yaml'] as const) {
    const text = containerPageLines(page, how).join('\n');
    expect(text).toContain('DB_PASSWORD=…');
    expect(text).toContain('postgres://ana:…@db/shop');
    expect(text).toContain('PORT=80');
    expect(text).not.toContain('s3cret');
  }
});

test('a removed container, and a service, are missing', async () => {
  await using fixture = await openFixture();
  const gone = fixture.source.describe?.(container({ name: 'gone' }), 'yaml', never);
  await expect(gone).rejects.toMatchObject({ kind: 'missing' });
  const service = fixture.source.describe?.(container({ kind: 'service', name: 'web' }), 'yaml', never);
  await expect(service).rejects.toMatchObject({ kind: 'missing' });
});
