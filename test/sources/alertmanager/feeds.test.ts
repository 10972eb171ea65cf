import { expect, test } from 'vitest';
import { recorded } from '../recorded.ts';
import { openFixture } from './fixture.ts';

const never = new AbortController().signal;
const real = (call: string) => {
  if (call === 'GET /api/v2/alerts') return { body: recorded('alertmanager-0.25/source-alerts-both.json') };
  if (call === 'GET /api/v2/silences') return { body: recorded('alertmanager-0.25/source-silences.json') };
  return call === 'GET /api/v2/status' ? { body: recorded('alertmanager-0.25/status.json') } : undefined;
};

test('alerts include silenced and inhibited ones. The silences of a silenced one say since when and by whom', async () => {
  await using fixture = await openFixture(real);
  const [alerts, silences] = fixture.source.feeds;
  expect(alerts).toMatchObject({ id: 'am/alerts', kind: 'alerts', everyMs: 5000 });
  expect(silences).toMatchObject({ id: 'am/silences', kind: 'notes', everyMs: 0 });
  const read = await alerts?.read(never);
  expect(read?.faults).toEqual([]);
  expect(read?.items[2]).toMatchObject({
    source: 'am',
    at: fixture.clock.now(),
    name: 'TargetDown',
    state: 'silenced',
    severity: 'page',
    since: Date.parse('2026-11-20T09:18:07.189Z'),
    suppressedBy: 'silenced since 09:18 UTC by ana',
  });
  expect(fixture.server.asked).toEqual([
    'GET /api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true',
    'GET /api/v2/silences',
  ]);
  expect((await silences?.read(never))?.items).toHaveLength(2);
});

const suppressed = (name: string, fingerprint: string, status: object) => ({
  labels: { alertname: name },
  fingerprint,
  status: { state: 'suppressed', silencedBy: [], inhibitedBy: [], ...status },
});

test('an alert says why it sends no notification; without a silenced one no silences are read', async () => {
  const body = [
    suppressed('Slow', 'a1', { inhibitedBy: ['b2'] }),
    { labels: { alertname: 'Down' }, fingerprint: 'b2', status: { state: 'active' } },
    suppressed('Backup', 'c3', { mutedBy: ['nights'] }),
    suppressed('Old', 'd4', { inhibitedBy: ['gone'] }),
  ];
  await using fixture = await openFixture((call) => (call === 'GET /api/v2/alerts' ? { body } : undefined));
  const read = await fixture.source.feeds[0]?.read(never);
  expect(read?.items.map((item) => ('suppressedBy' in item ? item.suppressedBy : undefined))).toEqual([
    'inhibited by Down',
    undefined,
    'muted by the time interval nights',
    undefined,
  ]);
  expect(fixture.server.asked).toHaveLength(1);
});

test('silences that cannot be read leave a silenced alert silenced', async () => {
  const body = [suppressed('Slow', 'a1', { silencedBy: ['x'] })];
  await using fixture = await openFixture((call) =>
    call === 'GET /api/v2/alerts' ? { body } : { status: 403, body: {} },
  );
  const read = await fixture.source.feeds[0]?.read(never);
  expect(read).toMatchObject({ items: [{ name: 'Slow', state: 'silenced' }], faults: [] });
});

test('the severity is the label configured in the profile', async () => {
  await using fixture = await openFixture(real, { severity: 'service' });
  const read = await fixture.source.feeds[0]?.read(never);
  expect(read?.items[1]).toMatchObject({ name: 'HighErrorRate', severity: 'shop' });
});

test('an Alertmanager without API v2 is missing, with a remedy', async () => {
  await using fixture = await openFixture((call) => (call.includes('/api/v1/') ? { body: {} } : undefined));
  for (const feed of fixture.source.feeds)
    expect(await feed.read(never)).toEqual({
      items: [],
      faults: [
        expect.objectContaining({
          kind: 'missing',
          message: expect.stringContaining('there is no Alertmanager API v2 at this address'),
          remedy: expect.stringContaining('0.16'),
        }),
      ],
    });
});

test("an error has Alertmanager's own message", async () => {
  await using fixture = await openFixture(() => ({ status: 500, body: 'the store is broken' }));
  const read = await fixture.source.feeds[0]?.read(never);
  expect(read?.faults).toEqual([
    expect.objectContaining({
      kind: 'unreachable',
      message: expect.stringContaining('answered 500 Internal Server Error: the store is broken'),
    }),
  ]);
});

test('doctor reports the version, cluster and permissions; a settling cluster is not healthy yet', async () => {
  await using fixture = await openFixture(real);
  const doctorLines = async () =>
    (await fixture.source.doctor?.(never))?.map(({ ok, what }) => `${ok ? 'ok' : 'no'} ${what}`);
  expect(await doctorLines()).toEqual([
    `ok Alertmanager 0.25.0 at ${fixture.server.url}, cluster disabled`,
    'ok alerts: 3 active',
    'ok active silences: 1. To create or expire silences, the login needs write access',
  ]);
  await using settling = await openFixture((call) => {
    if (call.endsWith('/status')) return { body: { cluster: { status: 'settling' } } };
    return call.endsWith('/silences') ? { status: 403 } : { body: [] };
  });
  expect(await settling.source.doctor?.(never)).toMatchObject([
    { ok: false, what: expect.stringContaining('(unknown version)'), remedy: expect.any(String) },
    { ok: true, what: 'alerts: 0 active' },
    { ok: false, what: expect.stringContaining('answered 403'), remedy: expect.any(String) },
  ]);
});
