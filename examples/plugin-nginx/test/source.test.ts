import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { carryOut, openSource, testSource } from 'opsdeck/sdk/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nginx } from '../src/plugin.ts';

const page = (requests = 31_070_465): string => `Active connections: 291 
server accepts handled requests
 16630948 16630946 ${requests} 
Reading: 6 Writing: 179 Waiting: 106 
`;

const serve = async (text = page): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end(text()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}/status`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Replaces nginx: `-t` succeeds or fails as configured, and reloads are recorded. */
const fakeNginx = (dir: string, isValid: boolean): readonly string[] => [
  process.execPath,
  '-e',
  `const [flag] = process.argv.slice(1).filter((word) => word.startsWith('-'));
   if (flag === '-t' && ${!isValid}) { console.error('unknown directive "lisen"'); process.exit(1); }
   if (flag === '-s') require('node:fs').writeFileSync(${JSON.stringify(join(dir, 'reloaded'))}, 'yes');`,
  '--',
];

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'plugin-nginx-'));
  await writeFile(join(dir, 'nginx.pid'), '4711\n');
});
afterEach(() => rm(dir, { recursive: true }));

const row = {
  source: 'nginx',
  env: 'test',
  service: 'edge',
  instance: '',
  status: 'up',
  httpStatus: 200,
  detail: '',
  components: [],
};
const sample = (signal: string, more: object): Readonly<Record<string, unknown>> => ({
  source: 'nginx',
  signal,
  labels: {},
  ...more,
});

testSource(nginx, {
  start: () => serve(),
  config: (url, secret) => ({
    url,
    service: 'edge',
    auth: { basic: { user: 'opsdeck', password: secret } },
    identity: { path: '', text: '^Active connections: ' },
    pidFile: join(dir, 'nginx.pid'),
    program: fakeNginx(dir, true),
  }),
  signals: [
    { id: 'active', read: { stat: 'active' } },
    { id: 'dropped', read: { stat: 'dropped' } },
  ],
  healthy: {
    'nginx/connections': {
      items: [
        { source: 'nginx', name: 'edge', active: 291, reading: 6, writing: 179, waiting: 106, dropped: 2 },
      ],
    },
    'nginx/health': {
      items: [row],
      samples: [sample('active', { value: 291 }), sample('dropped', { value: 2 })],
    },
  },
  operations: { reload: {} },
});

const opened = async (more: object, signals: Parameters<typeof openSource>[2] = [], text = page) => {
  const server = await serve(text);
  const source = await openSource(nginx, { url: server.url, service: 'edge', ...more }, signals);
  return {
    source,
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await server.close();
    },
  };
};

describe('reload', () => {
  const config = (isValid: boolean): object => ({
    pidFile: join(dir, 'nginx.pid'),
    program: fakeNginx(dir, isValid),
  });

  test('runs nginx -s reload on the planned master process', async () => {
    await using open = await opened(config(true));
    const [reload] = open.source.operations;
    if (reload === undefined) throw new Error('the source has no operation');
    const { plan, events } = await carryOut(reload, {});
    expect(plan).toMatchObject({
      use: 'nginx.reload',
      danger: 'safe',
      targets: [{ name: 'edge', uid: '4711' }],
    });
    expect(events.at(-1)).toMatchObject({ is: 'answered', ok: true });
  });

  test('is not planned for an invalid configuration', async () => {
    await using open = await opened(config(false));
    const [reload] = open.source.operations;
    await expect(reload?.plan({}, new AbortController().signal)).rejects.toThrow('unknown directive "lisen"');
  });

  test('is refused when the master process has changed', async () => {
    await using open = await opened(config(true));
    const { signal } = new AbortController();
    const [reload] = open.source.operations;
    const plan = await reload?.plan({}, signal);
    await writeFile(join(dir, 'nginx.pid'), '4712\n');
    expect(plan && (await reload?.recheck(plan, signal))).toEqual({
      target: 'edge',
      planned: '4711',
      found: '4712',
    });
  });
});

test('provides a signal that counts requests of the access log', async () => {
  const now = new Date();
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(now.getUTCDate())}/${months[now.getUTCMonth()]}/${now.getUTCFullYear()}:${now.toISOString().slice(11, 19)} +0000`;
  const line = (status: number): string =>
    `198.51.100.7 - - [${time}] "GET / HTTP/1.1" ${status} 5 "-" "-"\n`;
  const accessLog = join(dir, 'access.log');
  await writeFile(accessLog, line(200) + line(502) + line(503));
  await using open = await opened({ accessLog }, [{ id: 'errors', read: { status: '5xx', last: '10m' } }]);
  const feed = open.source.feeds.find(({ name }) => name === 'access');
  const { items, faults } = (await feed?.read(new AbortController().signal)) ?? {};
  expect(faults).toEqual([]);
  expect(items).toEqual([expect.objectContaining({ signal: 'errors', value: 2 })]);
});

test('reports requests per second from the second reading on', async () => {
  let requests = 1000;
  const signals = [{ id: 'rate', read: { stat: 'requestsPerSecond' } }];
  await using open = await opened({}, signals, () => {
    requests += 500;
    return page(requests);
  });
  const read = async () => (await open.source.feeds[0]?.read(new AbortController().signal))?.samples?.[0];
  expect(await read()).toMatchObject({ why: 'a rate needs two readings' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const second = await read();
  expect(second?.value).toBeGreaterThan(0);
});
