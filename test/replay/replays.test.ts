import { expect, test } from 'vitest';
import { encodeMessage } from '../../src/clients/mongodb/messages.ts';
import { kafka } from '../../src/sources/kafka/index.ts';
import type { SourceModule } from '../../src/sources/kit/contract/source.ts';
import { kubernetes } from '../../src/sources/kubernetes/index.ts';
import { mongodb } from '../../src/sources/mongodb/index.ts';
import { postgres } from '../../src/sources/postgres/index.ts';
import { longTest } from '../support/layer.ts';
import { mongoDocumentIn, mongoProtocol, postgresProtocol } from './frames.ts';
import { kafkaScenarios } from './kafka-scenarios.ts';
import { kubernetesScenarios } from './kubernetes-scenarios.ts';
import { mongodbScenarios } from './mongodb-scenarios.ts';
import { play, type Scenario } from './open-through.ts';
import { postgresScenarios } from './postgres-scenarios.ts';
import { httpRecording, wireRecording } from './recording.ts';
import { replayByContent } from './replay-calls.ts';
import { type Replay, replayInOrder } from './replay-frames.ts';
import { replayHttp } from './replay-http.ts';

const time = '2026-11-21T07:00:00Z';

/** The differences that a replay reports for a scenario with a changed entry. */
const changed = async <C>(
  module: SourceModule<C>,
  scenario: Scenario | undefined,
  replay: Replay,
  entry: object = {},
): Promise<readonly string[]> => {
  if (scenario === undefined) throw new Error('no such scenario');
  await play(
    module,
    { ...scenario, entry: { ...scenario.entry, ...entry } },
    { dial: replay.dial, at: time },
  );
  return replay.differences();
};

longTest(
  'PostgreSQL: reports a statement that differs from the recorded one, and ends the connection',
  async () => {
    const scenario = postgresScenarios.find(({ name }) => name === 'sizes');
    const replay = replayInOrder(wireRecording('postgres-15/sizes'), postgresProtocol);
    const [first, ...rest] = await changed(postgres, scenario, replay, { timeout: '9s' });
    expect(first).toMatch(/^sent .*statement_timeout = 9000.*, recorded .*statement_timeout = 3000/);
    expect(rest).toEqual([expect.stringMatching(/^not sent: /)]);
  },
);

test('MongoDB: reports a filter that differs from the recorded one; another operating system of the client does not', async () => {
  const scenario = mongodbScenarios.find(({ name }) => name === 'errors');
  const recording = wireRecording('mongo-java-server-1.47/errors');
  const signals = scenario?.signals?.map(({ id, read }) => ({
    id,
    read: JSON.parse(JSON.stringify(read).replace('$nope', '$nor')),
  }));
  const replay = replayInOrder(recording, mongoProtocol);
  const [first] = await changed(mongodb, scenario && { ...scenario, ...(signals && { signals }) }, replay);
  expect(first).toMatch(/^sent .*\$nor.*, recorded .*\$nope/);
  const [hello = ''] = recording.connections[0] ?? [];
  const bytes = Buffer.from(hello.slice(2), 'latin1');
  const elsewhere = encodeMessage(1, {
    ...mongoDocumentIn(bytes),
    client: { ...Object(mongoDocumentIn(bytes).client), os: { type: 'darwin' } },
  });
  expect(mongoProtocol.comparable?.(elsewhere)).toBe(mongoProtocol.comparable?.(bytes));
});

test('Kafka: reports requests that were not recorded, and recorded ones that were not sent', async () => {
  const scenario = kafkaScenarios.find(({ name }) => name === 'topics');
  const replay = replayByContent(wireRecording('kafka-4.3/topics'));
  expect(await changed(kafka, scenario, replay, { topics: ['others'] })).toEqual([
    expect.stringMatching(/^not in the recording: API key 3 version 5: .*others/),
    expect.stringMatching(/^not sent: API key 3 version 5: .*orders/),
  ]);
});

longTest(
  'HTTP: reports paths that were not recorded, and recorded ones that were not requested',
  async () => {
    const scenario = kubernetesScenarios.find(({ name }) => name === 'workloads');
    const replay = replayHttp(httpRecording('kubernetes-1.36/workloads'));
    expect(await changed(kubernetes, scenario, replay, { namespace: 'another' })).toEqual([
      'not in the recording: GET /apis/apps/v1/namespaces/another/deployments?limit=500  ""',
      'not sent: GET /apis/apps/v1/namespaces/recorded/deployments?limit=500  ""',
    ]);
  },
);
