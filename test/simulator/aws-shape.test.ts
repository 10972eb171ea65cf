import { describe, expect, test } from 'vitest';
import { QueueStore } from '../../src/simulator/model/spec/queue-store.ts';
import { awsHandler, type SimulatedServices } from '../../src/simulator/servers/aws/api.ts';
import { CloudWatchStore } from '../../src/simulator/servers/aws/cloudwatch.ts';
import { FunctionStore } from '../../src/simulator/servers/aws/lambda.ts';
import { LogGroupStore } from '../../src/simulator/servers/aws/logs.ts';
import { serve } from '../../src/simulator/servers/http/http-server.ts';
import { aws } from '../../src/sources/aws/index.ts';
import { openHttpTap } from '../real/recording/http-tap.ts';
import { awsScenarios } from '../replay/aws-scenarios.ts';
import { play, type Scenario } from '../replay/open-through.ts';
import { type HttpExchange, httpRecording } from '../replay/recording.ts';
import { manualClock } from '../support/manual-clock.ts';
import { differences, shapeOf } from './support-shape.ts';

/** The account that moto had when it was recorded. */
const account = (time: number): SimulatedServices => {
  const minuteOf = (ms: number): number => Math.floor(ms / 60_000) * 60_000;
  const points: Readonly<Record<number, number>> = {
    [minuteOf(time - 240_000)]: 300,
    [minuteOf(time - 180_000)]: 500,
  };
  const metric = { namespace: 'Shop', metric: 'EventThroughput', dimensions: { Service: 'orders' } };
  const logs = new LogGroupStore();
  logs.add(
    '/aws/lambda/orders',
    ...['one', 'ERROR two ✓', 'three'].map((message, nth) => ({
      ...{ id: `${nth}`, at: time - 30_000 + nth, message, stream: 's-1' },
    })),
  );
  const alarm = (name: string, state: string) => ({
    ...{
      name,
      state,
      ...metric,
      description: 'Too few orders',
      reason: 'Threshold Crossed',
      updatedAt: time,
    },
  });
  return {
    cloudWatch: new CloudWatchStore(
      [{ ...metric, value: (ms) => points[ms] }],
      [alarm('orders-slow', 'ALARM'), alarm('orders-cpu', 'OK')],
    ),
    logs,
    functions: new FunctionStore([
      { name: 'orders-api', polls: 'billing', reserved: 10 },
      { name: 'orders-mail' },
    ]),
    tables: [{ name: 'orders', indexes: { byDay: 'ACTIVE' } }],
    topics: [{ name: 'orders-events' }],
    buckets: {
      'recorded-backups': ['db/1', 'db/2', 'other'].map((key) => ({ key, bytes: 10, at: time })),
    },
  };
};

/** A request with the response of moto and that of the simulator. */
interface Pair {
  readonly call: string;
  readonly real: HttpExchange;
  readonly ours: HttpExchange;
}

const callOf = ({ method, path, requestTarget = '', requestBody = '' }: HttpExchange): string =>
  [method, path, requestTarget, JSON.stringify(requestBody)].join(' ');

const pairsOf = async (scenario: Scenario): Promise<readonly Pair[]> => {
  const recording = httpRecording(`moto-5.2/${scenario.name}`);
  const time = Date.parse(recording.at);
  const clock = manualClock(time);
  const store = new QueueStore(clock, [
    { name: 'orders', visible: 2, inFlight: 1, delayed: 1, dlq: { name: 'orders-dlq', maxReceives: 5 } },
    { name: 'orders-dlq', visible: 1 },
    { name: 'billing' },
  ]);
  const server = await serve(awsHandler(store, undefined, account(time)), clock);
  const tap = openHttpTap({ origin: server.url });
  await play(aws, scenario, { dial: tap.dial, at: recording.at });
  await server.close();
  const { host } = new URL(server.url);
  const simulated = new Map<string, HttpExchange>(
    (JSON.parse(JSON.stringify(tap.exchanges()).replaceAll(host, 'aws.example:4566')) as HttpExchange[]).map(
      (httpExchange) => [callOf(httpExchange), httpExchange],
    ),
  );
  return recording.exchanges.map((real) => {
    const ours = simulated.get(callOf(real));
    if (ours === undefined) throw new Error(`the simulator was not asked ${callOf(real)}`);
    return { call: callOf(real), real, ours };
  });
};

/** moto cannot answer this: it has no move tasks. */
const isAnswered = ({ real }: Pair): boolean => real.status !== 500;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Null is the same as absent in the protocols of AWS. */
const withoutNull = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, inner: unknown) => (inner === null ? undefined : inner));

/** The text of a response that is XML; undefined for JSON. */
const xmlOf = ({ body, lines }: HttpExchange): string | undefined => {
  const text = typeof body === 'string' ? body : lines?.join('\n');
  return text !== undefined && text.trimStart().startsWith('<') ? text : undefined;
};
/** The names of elements with their values, without IDs of requests and times. */
const elementsOf = (xml: string): ReadonlySet<string> =>
  new Set([...xml.matchAll(/<([A-Za-z]+)(?=[ >/])[^>]*>/g)].map(([, name = '']) => name));
const valuesOf = (xml: string, ...names: readonly string[]): readonly string[] =>
  [...xml.matchAll(/<([A-Za-z]+)>([^<]*)<\/\1>/g)].flatMap(([, name = '', value = '']) =>
    names.includes(name) ? [`${name} ${value}`] : [],
  );

/** The code and the message of an error in one of the JSON protocols. */
const errorOf = ({ status, headers, body }: HttpExchange) => {
  const { __type = '', message, Message } = isRecord(body) ? body : {};
  const type = headers['x-amzn-errortype'] ?? String(__type);
  return {
    ...{ status, code: type.split('#').at(-1), message: Message ?? message },
    query: headers['x-amzn-query-error'],
  };
};

/** Differences in which moto is not as AWS documents its services. */
const accepted: ReadonlySet<string> = new Set([
  // GetMetricData lists messages; without any, moto omits the list.
  '.Messages is not in the real answer',
  // FilterLogEvents no longer names the streams, and returns an empty list.
  '.searchedLogStreams.[] is "nothing", the real one {"logStreamName":"string","searchedCompletely":"boolean"}',
]);

describe.each(awsScenarios)('$name', (scenario) => {
  test('status and errors are those of moto', async () => {
    for (const { call, real, ours } of (await pairsOf(scenario)).filter(isAnswered)) {
      expect(ours.status, call).toBe(real.status);
      if (real.status >= 400 && xmlOf(real) === undefined) {
        const { query, ...error } = errorOf(real);
        expect(errorOf(ours), call).toMatchObject(error);
        if (query !== undefined) expect(errorOf(ours).query, call).toBe(query);
      }
    }
  });

  test('every field is one of moto, with its type', async () => {
    for (const { call, real, ours } of (await pairsOf(scenario)).filter(isAnswered)) {
      if (xmlOf(real) !== undefined || real.status >= 400) continue;
      const found = differences(shapeOf(withoutNull(ours.body)), shapeOf(withoutNull(real.body)));
      // moto has more fields than opsdeck reads.
      expect(
        found.filter((text) => !text.endsWith('is missing') && !accepted.has(text)),
        call,
      ).toEqual([]);
    }
  });

  test('every XML element is one of moto, and names and sizes are equal', async () => {
    for (const { call, real, ours } of (await pairsOf(scenario)).filter(isAnswered)) {
      const realXml = xmlOf(real);
      const ourXml = xmlOf(ours);
      if (realXml === undefined) continue;
      expect(ourXml, call).toBeDefined();
      const elements = elementsOf(realXml);
      expect(
        [...elementsOf(ourXml ?? '')].filter((name) => !elements.has(name)),
        call,
      ).toEqual([]);
      const names = ['Account', 'TopicArn', 'Key', 'Size', 'Code', 'IsTruncated', 'KeyCount', 'Name'];
      expect(valuesOf(ourXml ?? '', ...names), call).toEqual(
        expect.arrayContaining([...valuesOf(realXml, ...names)]),
      );
    }
  });
});
