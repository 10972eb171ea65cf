import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Sample } from '../../../src/domain/facts/facts.ts';
import { promtext } from '../../../src/sources/promtext/index.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openSource } from '../open-source.ts';

const plainText = 'text/plain; version=0.0.4; charset=utf-8';
const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Serves its pages one after the other, and then the last one repeatedly. */
const serving = (pages: readonly string[], type = plainText) => {
  let next = 0;
  return localServer((_, response) => {
    const page = pages[Math.min(next, pages.length - 1)] ?? '';
    next += 1;
    response.writeHead(200, { 'content-type': type }).end(page);
  });
};
const rowsOf = (items: readonly object[]) =>
  items.map((item) => {
    const { signal, labels, value, why } = item as Sample;
    return [signal, labels, value ?? why];
  });

longTest('all signals come from one scrape', async () => {
  await using server = await serving(['a 1\nb{c="d"} 2\n']);
  const signals = [
    { id: 'one', read: { metric: 'a' } },
    { id: 'two', read: { metric: 'b' } },
    { id: 'three', read: { metric: 'none' } },
  ];
  await using opened = await openSource(promtext, { url: `${server.url}/metrics` }, signals);
  const { items, faults } = await opened.read('metrics');
  expect(rowsOf(items)).toEqual([
    ['one', {}, 1],
    ['two', { c: 'd' }, 2],
    ['three', {}, 'metric none not found: look up the name on the page'],
  ]);
  expect(faults).toEqual([]);
  expect(server.asked).toEqual(['GET /metrics']);
  expect(server.headers[0]?.accept).toMatch(/^text\/plain;version=1\.0\.0;escaping=allow-utf-8/);
  expect(
    opened.source.feeds.map(({ id, kind, everyMs, needsTwo, signals: ids }) => [
      id,
      kind,
      everyMs,
      needsTwo,
      ids,
    ]),
  ).toEqual([
    ['s/metrics', 'samples', 5000, undefined, ['one', 'two', 'three']],
    ['s/families', 'notes', 0, undefined, undefined],
  ]);
});

test('a rate uses the actual time between two scrapes, even if one is late', async () => {
  await using server = await serving(['c_total 100\n', 'c_total 130\n', 'c_total 190\n', 'c_total 5\n']);
  const clock = manualClock();
  const signals = [{ id: 'rate', read: { metric: 'c_total', per: '1m' } }];
  await using opened = await openSource(promtext, { url: server.url }, signals, clock);
  expect(opened.source.feeds[0]?.needsTwo).toBe(true);
  const values: unknown[] = [];
  for (const pause of [5000, 60_000, 1000, 0]) {
    values.push(rowsOf((await opened.read('metrics')).items)[0]?.[2]);
    await clock.advance(pause);
  }
  expect(values).toEqual(['no data yet: a rate needs two scrapes', 360, 60, 300]);
});

test('a rate says when its counter was last reset, and over which time it looks back', async () => {
  await using server = await serving(['c_total 100\n', 'c_total 130\n', 'c_total 5\n', 'c_total 9\n']);
  const clock = manualClock();
  const signals = [
    { id: 'rate', read: { metric: 'c_total', per: '1m' } },
    { id: 'plain', read: { metric: 'c_total' } },
  ];
  await using opened = await openSource(promtext, { url: server.url }, signals, clock);
  const begin = clock.now();
  const resets: unknown[] = [];
  for (let scrape = 0; scrape < 4; scrape += 1) {
    const { items } = await opened.read('metrics');
    const [rate, plain] = items.map((item) => ('computed' in item ? item.computed : undefined));
    expect(plain).toBeUndefined();
    expect(rate).toMatchObject({ windowMs: 5000 });
    resets.push(...Object.values(rate?.targets ?? {}));
    await clock.advance(5000);
  }
  const resetAt = begin / 1000 + 10;
  expect(resets).toEqual([0, 0, resetAt, resetAt]);
});

test('the time of a slow response is that of its request', async () => {
  const waiting: (() => void)[] = [];
  let count = 0;
  await using server = await localServer((_, response) => {
    const page = `c_total ${count}\n`;
    waiting.push(() => response.writeHead(200, { 'content-type': plainText }).end(page));
  });
  const clock = manualClock();
  const signals = [{ id: 'rate', read: { metric: 'c_total', per: '1s' } }];
  await using opened = await openSource(promtext, { url: server.url }, signals, clock);
  const read = async (latencyMs: number) => {
    const batch = opened.read('metrics');
    await server.arrived(waiting.length + 1);
    await clock.advance(latencyMs);
    waiting.at(-1)?.();
    return rowsOf((await batch).items)[0]?.[2];
  };
  await read(0);
  await clock.advance(5000);
  count = 50;
  expect(await read(2000)).toBe(10);
});

test('after a failed scrape the previous one is used for comparison', async () => {
  let isDown = false;
  let count = 100;
  await using server = await localServer((_, response) => {
    if (isDown) response.writeHead(503).end('starting');
    else response.writeHead(200, { 'content-type': plainText }).end(`c_total ${count}\n`);
  });
  const clock = manualClock();
  const signals = [{ id: 'rate', read: { metric: 'c_total', per: '1s' } }];
  await using opened = await openSource(promtext, { url: server.url }, signals, clock);
  await opened.read('metrics');
  isDown = true;
  await clock.advance(5000);
  expect(await opened.read('metrics')).toMatchObject({
    items: [],
    faults: [{ kind: 'unreachable', source: 's' }],
  });
  isDown = false;
  count = 150;
  await clock.advance(5000);
  expect(rowsOf((await opened.read('metrics')).items)).toEqual([['rate', {}, 5]]);
});

test('flaws are reported with their lines, and valid lines are read', async () => {
  const page = `a 1\n${'junk junk\n'.repeat(7)}a 2\n<b>\nb 3\nb 4`;
  await using server = await serving([page]);
  const signals = [
    { id: 'a', read: { metric: 'a' } },
    { id: 'b', read: { metric: 'b' } },
  ];
  await using opened = await openSource(promtext, { url: `${server.url}/m` }, signals);
  const { items, faults } = await opened.read('metrics');
  expect(rowsOf(items)).toEqual([
    ['a', {}, 2],
    ['b', {}, 3],
  ]);
  const faultText = (what: string) => `GET ${server.url}/m: ${what}`;
  expect(faults.every(({ kind, source }) => kind === 'malformed' && source === 's')).toBe(true);
  expect(faults.map(({ message }) => message)).toEqual([
    ...[2, 3, 4, 5, 6].map((line) =>
      faultText(`line ${line}: the line is not a sample, because no number stands at the end`),
    ),
    faultText('and 5 more'),
  ]);
});

test('a duplicate series is reported', async () => {
  await using server = await serving(['a{b="1"} 1\na{b="1"} 2\n']);
  await using opened = await openSource(promtext, { url: server.url }, [{ id: 'a', read: { metric: 'a' } }]);
  const { items, faults } = await opened.read('metrics');
  expect(rowsOf(items)).toEqual([['a', { b: '1' }, 2]]);
  expect(faults.map(({ message }) => message)).toEqual([
    `GET ${server.url}/: line 2: duplicate sample: a with the same labels is also on line 1. The last one is used`,
  ]);
});

test('OpenMetrics is detected by its content type', async () => {
  await using server = await serving(['# TYPE c counter\nc_total 5 1520879607.789\n# EOF\n'], openMetrics);
  await using opened = await openSource(promtext, { url: server.url }, [{ id: 'c', read: { metric: 'c' } }]);
  expect(await opened.read('metrics')).toMatchObject({
    items: [{ why: expect.stringMatching(/^the sample is stale, with timestamp 2018-03-12T18:33:27/) }],
    faults: [],
  });
  await using cut = await serving(['# TYPE c counter\nc_total 5\n'], openMetrics);
  await using half = await openSource(promtext, { url: cut.url }, [{ id: 'c', read: { metric: 'c' } }]);
  const { items, faults } = await half.read('metrics');
  expect(items).toMatchObject([{ value: 5 }]);
  expect(faults[0]?.message).toContain('# EOF is missing at the end: the page may be truncated');
});

test('each page is a separate instance: one that is down hides no other', async () => {
  await using server = await serving(['up{instance="there"} 1\n']);
  await using other = await localServer((_, response) => response.writeHead(403).end());
  const urls = { a: `${server.url}/metrics`, b: `${other.url}/metrics` };
  await using opened = await openSource(promtext, { urls }, [{ id: 'up', read: { metric: 'up' } }]);
  expect(rowsOf((await opened.read('metrics@a')).items)).toEqual([
    ['up', { exported_instance: 'there', instance: 'a' }, 1],
  ]);
  expect(await opened.read('metrics@b')).toMatchObject({ items: [], faults: [{ kind: 'denied' }] });
  expect(opened.source.feeds.map(({ id, instance }) => [id, instance])).toEqual([
    ['s/metrics@a', 'a'],
    ['s/families@a', 'a'],
    ['s/metrics@b', 'b'],
    ['s/families@b', 'b'],
  ]);
});

test('instances without a name are named after their host, and their path if two share a host', async () => {
  const urls = ['http://h:1/a', 'http://h:2/a?x=1', 'http://h:2/b'];
  await using opened = await openSource(promtext, { urls });
  expect([...new Set(opened.source.feeds.map(({ instance }) => instance))]).toEqual([
    'h:1',
    'h:2/a?x=1',
    'h:2/b',
  ]);
});

test('a signal of too many series shows the first thousand, with a note', async () => {
  const page = Array.from({ length: 1200 }, (_, n) => `a{n="${n}"} ${n}\n`).join('');
  await using server = await serving([page]);
  const signals = [
    { id: 'all', read: { metric: 'a' } },
    { id: 'sum', read: { metric: 'a', fold: 'count' } },
  ];
  await using opened = await openSource(promtext, { url: server.url }, signals);
  const { items, faults } = await opened.read('metrics');
  expect(items).toHaveLength(1001);
  expect(items.at(-1)).toMatchObject({ signal: 'sum', value: 1200 });
  expect(faults).toMatchObject([
    {
      kind: 'unconfigured',
      message: expect.stringContaining('all returns 1200 series. Only the first 1000 are shown'),
    },
  ]);
});

test.each([
  [
    'an HTML page',
    '<html>\n<body>\n',
    'text/html; charset=utf-8',
    'expected metrics in text format, got text/html (line 1 is not a sample)',
  ],
  ['an empty page', '', plainText, 'expected metrics in text format, got an empty body'],
  [
    'JSON',
    '{"status":"UP"}\n',
    'application/json',
    'expected metrics in text format, got application/json (line 1 is not a sample)',
  ],
])('%s is not a metrics page', async (_, body, type, message) => {
  await using server = await serving([body], type);
  await using opened = await openSource(promtext, { url: server.url }, [{ id: 'a', read: { metric: 'a' } }]);
  for (const feed of ['metrics', 'families'])
    expect(await opened.read(feed)).toMatchObject({
      items: [],
      faults: [{ kind: 'malformed', message: `GET ${server.url}/: ${message}` }],
    });
});

test('a page with descriptions only, or with EOF only, is valid', async () => {
  await using server = await serving(['# EOF\n'], openMetrics);
  await using opened = await openSource(promtext, { url: server.url }, [{ id: 'a', read: { metric: 'a' } }]);
  expect(await opened.read('metrics')).toMatchObject({
    items: [{ why: 'metric a not found: look up the name on the page' }],
    faults: [],
  });
});

test('families of a real page as notes', async () => {
  const page = readFileSync('test/recordings/exposition/spring-boot-3.5.txt', 'utf8');
  await using server = await serving([page]);
  await using opened = await openSource(promtext, { url: server.url });
  const { items, faults } = await opened.read('families');
  expect(faults).toEqual([]);
  const texts = Object.fromEntries(
    items.flatMap((item) => ('title' in item ? [[item.title, item.text]] : [])),
  );
  expect(texts).toMatchObject({
    hikaricp_connections_max: 'gauge, 1 sample: Max connections',
    hikaricp_connections_usage_seconds: 'summary, 2 samples: Connection usage time',
    http_server_requests_seconds: expect.stringMatching(/^histogram, \d{3} samples$/),
  });
});

test('doctor describes a page and lists its missing metrics', async () => {
  await using server = await serving(['# TYPE h histogram\nh_bucket{le="+Inf"} 1\na{b="c"} 1\n']);
  const signals = [
    { id: 'good', read: { metric: 'a' } },
    { id: 'named', read: { metric: ['none', 'nor_this'] } },
    { id: 'labelled', read: { metric: 'a', labels: { b: 'x' } } },
    { id: 'divided', read: { metric: 'a', ratioTo: { metric: 'of' } } },
  ];
  await using opened = await openSource(promtext, { url: `${server.url}/m`, service: 'shop' }, signals);
  const where = `shop at ${server.url}/m`;
  const findings = await opened.source.doctor?.(new AbortController().signal);
  expect(findings?.map(({ ok, what }) => [ok, what])).toEqual([
    [true, `${where}: ${plainText}, 2 samples`],
    [
      false,
      `${where}, signal named: none of the metrics found: none, nor_this. Look up the names on the page`,
    ],
    [false, `${where}, signal labelled: a has 1 series, but none with {b="x"}`],
    [false, `${where}, signal divided: metric of not found: look up the name on the page`],
  ]);
});

test('doctor reports what prevents reading', async () => {
  await using server = await localServer((_, response) => response.writeHead(404).end());
  await using opened = await openSource(promtext, { url: server.url });
  expect(await opened.source.doctor?.(new AbortController().signal)).toMatchObject([
    { ok: false, what: expect.stringContaining('404'), remedy: expect.stringContaining('expose prometheus') },
  ]);
});

test('a value comes with the unit and the description of its metric', async () => {
  const page = '# HELP wait Time in ms\n# TYPE wait gauge\nwait 7\nplain 1\n';
  await using server = await serving([page]);
  const signals = ['wait', 'plain'].map((metric) => ({ id: metric, read: { metric } }));
  await using opened = await openSource(promtext, { url: `${server.url}/metrics` }, signals);
  const { items } = await opened.read('metrics');
  expect(items.map((item) => 'metric' in item && item.metric)).toEqual([{ help: 'Time in ms' }, false]);
});

test('the description of an OpenMetrics family is that of its samples', async () => {
  const page =
    '# TYPE wait_seconds counter\n# UNIT wait_seconds seconds\n# HELP wait_seconds Waited.\nwait_seconds_total 7\n# EOF\n';
  await using server = await serving([page], openMetrics);
  const signals = [{ id: 'wait', read: { metric: 'wait_seconds_total' } }];
  await using opened = await openSource(promtext, { url: `${server.url}/metrics` }, signals);
  const { items } = await opened.read('metrics');
  expect(items).toMatchObject([{ value: 7, metric: { unit: 'seconds', help: 'Waited.' } }]);
});
