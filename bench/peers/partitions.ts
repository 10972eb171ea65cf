import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { asAdmin, kafkaOf } from '../../test/real/kafka/client.ts';
import { createTopic, produce } from '../../test/real/kafka/topics.ts';
import { until } from '../../test/real/machine/until.ts';
import { kafka4 } from '../../test/real/servers/kafka.ts';
import type { Machine, Running } from '../../test/real/servers/server.ts';
import { openPlace, type Place } from '../support/place.ts';
import { type Contest, cockpit, installed, type Outcome, race, untilSeen, wholeRun } from './contest.ts';
import { profileWith } from './profile.ts';

const rounds = 5;
const partitions = 1000;
const topic = 'orders';
const group = 'billing';

/** The cache of `npm run test:real -- --provision`, which builds the broker. */
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'opsdeck-real');

/** Starts the broker; undefined: it was not built. */
const startBroker = async (place: Place): Promise<Running | undefined> => {
  const machine: Machine = { provision: false, cache, signal: new AbortController().signal, say: () => {} };
  const found = await kafka4.have(machine);
  if (found.is !== 'available') return undefined;
  const dir = join(place.dir, 'kafka');
  await mkdir(dir, { recursive: true });
  return kafka4.start({ dir, version: found.version, machine, others: [] });
};

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** A topic with a message in each partition, of which a group has consumed none. */
const fill = async ({ address }: Running): Promise<void> => {
  const kafka = kafkaOf(address);
  await createTopic(kafka, topic, partitions);
  await asAdmin(kafka, (admin) =>
    until('the broker leads every partition', () => succeeds(admin.fetchTopicOffsets(topic))),
  );
  await produce(
    kafka,
    topic,
    Array.from({ length: partitions }, () => 1),
  );
  const offsets = Array.from({ length: partitions }, (_, partition) => ({ partition, offset: '0' }));
  await asAdmin(kafka, (admin) =>
    // The first group makes the broker create the topic of offsets, which takes a moment.
    until('the offsets are stored', () =>
      succeeds(admin.setOffsets({ groupId: group, topic, partitions: offsets })),
    ),
  );
};

const partitionContest = (place: Place, args: readonly string[], brokers: string): Contest => {
  const kcat = installed('kcat', 'kafkacat');
  const ends = Array.from({ length: partitions }, (_, partition) => ['-t', `${topic}:${partition}:-1`]);
  const queried = [kcat ?? '', '-b', brokers, '-Q', ...ends.flat()];
  return {
    title: `Find the end of ${partitions.toLocaleString('en')} partitions`,
    work: 'one topic of a Kafka broker; from start until the lag of its group is on the screen (opsdeck) or the offsets are printed',
    unit: 'ms',
    entries: [
      {
        program: 'opsdeck, Consumer lag',
        measure: () => untilSeen([...cockpit, ...args], place, /▸ billing +none +1,?000 /, { keys: '4' }),
      },
      {
        program: 'kcat -Q',
        measure: kcat === undefined ? undefined : () => wholeRun(queried, place, /orders \[999\] offset 1\b/),
      },
    ],
    note: 'kcat sends one request for these offsets and exits. opsdeck also reads the groups, their members and their offsets; most of its time is the start of the cockpit.',
  };
};

/** The end offsets of a topic of a real broker. */
export const partitionPeers = async (): Promise<readonly Outcome[]> => {
  await using place = await openPlace();
  const broker = await startBroker(place);
  if (broker === undefined) {
    const missing = 'the broker was not built: `npm run test:real -- --provision --only kafka-4`';
    return [await race({ ...partitionContest(place, [], ''), missing }, rounds)];
  }
  try {
    await fill(broker);
    const { brokers = '' } = broker.address.details ?? {};
    const args = await profileWith(place, `{ type: kafka, brokers: "${brokers}", timeout: 30s }`);
    return [await race(partitionContest(place, args, brokers), rounds)];
  } finally {
    await broker.end();
  }
};
