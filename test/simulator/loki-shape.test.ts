import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { type HttpExchange, httpRecording } from '../replay/recording.ts';
import { manualClock } from '../support/manual-clock.ts';
import { differences, shapeOf } from './support-shape.ts';

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator('demo', { clock: manualClock() });
});
afterAll(() => simulator.close());

/** The last recorded exchange whose path contains these texts, with this status. */
const real = (name: string, words: string, status = 200): HttpExchange => {
  const { exchanges } = httpRecording(`loki-3.7/${name}`);
  const found = exchanges.findLast((exchange) => exchange.path.includes(words) && exchange.status === status);
  if (found === undefined) throw new Error(`${name} has no exchange with ${words} and ${status}`);
  return found;
};

const request = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await fetch(`${simulator.vars('production')['world.loki']}${path}`, { headers });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
};
const withQuery = (path: string, form: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(form)}`;

/** Label sets, whose keys are chosen by users. */
const maps = ['data[]', 'data.result[].metric', 'data.result[].stream'];
/** Statistics: only the real server has them, and opsdeck does not read them. */
const withoutStatistics = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (key, value) => (key === 'stats' ? undefined : value));

const range = '/loki/api/v1/query_range';
const categorized = { 'x-loki-response-encoding-flags': 'categorize-labels' };
/** The simulator has no structured metadata, so it has nothing to categorize; opsdeck does not read these flags. */
const known = ['.data.encodingFlags is missing'];

test.each<[path: string, recorded: () => HttpExchange, headers?: Readonly<Record<string, string>>]>([
  [withQuery(range, { query: '{app="bus"}', limit: '10' }), () => real('lines', range), categorized],
  [
    withQuery('/loki/api/v1/query', { query: 'sum by (app) (count_over_time({app="bus"}[2h]))' }),
    () => httpRecording('loki-3.7/counts').exchanges[0] ?? real('counts', '/query'),
  ],
  [withQuery('/loki/api/v1/series', { 'match[]': '{app="bus"}' }), () => real('doctor', '/series')],
  [withQuery('/loki/api/v1/series', { 'match[]': '{app="missing"}' }), () => real('no-streams', '/series')],
  ['/loki/api/v1/labels', () => real('pages-of-labels', '/labels')],
  ['/loki/api/v1/label/app/values', () => real('pages-of-labels', '/label/app/values')],
  ['/loki/api/v1/label/missing/values', () => real('pages-of-labels', '/label/missing/values')],
  ['/loki/api/v1/status/buildinfo', () => real('doctor', '/buildinfo')],
])('%s has the keys and types of the real response', async (path, recorded, headers) => {
  const { status, type, text } = await request(path, headers);
  expect([status, type]).toEqual([200, recorded().headers['content-type']]);
  const found = differences(
    shapeOf(JSON.parse(text), maps),
    shapeOf(withoutStatistics(recorded().body), maps),
  );
  expect(found).toEqual(headers === undefined ? [] : known);
});

test.each<[what: string, path: string, recorded: () => HttpExchange]>([
  [
    'a parse error',
    withQuery('/loki/api/v1/query', { query: 'sum(count_over_time({namespace=recorded}[1h]))' }),
    () => real('parse-error', '/query', 400),
  ],
  ['a page that does not exist', '/nowhere', () => real('pages-of-labels', '/nowhere', 404)],
  ['readiness', '/ready', () => real('doctor', '/ready')],
])('%s: status, content type and text of the real response', async (_, path, recorded) => {
  const { status, headers, body, lines } = recorded();
  expect(await request(path)).toEqual({
    status,
    type: headers['content-type'],
    text: lines === undefined ? body : lines.map((line) => `${line}\n`).join(''),
  });
});
