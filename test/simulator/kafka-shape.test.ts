import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import type { ProtocolEndpoint } from '../../src/simulator/servers/http/simulator-context.ts';
import { startKafkaEndpoint } from '../../src/simulator/servers/kafka/endpoint.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { kafka } from '../../src/sources/kafka/index.ts';
import { openTee } from '../real/recording/tee.ts';
import { kafkaProtocol } from '../replay/frames.ts';
import { type KafkaAnswer, kafkaAnswers } from '../replay/kafka-answers.ts';
import { kafkaScenarios } from '../replay/kafka-scenarios.ts';
import { play } from '../replay/open-through.ts';
import { wireRecording } from '../replay/recording.ts';
import { longTest } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';
import { differences, shapeOf } from './support-shape.ts';

const time = '2026-03-04T10:15:07Z';
let simulator: ProtocolEndpoint;
beforeAll(async () => {
  const clock = manualClock(Date.parse(time));
  const model = new SystemModel(systemSpec('saga'), { startedAt: clock.now() });
  simulator = await startKafkaEndpoint({ model, clock, env: 'production' });
});
afterAll(() => simulator.close());

const real = kafkaScenarios.flatMap(({ name }) =>
  kafkaAnswers(wireRecording(`kafka-4.3/${name}`).connections),
);

/** The simulator's responses to the calls of a scenario. */
const simulated = async (name: string): Promise<readonly KafkaAnswer[]> => {
  const scenario = kafkaScenarios.find((kafkaScenario) => kafkaScenario.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const [first] = simulator.vars.kafka?.split(',') ?? [];
  const tee = openTee(
    ({ host, port }) => (host === 'kafka.example' ? Number(first?.split(':')[1]) : port),
    kafkaProtocol,
  );
  await play(kafka, scenario, { dial: tee.dial, at: time });
  return kafkaAnswers(tee.connections);
};

/** All responses to a call, as one list. */
const allOf = (answers: readonly KafkaAnswer[], call: string): readonly unknown[] =>
  answers.filter((answer) => answer.call === call).map(({ said }) => said);

/** The error codes of a response, at any depth. */
const errorsIn = (value: unknown): readonly number[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'error' && typeof inner === 'number' ? [inner] : errorsIn(inner),
  );
};

test('decodes every response of the real broker to its last byte', () => {
  expect(real.length).toBeGreaterThan(40);
  expect(real.filter(({ left }) => left !== 0)).toEqual([]);
});

describe('the simulator', () => {
  longTest('supports only API versions that the real broker supports', async () => {
    interface Versions {
      readonly calls: readonly { readonly key: number; readonly from: number; readonly to: number }[];
    }
    const versionsOf = (answers: readonly KafkaAnswer[]) =>
      (allOf(answers, 'ApiVersions 0')[0] as Versions).calls; // read by that call's codec
    const known = new Map(versionsOf(real).map((version) => [version.key, version]));
    for (const { key, from, to } of versionsOf(await simulated('doctor')))
      expect([key, (known.get(key)?.from ?? 99) <= from && to <= (known.get(key)?.to ?? -1)]).toEqual([
        key,
        true,
      ]);
  });

  test.each([
    'Metadata 5',
    'FindCoordinator 4',
    'ListGroups 5',
    'DescribeGroups 5',
    'OffsetFetch 8',
    'ListOffsets 2',
  ])('%s has the fields and types of the real response', async (call) => {
    const ours = (await Promise.all(['lag', 'lag-unknown-group', 'groups'].map(simulated))).flat();
    expect(allOf(ours, call).length).toBeGreaterThan(0);
    expect(ours.filter(({ left }) => left !== 0)).toEqual([]);
    expect(differences(shapeOf(allOf(ours, call)), shapeOf(allOf(real, call)))).toEqual([]);
  });

  test.each([
    ['lag-unknown-group', 'FindCoordinator 4'],
    ['lag-unknown-group', 'DescribeGroups 5'],
    ['lag-unknown-group', 'OffsetFetch 8'],
    ['topics', 'Metadata 5'],
    ['checks', 'CreateTopics 4'],
  ])('%s: %s has the error codes of the real response', async (name, call) => {
    const codes = (answers: readonly KafkaAnswer[]) =>
      new Set(errorsIn(allOf(answers, call)).filter((code) => code !== 0));
    const recorded = kafkaAnswers(wireRecording(`kafka-4.3/${name}`).connections);
    expect(codes(await simulated(name))).toEqual(codes(recorded));
  });
});
