import { describe, expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { host } from '../../../src/sources/host/index.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { detailOf, underTest } from '../setting.ts';

const server = underTest();
const signals = [
  { id: 'memory', read: { memory: true } },
  { id: 'disk', read: { disk: '/' } },
  { id: 'load', read: { load: 15 } },
];

/** The same machine, read locally and over ssh. */
const read = async (where: Readonly<Record<string, unknown>>) => {
  const config = host.config.parse({ ...where, processes: ['sshd'], ports: [server.port] });
  const opening = { id: 'hosts', env: 'test', config, signals };
  const source = await host.open(opening, openReadIo(manualClock(Date.now())));
  const readings = [];
  for (const feed of source.feeds) readings.push(await feed.read(new AbortController().signal));
  await source.close();
  return readings;
};

describe('one machine, locally and over ssh', () => {
  const accesses = [{ local: true }, { ssh: [detailOf(server, 'alias')], config: detailOf(server, 'ssh') }];

  test.each(accesses)('%o: up, with plausible readings, and sshd holds its port', async (where) => {
    const [health, workloads] = await read(where);
    expect(health?.items).toMatchObject([{ service: 'hosts', status: 'up' }]);
    expect(health?.faults).toEqual([]);
    for (const { value } of health?.samples ?? []) expect(value).toBeGreaterThanOrEqual(0);
    expect(workloads?.items).toMatchObject([
      { kind: 'process', name: 'sshd', status: 'running' },
      {
        kind: 'process',
        name: `port ${server.port}`,
        ready: 1,
        status: expect.stringMatching(/^(held by sshd|bound)$/),
      },
    ]);
  });

  test('both report the same disk usage', async () => {
    const disks = await Promise.all(
      accesses.map(
        async (where) => (await read(where))[0]?.samples?.find(({ signal }) => signal === 'disk')?.value,
      ),
    );
    expect(Math.abs(Number(disks[0]) - Number(disks[1]))).toBeLessThan(1);
  });
});
