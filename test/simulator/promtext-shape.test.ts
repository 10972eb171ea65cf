import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { javaDouble } from '../../src/simulator/exposition/exposition.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { longTest } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';

interface Shape {
  readonly type: string;
  readonly help: string;
  /** Suffixes with their label names: '_bucket{error,exception,…,le} 12'. */
  readonly samples: ReadonlySet<string>;
}

const kindOf = (value: string): string => (/^-?\d+$/.test(value) ? 'whole' : 'double');

/** The shape of every family of a page, by name. */
const shapesOf = (page: string): ReadonlyMap<string, Shape> => {
  const found = new Map<string, { type: string; help: string; samples: Set<string> }>();
  let family = { type: '', help: '', samples: new Set<string>() };
  let name = '';
  for (const line of page.trimEnd().split('\n')) {
    const head = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (head?.[1] === 'HELP') {
      name = head[2] ?? '';
      family = { type: '', help: head[3] ?? '', samples: new Set() };
      found.set(name, family);
    } else if (head !== null) family.type = head[3] ?? '';
    else {
      const [, metric = '', labels = '', value = ''] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const names = [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label]) => label);
      family.samples.add(`${metric.slice(name.length)}{${names.join(',')}} ${kindOf(value)}`);
    }
  }
  return found;
};

const pageOf = async (name: string, query = ''): Promise<{ type: string; text: string }> => {
  const simulator = await startSimulator('trading', { clock: manualClock(), incident: 'high-error-rate' });
  try {
    const answer = await fetch(`${simulator.vars('production')[`world.${name}-metrics`]}${query}`);
    return { type: answer.headers.get('content-type') ?? '', text: await answer.text() };
  } finally {
    await simulator.close();
  }
};

/** Metrics of the application, which Spring does not provide. */
const own = ['orders_failed_total', 'orders_placed_total', 'sla_compliance_rate'];

longTest('the page has the families, label names and number formats of Spring Boot 3.5', async () => {
  const { type, text } = await pageOf('trademaster-trading-service');
  expect(type).toBe('text/plain;version=0.0.4;charset=utf-8');
  const real = shapesOf(await readFile('test/recordings/exposition/spring-boot-3.5.txt', 'utf8'));
  const mine = shapesOf(text);
  expect([...mine.keys()].filter((name) => !real.has(name))).toEqual(own);
  // resilience4j registers these two helps in no fixed order: the last meter wins.
  const unsure = /^resilience4j_circuitbreaker_(buffered|slow)_calls$/;
  for (const [name, shape] of mine) {
    const like = real.get(name);
    if (like === undefined) continue;
    expect([name, shape.type, shape.samples]).toEqual([name, like.type, like.samples]);
    if (!unsure.test(name)) expect([name, shape.help]).toEqual([name, like.help]);
  }
  expect([...mine.keys()]).toEqual([...mine.keys()].toSorted());
  for (const must of [
    'http_server_requests_seconds',
    'hikaricp_connections_pending',
    'jvm_memory_used_bytes',
  ])
    expect(mine.has(must)).toBe(true);
});

test('buckets are cumulative and end at the count', async () => {
  const { text } = await pageOf('trademaster-trading-service');
  const bad =
    /^http_server_requests_seconds_(bucket|count)\{.*status="500".*method|method="POST",outcome="SERVER_ERROR"/;
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('http_server_requests_seconds_') && bad.test(line));
  const values = (suffix: string): readonly number[] =>
    lines
      .filter(
        (line) => line.startsWith(`http_server_requests_seconds_${suffix}{`) && line.includes('NullPointer'),
      )
      .map((line) => Number(line.split(' ').at(-1)));
  const buckets = values('bucket');
  expect(buckets.length).toBe(16);
  expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  expect(buckets.at(-1)).toBe(values('count')[0]);
  expect(buckets.at(-1)).toBeGreaterThan(20);
});

test('metrics can be selected by name', async () => {
  const { text } = await pageOf('trademaster-trading-service', '?includedNames=jvm_threads_live_threads,up');
  expect(text.split('\n').map((line) => line.replace(/[\d.]+$/, 'N'))).toEqual([
    '# HELP jvm_threads_live_threads The current number of live threads including both daemon and non-daemon threads',
    '# TYPE jvm_threads_live_threads gauge',
    'jvm_threads_live_threads N',
    '',
  ]);
});

test.each([
  [8, '8.0'],
  [-1, '-1.0'],
  [0, '0.0'],
  [0.001, '0.001'],
  [0.000238804, '2.38804E-4'],
  [1.31235e-7, '1.31235E-7'],
  [9_999_999, '9999999.0'],
  [10_000_000, '1.0E7'],
  [2_147_483_647, '2.147483647E9'],
  [1.0616832e7, '1.0616832E7'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('formats %d like a Java double: %s', (value, text) => {
  expect(javaDouble(value)).toBe(text);
});
