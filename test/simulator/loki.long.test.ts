import { expect, test } from 'vitest';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { startLokiServer } from '../../src/simulator/servers/loki/endpoint.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { manualClock } from '../support/manual-clock.ts';

const open = async (system: string, env = 'production') => {
  const clock = manualClock();
  const model = new SystemModel(systemSpec(system), { startedAt: clock.now() });
  const view = { model, clock, env };
  const server = await startLokiServer(view);
  const ask = async (path: string, form: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(`${server.url}${path}?${new URLSearchParams(form)}`);
    const text = await answer.text();
    return { status: answer.status, text, json: answer.ok ? JSON.parse(text) : undefined };
  };
  const lines = async (query: string, form: Readonly<Record<string, string>> = {}): Promise<string[]> => {
    const { json } = await ask('/loki/api/v1/query_range', { query, limit: '5000', ...form });
    return json.data.result.flatMap(({ values }: { values: [string, string][] }) =>
      values.map(([, text]) => text),
    );
  };
  return { clock, model, view, ask, lines, [Symbol.asyncDispose]: () => server.close() };
};

test('container logs have the labels of their pods, and continue', async () => {
  await using it = await open('demo');
  const { json } = await it.ask('/loki/api/v1/series', { 'match[]': '{app="bus"}' });
  expect(json.data).toHaveLength(2);
  expect(json.data[0]).toEqual({
    namespace: 'shop',
    app: 'bus',
    pod: expect.stringMatching(/^bus-/),
    container: 'bus',
  });
  const before = await it.lines('{app="bus"}');
  expect(before.length).toBeGreaterThan(0);
  expect(await it.lines('{app="bus"}')).toEqual(before);
  await it.clock.advance(10_000);
  expect((await it.lines('{app="bus"}')).length).toBeGreaterThan(before.length);
});

test('hosts send their files and their journals', async () => {
  await using it = await open('eventmesh');
  const { json } = await it.ask('/loki/api/v1/labels');
  expect(json.data).toEqual(expect.arrayContaining(['app', 'filename', 'host']));
  const [line] = await it.lines('{host="vm-1", filename!=""}', { limit: '1' });
  expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z {1,2}INFO /);
});

test('a query returns the newest or the oldest lines; timestamps are unique within a stream', async () => {
  await using it = await open('demo');
  const query = '{app="bus"}';
  const form = { query, start: '1', limit: '5000' };
  const forward = (await it.ask('/loki/api/v1/query_range', { ...form, direction: 'forward' })).json;
  for (const { values } of forward.data.result) {
    const times = values.map(([ns]: [string]) => BigInt(ns));
    expect(new Set(times).size).toBe(times.length);
    expect([...times].sort((a, b) => (a < b ? -1 : 1))).toEqual(times);
  }
  await it.clock.advance(50);
  const all = await it.lines(query, { start: '1' });
  const counted = await it.ask('/loki/api/v1/query', { query: `sum(count_over_time(${query}[30d]))` });
  expect(counted.json.data.result[0].value[1]).toBe(String(all.length));
});

test.each([
  ['|= "GET"', (text: string) => text.includes('GET')],
  ['!= "GET"', (text: string) => !text.includes('GET')],
  ['|~ "GET|POST .* 2\\\\d\\\\d"', (text: string) => /GET|POST .* 2\d\d/.test(text)],
  ['!~ "(?i)get" |= `INFO`', (text: string) => !/get/i.test(text) && text.includes('INFO')],
])('line filters: %s', async (filter, passes) => {
  await using it = await open('demo');
  await it.clock.advance(5000);
  const all = await it.lines('{app="orders"}');
  const expected = all.filter(passes);
  expect(expected.length).toBeGreaterThan(0);
  expect(expected.length).toBeLessThan(all.length + 1);
  expect((await it.lines(`{app="orders"} ${filter}`)).sort()).toEqual(expected.sort());
});

test("rejects an invalid query with Loki's message", async () => {
  await using it = await open('demo');
  const refused = await it.ask('/loki/api/v1/query_range', { query: '{app="bus"} |~ "["' });
  expect(refused).toMatchObject({ status: 400, text: expect.stringContaining("parse error : stage '|~") });
  const many = await it.ask('/loki/api/v1/query_range', { query: '{app="bus"}', limit: '5001' });
  expect(many.text).toBe(
    'max entries limit per query exceeded, limit > max_entries_limit_per_query (5001 > 5000)',
  );
});
