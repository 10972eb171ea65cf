import type { Dial } from './dial.ts';
import { WireError } from './failures.ts';
import type { Clock } from './io.ts';
import type { KafkaChange, KafkaTarget } from './kafka.ts';
import { type KafkaBrokers, openBrokers } from './kafka-brokers.ts';
import { createPartitions, createTopics } from './kafka-cluster-calls.ts';
import { codeError } from './kafka-error.ts';
import { findCoordinator } from './kafka-group-calls.ts';
import { openLines } from './kafka-lines.ts';
import { offsetCommit } from './kafka-offset-calls.ts';

/** How long the controller may take to carry a change out before it answers. */
const controllerMs = 30_000;
/** A change is waited for as long as its step allows. */
const patienceMs = 60_000;

/** Makes one change and closes its connections. Throws WireError. */
export const changeKafka = async (
  target: KafkaTarget,
  clock: Clock,
  change: KafkaChange,
  signal: AbortSignal,
  dial?: Dial,
): Promise<void> => {
  const lines = openLines(target, dial);
  try {
    await carryOut(openBrokers(lines, { ...target, patienceMs }, clock, {}, signal), change, false);
  } finally {
    lines.close();
  }
};

/** `onlyCheck`: the controller says whether it would, and does not. Offsets cannot be rehearsed. */
export const carryOut = (brokers: KafkaBrokers, change: KafkaChange, onlyCheck: boolean): Promise<void> => {
  if (change.is === 'create-topic') return createTopic(brokers, change, onlyCheck);
  if (change.is === 'add-partitions') return addPartitions(brokers, change, onlyCheck);
  if (onlyCheck) throw new Error('a commit of offsets has no dry run');
  return setOffsets(brokers, change);
};

type Of<K extends KafkaChange['is']> = Extract<KafkaChange, { readonly is: K }>;

const controllerOf = async (brokers: KafkaBrokers) => {
  const { controller, brokers: all } = await brokers.cluster();
  const found = all.find(({ id }) => id === controller) ?? all[0];
  if (found === undefined) throw new WireError('unreachable', 'the cluster names no broker');
  return found;
};

const createTopic = async (
  brokers: KafkaBrokers,
  { topic, partitions, replication }: Of<'create-topic'>,
  onlyCheck: boolean,
): Promise<void> => {
  const { topics } = await brokers.askOne(await controllerOf(brokers), createTopics, {
    topics: [{ name: topic, partitions, replication, assignments: [], settings: [] }],
    timeoutMs: controllerMs,
    onlyCheck,
  });
  check('CreateTopics', topic, topics);
};

const addPartitions = async (
  brokers: KafkaBrokers,
  { topic, count }: Of<'add-partitions'>,
  onlyCheck: boolean,
): Promise<void> => {
  const { topics } = await brokers.askOne(await controllerOf(brokers), createPartitions, {
    topics: [{ name: topic, count, assignments: undefined }],
    timeoutMs: controllerMs,
    onlyCheck,
  });
  check('CreatePartitions', topic, topics);
};

const check = (
  call: string,
  topic: string,
  topics: readonly { readonly name: string; readonly error: number; readonly message: string }[],
): void => {
  const answer = topics.find(({ name }) => name === topic);
  if (answer === undefined)
    throw new WireError('malformed', `${call} of topic ${topic}: no word of it came back`);
  if (answer.error !== 0) throw codeError(answer.error, `${call} of topic ${topic}`, answer.message);
};

/**
 * A commit without a member, as Kafka's own AdminClient makes it: the coordinator itself refuses it while the group has
 * any, so nothing can slip in between a check and the commit.
 */
const setOffsets = async (
  brokers: KafkaBrokers,
  { group, topic, offsets }: Of<'set-offsets'>,
): Promise<void> => {
  const found = await brokers.askAny(findCoordinator, { type: 0, groups: [group] });
  const [coordinator] = found.coordinators;
  if (coordinator === undefined || coordinator.error !== 0)
    throw codeError(coordinator?.error ?? 15, `FindCoordinator of group ${group}`, coordinator?.message);
  const { broker: id, host, port } = coordinator;
  const partitions = offsets.flatMap(({ partition, offset }) =>
    offset === undefined ? [] : [{ partition, offset, metadata: '' }],
  );
  const answer = await brokers.askOne({ id, host, port }, offsetCommit, {
    group,
    generation: -1,
    member: '',
    topics: [{ name: topic, partitions }],
  });
  const said = answer.topics.flatMap((one) => one.partitions);
  const failed = said.find(({ error }) => error !== 0);
  if (failed !== undefined)
    throw codeError(failed.error, `OffsetCommit of group ${group}, ${topic}/${failed.partition}`);
  if (said.length < partitions.length)
    throw new WireError('malformed', `OffsetCommit of group ${group}: not every partition was answered`);
};
