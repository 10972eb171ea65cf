import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { changeKafka } from '../../../src/clients/kafka/change.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { kafka as kafkaModule } from '../../../src/sources/kafka/index.ts';
import { kafkaProtocol } from '../../replay/frames.ts';
import { kafkaScenarios } from '../../replay/kafka-scenarios.ts';
import { play } from '../../replay/open-through.ts';
import { brokersOf, kafkaOf } from '../kafka/client.ts';
import { joinGroup, joinNewGroup } from '../kafka/members.ts';
import { javaArgs, releaseOf } from '../kafka/release.ts';
import { createTopic, produce } from '../kafka/topics.ts';
import { until } from '../machine/until.ts';
import { save } from '../recording/save.ts';
import { openTee } from '../recording/tee.ts';
import { detailOf, underTest } from '../setting.ts';

const server = underTest();
const directory = `kafka-${server.version.split('.').slice(0, 2).join('.')}`;
const topic = 'orders';
const [bootstrap = ''] = brokersOf(server);
const withinMs = 60_000;

/** Output lines of one of Kafka's own programs. */
const run = async (tool: string): Promise<readonly string[]> => {
  const release = releaseOf(detailOf(server, 'release'));
  const args = [...javaArgs(release, detailOf(server, 'jars'), 96), ...tool.split(' ')];
  const { stdout } = await promisify(execFile)('java', [...args, '--bootstrap-server', bootstrap], {
    timeout: withinMs,
  });
  return stdout.split('\n').filter((line) => line.trim() !== '');
};

/** Moves the start of a partition to this offset, like retention. */
const deleteRecords = async (partition: number, offset: number): Promise<void> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-records-'));
  const file = join(dir, 'offsets.json');
  await writeFile(file, JSON.stringify({ version: 1, partitions: [{ topic, partition, offset }] }));
  await run(`org.apache.kafka.tools.DeleteRecordsCommand --offset-json-file ${file}`);
  await rm(dir, { recursive: true });
};

describe('recording of Kafka', () => {
  const stack = new AsyncDisposableStack();
  beforeAll(async () => {
    const kafka = kafkaOf(server);
    await createTopic(kafka, topic, 2);
    await produce(kafka, topic, [30, 10]);
    stack.use(await joinGroup(kafka, { group: 'audit', topic, commits: false }));
    await changeKafka(
      openTransport(systemClock()),
      { brokers: [bootstrap] },
      { is: 'set-offsets', group: 'billing', topic, offsets: [{ topic, partition: 0, offset: 12n }] },
      AbortSignal.timeout(withinMs),
    );
    stack.use(await joinNewGroup(server, kafka, { group: 'search', topic }));
    await until('search has read everything', async () =>
      (await run('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand --describe --group search'))
        .filter((line) => line.startsWith('search'))
        .every((line) => line.trim().split(/\s+/)[5] === '0'),
    );
  }, withinMs);
  afterAll(() => stack.disposeAsync());

  test.each(kafkaScenarios)('$name: $asked', async (scenario) => {
    if (scenario.name === 'lag-lost') await deleteRecords(0, 20);
    const tools: Record<string, readonly string[]> = {};
    for (const tool of scenario.tools ?? []) tools[tool] = await run(tool);
    const tee = openTee(() => Number(bootstrap.split(':')[1]), kafkaProtocol);
    const time = new Date().toISOString();
    await play(kafkaModule, scenario, { dial: tee.dial, at: time });
    const { asked } = scenario;
    const { connections } = tee;
    await save(`${directory}/${scenario.name}`, {
      server: `Apache Kafka ${server.version}`,
      at: time,
      asked,
      tools,
      connections,
    });
  });
});
