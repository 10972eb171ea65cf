import { expect, test } from 'vitest';
import { expositionText } from '../../src/simulator/exposition/exposition.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { cadvisorSamples } from '../../src/simulator/monitoring/metric-history.ts';
import { slopeOf } from '../../src/simulator/promql/evaluate.ts';
import { kafkaExporterFamilies } from '../../src/simulator/servers/kafka/exporter.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { longTest } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';

/** Production of the saga platform, with its monitoring besides the services' own pages. */
const platform = (incident?: string) => {
  const clock = manualClock();
  const model = new SystemModel(systemSpec('saga'), { startedAt: clock.now() });
  if (incident !== undefined) model.injectEarlier(incident, 'production');
  const env = () => model.environmentAt('production', clock.now());
  const exported = (series: string): number => {
    const text = expositionText(kafkaExporterFamilies(env().parts.messaging ?? expect.fail()));
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return Number(line?.split(' ').at(-1) ?? expect.fail(`there is no ${series}`));
  };
  return { env, exported, pass: (seconds: number) => clock.advance(seconds * 1000) };
};

const lag =
  'kafka_consumergroup_lag{consumergroup="saga-orchestrator-group",partition="0",topic="saga-events"}';

test("the exporter reports the brokers' lag, members and partitions", async () => {
  const it = platform('consumer-lag');
  await it.pass(5);
  expect(it.exported(lag)).toBeGreaterThan(100);
  expect(it.exported('kafka_consumergroup_members{consumergroup="saga-orchestrator-group"}')).toBe(2);
  expect(it.exported('kafka_topic_partitions{topic="saga-events"}')).toBe(3);
  expect(it.exported('kafka_brokers')).toBe(3);
});

test('does not count a stopped broker', () => {
  expect(platform('broker-down').exported('kafka_brokers')).toBe(2);
});

longTest('cAdvisor reports the working set and limit of every running container', () => {
  const samples = cadvisorSamples(platform().env());
  const of = (name: string) => samples.filter((sample) => sample.name === name);
  expect(of('container_memory_working_set_bytes')).toHaveLength(
    of('container_spec_memory_limit_bytes').length,
  );
  expect(
    of('container_spec_memory_limit_bytes').find(({ labels }) => labels.pod === 'postgres-0'),
  ).toMatchObject({
    labels: { container: 'postgres', namespace: 'microservices' },
    value: 2 * 1024 ** 3,
  });
});

test('slopeOf returns the slope of the regression line', () => {
  expect(slopeOf({ at: [0, 1000, 2000, 3000], values: [5, 7, 9, 11] })).toBeCloseTo(2);
  expect(slopeOf({ at: [0, 1000, 2000], values: [0, 3, 0] })).toBeCloseTo(0);
  expect(slopeOf({ at: [0], values: [5] })).toBeUndefined();
});
