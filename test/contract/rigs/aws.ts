import { awsHandler } from '../../../src/simulator/servers/aws/api.ts';
import {
  QueueStore,
  simulatedAccount,
  simulatedRegion,
} from '../../../src/simulator/servers/aws/queue-store.ts';
import { serve } from '../../../src/simulator/servers/http-server.ts';
import { healthy, openFront } from '../../../src/testing/front.ts';
import { manualClock, withoutDelays } from '../../../src/testing/manual-clock.ts';
import { breakages, moods, type RequestMood } from '../../../src/testing/moods.ts';
import { moodNamed, type Stage, type TimelessFact, type Wire } from '../../../src/testing/source-rig.ts';

const source = 'aws';

/** Actions that change nothing. Source: AWS, Service Authorization Reference. */
const reads = /^(?:List|Get)/;

const row = (name: string, more: TimelessFact): TimelessFact => ({
  source,
  name,
  kind: 'sqs',
  deadLettersOf: [],
  inFlight: 0,
  delayed: 0,
  retentionSeconds: 345_600,
  visibilitySeconds: 30,
  isFifo: false,
  ...more,
});

const stores = () =>
  new QueueStore(withoutDelays(manualClock()), [
    { name: 'orders', visible: 3, inFlight: 2, delayed: 1, dlq: { name: 'orders-dlq', maxReceives: 5 } },
    { name: 'orders-dlq', visible: 2 },
    { name: 'idle' },
  ]);

/** The stage of the source: SQS and STS of the simulator behind a proxy. */
export const awsStage: Stage<RequestMood, Wire<RequestMood>> = {
  moods: [...moods, ...breakages],
  call: /^(?:SQS|STS) \w+ at http:\/\/127\.0\.0\.1:\d+: \S/,
  clock: () => manualClock(),
  open: async () => {
    const seen = new Set<string>();
    const clock = withoutDelays(manualClock());
    const server = await serve(
      awsHandler(stores(), (action) => seen.add(action)),
      clock,
    );
    const front = await openFront(server.url);
    const denied = moodNamed({ moods }, 'denied').treat;
    return {
      ...front,
      set: async (mood) => front.treat(mood.treat),
      heal: async () => front.treat(healthy),
      methods: () => new Set([...seen].map((action) => (reads.test(action) ? 'GET' : action))),
      denyOnly: async (calls) =>
        front.treat((response, request, pass) =>
          (calls.test(String(request.headers['x-amz-target'])) ? denied : healthy)(response, request, pass),
        ),
      turnStranger: async () =>
        front.treat(async (response, _, pass) => {
          const { status, headers, body } = await pass();
          response.writeHead(status, headers).end(body.replaceAll(simulatedAccount, '999999999999'));
        }),
      close: async () => {
        await front.close();
        await server.close();
      },
    };
  },
  rig: {
    type: source,
    config: (endpoint, secretAccessKey) => ({
      endpoint,
      region: simulatedRegion,
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey },
      queues: ['orders*', 'idle'],
      identity: { account: simulatedAccount },
    }),
    signals: [{ id: 'waiting', read: { depth: 'orders' } }],
    healthy: {
      'aws/queues': {
        items: [
          row('idle', { depth: 0 }),
          row('orders', {
            depth: 3,
            inFlight: 2,
            delayed: 1,
            dlq: 'orders-dlq',
            dlqDepth: 2,
            maxReceives: 5,
          }),
          row('orders-dlq', { kind: 'dlq', depth: 2, deadLettersOf: ['orders'] }),
        ],
        samples: [{ source, signal: 'waiting', labels: {}, value: 3 }],
      },
    },
    unknowns: {
      'aws/queues': ({ items }) =>
        items.map((item) => ('oldestSeconds' in item ? item.oldestSeconds : undefined)),
    },
    operations: {
      send: { queue: 'orders', body: '{"test":true}' },
      purge: { queue: 'orders-dlq' },
      redrive: { queue: 'orders-dlq' },
    },
  },
};
