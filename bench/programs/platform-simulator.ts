import { systemClock } from '../../src/platform/runtime/clock.ts';
import type { SystemSpec } from '../../src/simulator/model/spec/system-spec.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { startKafkaEndpoint } from '../../src/simulator/servers/kafka/endpoint.ts';
import { startPostgresServer } from '../../src/simulator/servers/postgres/endpoint.ts';
import { sagaDatabase } from '../../src/simulator/systems/saga-platform.ts';
import type { PlatformSizes } from '../support/platform.ts';
import { createRequestCounter } from '../support/request-counter.ts';

// A broker with 1,000 groups on topics of 50 partitions, and a database with 500 sessions, in a separate process. Sizes in the
// first argument replace these. `report` on stdin prints the Kafka requests since the last one.
const sizes = JSON.parse(process.argv[2] ?? '{}') as Partial<PlatformSizes>;
const { topics = 20, partitions = 50, groups = 1000 } = sizes;
const pool = 125;
const instances = 4;

const spec: SystemSpec = {
  name: 'bench',
  services: [
    {
      name: 'worker',
      version: '1.0.0',
      api: '/api',
      latencyMs: 5,
      heapMaxBytes: 2 ** 28,
      poolMax: pool,
      poolOn: sagaDatabase.name,
      calls: [],
      indicators: [],
      openBreakerIsDown: false,
      managementApart: false,
    },
  ],
  dependencies: [{ name: sagaDatabase.name, latencyMs: 2, error: 'refused' }],
  environments: [
    { name: 'bench', instances: { worker: instances }, requestsPerSecond: 4, slowness: 1, errorShare: 0 },
  ],
  database: { ...sagaDatabase, maxConnections: 700, background: [] },
  messaging: {
    name: 'bench',
    topics: Array.from({ length: topics }, (_, index) => ({
      name: `topic-${index}`,
      partitions,
      from: 'worker',
    })),
    groups: Array.from({ length: groups }, (_, index) => ({
      name: `group-${index}`,
      topic: `topic-${index % topics}`,
      service: 'worker',
      perSecond: 50,
    })),
  },
  rehearsal: { addresses: {}, texts: {} },
  incidents: [],
};

const clock = systemClock();
const view = { model: new SystemModel(spec, { startedAt: clock.now() }), clock, env: 'bench' };
// The model's traffic before its start takes seconds. Without steady reads, the first read after a pause would compute the pause.
const advance = (): void => void view.model.environmentAt('bench', clock.now());
advance();
setInterval(advance, 250);
const counter = createRequestCounter();
const kafka = await startKafkaEndpoint(view, ({ name, socket, answer }) => {
  const response = answer();
  counter.add(name, response.length);
  socket.write(response);
  return true;
});
const postgres = await startPostgresServer(view);
process.stdout.write(`${JSON.stringify({ kafka: kafka.vars.kafka, postgres: postgres.url })}\n`);
process.stdin.on('data', () => process.stdout.write(`${JSON.stringify(counter.report())}\n`));
