import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { valueAt } from '../../simulator/ask.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recorded } from '../recorded.ts';
import { eventLines, linesOf, never, openDocker, openFixture } from './fixture.ts';

const names = readdirSync('test/recordings/docker-20.10').filter((name) => name.startsWith('inspect-'));
const pages = new Map(
  names.map((name) => recorded(`docker-20.10/${name}`)).map((page) => [String(valueAt(page, 'Id')), page]),
);
const list = [recorded('docker-20.10/containers.json')].flat();

const bears = (entry: unknown, label: string): boolean => {
  const [name = '', value] = label.split('=');
  return valueAt(entry, 'Labels', name) === value;
};

/** A daemon with recorded responses; `broken`: the container whose inspect fails. */
const openRecorded = async (broken = /$^/, project = 'shop') => {
  const server = await localServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const id = url.pathname.split('/')[2] ?? '';
    const answer = (status: number, body: unknown) =>
      void response.writeHead(status).end(JSON.stringify(body));
    if (url.pathname === '/containers/json') {
      const { label = [] } = JSON.parse(url.searchParams.get('filters') ?? '{}');
      return answer(
        200,
        list.filter((entry) => label.every((text: string) => bears(entry, text))),
      );
    }
    if (url.pathname === '/info') return answer(200, recorded('docker-20.10/info.json'));
    if (url.pathname.endsWith('/stats')) return answer(200, recorded('docker-20.10/stats-web.json'));
    if (broken.test(String(valueAt(pages.get(id), 'Name'))))
      return answer(500, { message: 'i/o timeout of the disk' });
    return pages.has(id) ? answer(200, pages.get(id)) : answer(404, { message: `No such container: ${id}` });
  });
  const clock = manualClock(Date.parse('2026-11-20T12:39:57Z'));
  const opened = await openDocker({ host: server.url, ...(project && { project }) }, clock);
  return { server, opened };
};

const rowsOf = async (opened: Awaited<ReturnType<typeof openDocker>>) => {
  const read = await opened.source.feeds[0]?.read(never);
  const rows = (read?.items ?? []).flatMap((item) =>
    'owner' in item
      ? [`${item.kind} ${item.name} ${item.status} ${item.ready}/${item.wanted} ${item.detail ?? ''}`.trim()]
      : [],
  );
  return { rows, faults: (read?.faults ?? []).map(({ message }) => message) };
};

test('a project of a real daemon as rows', async () => {
  const { server, opened } = await openRecorded();
  await using _ = server;
  await using __ = opened;
  expect(await rowsOf(opened)).toEqual({
    rows: [
      'container shop-batch-1 failed 0/1 exit 3',
      'container shop-db-1 unhealthy 0/1 no database',
      'container shop-greedy-1 OOMKilled 0/1 exit 137',
      'container shop-migrate-1 completed 0/0 exit 0',
      'container shop-web-1 running 1/1',
      'container shop-worker-1 restarting 0/1 exit 3',
      'container shop_web_run_1 ended 0/0 exit 2 · of compose run',
      'service batch degraded 0/1',
      'service db degraded 0/1',
      'service greedy degraded 0/1',
      'service migrate completed 0/0',
      'service web running 1/1',
      'service worker degraded 0/1',
    ],
    faults: [],
  });
});

test('a failed inspect hides no container: its row comes from the list, with a fault', async () => {
  const { server, opened } = await openRecorded(/web|db/);
  await using _ = server;
  await using __ = opened;
  const { rows, faults } = await rowsOf(opened);
  expect(rows).toContain('container shop-db-1 unhealthy 0/1');
  expect(rows).toContain('container shop-web-1 running 1/1');
  expect(rows).toHaveLength(13);
  expect(faults).toEqual([
    expect.stringMatching(/\/containers\/[0-9a-f]{64}\/json: answered 500 .*: i\/o timeout of the disk$/),
  ]);
  await expect(opened.plan('stop', { service: 'web' })).rejects.toMatchObject({
    ending: 'failed',
    message: expect.stringContaining('i/o timeout of the disk'),
  });
  const [tail] = (await opened.source.tails?.('web', never)) ?? [];
  expect(tail && (await linesOf(tail.open({ follow: false }, never)))).toEqual([
    expect.stringContaining('i/o timeout of the disk'),
  ]);
});

test('a container removed during the read is omitted without a fault', async () => {
  const { server, opened } = await openRecorded();
  await using _ = server;
  await using __ = opened;
  list.push({ ...Object(list[0]), Id: 'e'.repeat(64), Names: ['/shop-gone-1'] });
  const { rows, faults } = await rowsOf(opened).finally(() => list.pop());
  expect(rows).toHaveLength(13);
  expect(faults).toEqual([]);
});

test('containers of compose run are not selected by their service name', async () => {
  const { server, opened } = await openRecorded();
  await using _ = server;
  await using __ = opened;
  const plan = await opened.plan('restart', { service: 'web' });
  expect(plan.targets.map(({ where }) => where.split(' ')[0])).toEqual(['shop-web-1']);
  // Its own stop_grace_period is longer than the default.
  expect(plan.calls[0]?.line).toMatch(/\/restart\?t=60$/);
  expect((await opened.plan('restart', { service: 'worker' })).targets[0]?.saw).toBe(
    'keeps restarting, opsdeck-shop:1.0',
  );
});

test('without a project, a service name in several projects is refused', async () => {
  const { server, opened } = await openRecorded(/$^/, '');
  await using _ = server;
  await using __ = opened;
  const green = list.find((entry) => bears(entry, 'com.docker.compose.service=db'));
  const Id = 'f'.repeat(64);
  const Labels = { 'com.docker.compose.project': 'green', 'com.docker.compose.service': 'web' };
  list.push({ ...Object(green), Id, Names: ['/green-web-1'], Labels });
  pages.set(Id, { Id, Name: '/green-web-1', State: { Status: 'running' }, Config: { Labels } });
  try {
    await expect(opened.plan('stop', { service: 'web' })).rejects.toMatchObject({
      ending: 'not-applicable',
      message: 'service web exists in the projects green, shop. Set project:',
    });
  } finally {
    list.pop();
    pages.delete(Id);
  }
});

test('after a refusal the remaining containers of a service are left alone', async () => {
  const ids = ['a', 'b'].map((letter) => letter.repeat(64));
  const Labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
  await using server = await localServer((request, response) => {
    const id = request.url?.split('/')[2] ?? '';
    if (request.method === 'POST') response.writeHead(500).end('{"message":"driver failed"}');
    else if (id.startsWith('json')) response.end(JSON.stringify(ids.map((Id) => ({ Id, Labels }))));
    else response.end(JSON.stringify({ Id: id, State: { Status: 'running' }, Config: { Labels } }));
  });
  await using opened = await openDocker({ host: server.url });
  const plan = await opened.plan('restart', { service: 'web' });
  expect(plan.calls).toHaveLength(2);
  expect(eventLines(await opened.act('restart', plan))).toEqual([
    'call POST /containers/ID/restart?t=30',
    'failed 500 Internal Server Error: driver failed',
  ]);
  expect(server.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1);
});

test('CPU is the usage between two readings', async () => {
  await using fixture = await openFixture();
  const [feed] = fixture.source.feeds;
  const cores = async () =>
    (await feed?.read(never))?.items.flatMap((item) =>
      'cpuCores' in item && item.cpuCores !== undefined ? [Number(item.cpuCores.toFixed(3))] : [],
    );
  expect(await cores()).toEqual([]);
  await fixture.clock.advance(5000);
  // The running ones: a dependency, and the service with five requests a second.
  expect(await cores()).toEqual([0.06, 0.06, 0.14]);
});
