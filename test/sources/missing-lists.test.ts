import { expect, test } from 'vitest';
import type { Handler } from '../../src/simulator/servers/http/http-server.ts';
import { environmentLines, meterLines } from '../../src/sources/actuator/environment.ts';
import { parsePendingDeployments } from '../../src/sources/github/parse.ts';
import { parseRuleAlerts } from '../../src/sources/grafana/parse.ts';
import { readDisruptionBudgets } from '../../src/sources/kubernetes/operations/write/disruption-budgets.ts';
import { parseInstantVector, parseLabelSets, parseStreams } from '../../src/sources/loki/parse.ts';
import { policyLine } from '../../src/sources/pagerduty/parse.ts';
import { parseRules, parseTargets } from '../../src/sources/prometheus/detail-feeds.ts';
import { parseInstantResult, parseRangeResult } from '../../src/sources/prometheus/parse.ts';
import { openAccount } from './aws/support.ts';
import { openFixture } from './prometheus/fixture.ts';

const malformed = expect.objectContaining({ kind: 'malformed' });
const lists = [undefined, {}, 'x', 3];

/** Parsers of lists that the protocol promises. Those of Go programs read null as an empty list. */
const parsers: readonly [name: string, parse: (list: unknown) => unknown, isGo: boolean][] = [
  ['prometheus targets', (activeTargets) => parseTargets({ activeTargets }), true],
  ['prometheus groups', (groups) => parseRules({ groups }, 'severity'), true],
  ['prometheus rules', (rules) => parseRules({ groups: [{ rules }] }, 'severity'), true],
  ['prometheus vector', (result) => parseInstantResult({ resultType: 'vector', result }), true],
  ['prometheus matrix', (result) => parseRangeResult({ resultType: 'matrix', result }), true],
  ['loki streams', (result) => parseStreams({ resultType: 'streams', result }, false), true],
  [
    'loki values',
    (values) => parseStreams({ resultType: 'streams', result: [{ stream: {}, values }] }, false),
    true,
  ],
  ['loki vector', (result) => parseInstantVector({ resultType: 'vector', result }), true],
  ['loki series', parseLabelSets, true],
  ['grafana rules', (rules) => parseRuleAlerts({ data: { groups: [{ rules }] } }), true],
  ['pagerduty levels', (rules) => policyLine({ name: 'x', escalation_rules: rules }), false],
  ['github reviewers', (reviewers) => parsePendingDeployments([{ reviewers }]), false],
  ['actuator properties', (propertySources) => environmentLines({ propertySources }), false],
  ['actuator meters', (names) => meterLines({ names }), false],
];

test.each(parsers)('%s: an empty list is empty, anything else is malformed', (_, parse, isGo) => {
  expect(() => parse([])).not.toThrow();
  for (const list of isGo ? lists : [...lists, null]) expect(() => parse(list)).toThrow(malformed);
  if (isGo) expect(parse(null)).toEqual(parse([]));
});

test.each([{}, { alerts: {} }, null])(
  'prometheus alerts: data %j is malformed, not "no alerts"',
  async (data) => {
    await using it = await openFixture(() => ({ body: { status: 'success', data } }));
    const { items, faults } = await it.read('alerts');
    expect(items).toEqual([]);
    expect(faults).toMatchObject([{ kind: 'malformed', message: expect.stringContaining('no list alerts') }]);
  },
);

test('prometheus alerts: an empty list has no fault', async () => {
  await using it = await openFixture(() => ({ body: { status: 'success', data: { alerts: [] } } }));
  expect(await it.read('alerts')).toEqual({ items: [], faults: [] });
});

test('kubernetes: a page without items is malformed', async () => {
  const { signal } = new AbortController();
  const budgets = (page: unknown) =>
    readDisruptionBudgets({ get: async () => page } as never, 'default', signal);
  await expect(budgets({ metadata: {} })).rejects.toThrow(malformed);
  expect(await budgets({ metadata: {}, items: null })).toEqual([]);
});

const empty: Readonly<Record<string, object>> = {
  tables: { tables: ['*'] },
  functions: { functions: ['*'] },
  alerts: { alarms: ['*'] },
};
const emptied = (): Handler => () => ({ status: 200, text: '{}', type: 'application/x-amz-json-1.0' });

test.each(Object.entries(empty))('aws %s: an answer without the list is malformed', async (feed, config) => {
  await using it = await openAccount({ config, wrap: emptied });
  const { items, faults } = await it.read(feed);
  expect(items).toEqual([]);
  expect(faults).toMatchObject([{ kind: 'malformed' }]);
});

test.each([
  ['<Topics/>', []],
  ['', [malformed]],
])('aws topics: a list written as "%s"', async (list, faults) => {
  await using it = await openAccount({
    config: { topics: ['*'] },
    wrap: () => () => ({
      status: 200,
      type: 'text/xml',
      text: `<ListTopicsResponse><ListTopicsResult>${list}</ListTopicsResult></ListTopicsResponse>`,
    }),
  });
  expect(await it.read('topics')).toEqual({ items: [], faults });
});
