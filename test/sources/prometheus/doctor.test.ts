import { expect, test } from 'vitest';
import { recorded } from '../recorded.ts';
import { openFixture, type Reply, vector } from './fixture.ts';

const pages: Readonly<Record<string, string>> = {
  '/api/v1/status/buildinfo': 'source-buildinfo',
  '/api/v1/targets': 'source-targets',
  '/api/v1/rules': 'source-rules',
};
const page = (path: string): Reply | undefined => {
  const file = pages[path];
  return file === undefined ? undefined : { body: recorded(`prometheus-2.42/${file}.json`) };
};
const never = new AbortController().signal;

test('doctor reports the version, targets that are down, missing metrics, and the result of every signal', async () => {
  const now = () => fixture.clock.now() - 3_600_000;
  await using fixture = await openFixture(
    (path, query) => {
      if (query === 'time()') return { body: vector(now(), [{}, 1]) };
      if (query === 'up') return { body: vector(now(), [{ job: 'a' }, 1], [{ job: 'b' }, 0]) };
      if (query === 'bad(')
        return {
          status: 400,
          body: {
            status: 'error',
            errorType: 'bad_data',
            error: 'invalid parameter "query": 1:5: parse error: no',
          },
        };
      if (query === 'info') return { body: Object.assign({ infos: ['no counter'] }, vector(now(), [{}, 1])) };
      return page(path);
    },
    { rules: ['Nope'], facts: { lag: 'kafka_exporter' } },
    [
      { id: 'up', read: { query: 'up' } },
      { id: 'none', read: { query: 'none' } },
      { id: 'bad', read: { query: 'bad(' } },
      { id: 'info', read: { query: 'info' } },
    ],
  );
  const findings = (await fixture.source.doctor?.(never)) ?? [];
  expect(
    findings.map(({ ok, what }) => `${ok ? 'ok' : 'no'} ${what.replace(fixture.server.url, 'http://p')}`),
  ).toEqual([
    'ok Prometheus 2.42.0+ds at http://p',
    'no clock skew of 1h: the server clock is behind',
    expect.stringMatching(/^no 1 of 2 targets are down: gone 127\.0\.0\.1:19811 \(Get .*refused\)$/),
    'no GET http://p/api/v1/rules: no alerting rule Nope',
    'no GET http://p/api/v1/query: no series match kafka_consumergroup_lag',
    'ok signal up: 2 series',
    'no signal none: no series match "none"',
    'no signal bad: GET http://p/api/v1/query: 1:5: parse error: no in "bad( <-- HERE"',
    'no signal info: no counter',
  ]);
  expect(
    findings.filter(({ ok, remedy }) => !ok && remedy === undefined).map(({ what }) => what.slice(0, 11)),
  ).toEqual(['signal bad:', 'signal info']);
});

test('an unreachable server is one finding', async () => {
  await using fixture = await openFixture(() => ({ status: 401, body: 'who?' }), {}, [
    { id: 'up', read: { query: 'up' } },
  ]);
  expect(await fixture.source.doctor?.(never)).toEqual([
    expect.objectContaining({
      ok: false,
      what: expect.stringContaining('answered 401'),
      remedy: expect.any(String),
    }),
  ]);
});

test('a rule in read.rules that no rule file has is a finding with its signal, and a loaded one is not', async () => {
  const rules = (warn: string, crit: string) => [
    { id: 'api.slow', read: { query: 'up', rules: { warn, crit } } },
  ];
  const said = async (signals: ReturnType<typeof rules>) => {
    await using fixture = await openFixture(
      (path, query) =>
        query === 'time()' || query === 'up'
          ? { body: vector(fixture.clock.now(), [{}, 1]) }
          : path === '/api/v1/rules'
            ? {
                body: {
                  status: 'success',
                  data: {
                    groups: [
                      {
                        name: 'g',
                        rules: [
                          {
                            type: 'alerting',
                            name: 'Slow',
                            query: 'up',
                            state: 'inactive',
                            alerts: [],
                            health: 'ok',
                          },
                          { type: 'recording', name: 'job:up', query: 'up', health: 'ok' },
                        ],
                      },
                    ],
                  },
                },
              }
            : page(path),
      {},
      signals,
    );
    const findings = (await fixture.source.doctor?.(never)) ?? [];
    return findings.filter(({ what }) => /rule/.test(what));
  };
  expect(await said(rules('Slow', 'VerySlow'))).toMatchObject([
    {
      ok: false,
      what: 'no alerting rule VerySlow (signal api.slow): until Prometheus loads it, the limits of the signal decide the level',
      remedy: 'correct the name in read.rules, or add the rule to the rule files of Prometheus',
    },
  ]);
  expect(await said(rules('Slow', 'Slow'))).toMatchObject([{ ok: true, what: 'rules loaded: Slow' }]);
  expect(await said(rules('Slow', 'job:up'))).toMatchObject([{ ok: false }]);
});
