import { ChangeError, RemediedError } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { type BrokerPool, openBrokerPool } from './broker-pool.ts';
import type { KafkaCall } from './call.ts';
import { createPartitions, createTopics } from './cluster-calls.ts';
import { openConnections } from './connections.ts';
import { findCoordinator, offsetCommit } from './group-calls.ts';
import { brokerCodeError, changeError, isRefusal } from './kafka-error.ts';
import type { KafkaBroker, KafkaChange, KafkaTarget } from './kafka-types.ts';

/** Time limit for the controller to apply a change before it responds, in ms. */
const controllerMs = 30_000;
/** Time limit per broker, in ms. The step's own timeout limits a change. */
const patienceMs = 60_000;

/** Applies one change and closes its connections. Throws WireError; a ChangeError if the outcome is known. */
export const changeKafka = async (
  transport: Transport,
  target: KafkaTarget,
  change: KafkaChange,
  signal: AbortSignal,
): Promise<void> => {
  const lines = openConnections(target, transport, 'changes');
  try {
    const brokers = openBrokerPool(lines, { ...target, patienceMs }, transport.clock, {}, signal);
    await executeChange(brokers, change, false);
  } finally {
    lines.close();
  }
};

/**
 * Applies or validates a change. `onlyCheck`: the controller only validates it. Offset commits cannot be validated.
 */
export const executeChange = (
  brokers: BrokerPool,
  change: KafkaChange,
  onlyCheck: boolean,
): Promise<void> => {
  if (change.is === 'create-topic') return createTopic(brokers, change, onlyCheck);
  if (change.is === 'add-partitions') return addPartitions(brokers, change, onlyCheck);
  if (onlyCheck) throw new Error('Kafka offers no dry run of an offset commit');
  return setOffsets(brokers, change);
};

/** Runs a preparation: its failure means that nothing was changed. */
const unsentOnFailure = async <T>(prepare: () => Promise<T>): Promise<T> => {
  try {
    return await prepare();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const remedy = error instanceof RemediedError ? error.remedy : undefined;
    throw new ChangeError(error.kind, error.message, { outcome: 'nothing', remedy, cause: error });
  }
};

/** Sends the one request that changes something, over an open connection. */
const send = async <Q, A>(
  brokers: BrokerPool,
  broker: KafkaBroker,
  call: KafkaCall<Q, A>,
  question: Q,
): Promise<A> => {
  await unsentOnFailure(async () => {
    if (!(await brokers.connect(broker, call)))
      throw new WireError(
        'malformed',
        `broker ${broker.id} does not support ${call.name} version ${call.version}`,
      );
  });
  return brokers.askOne(broker, call, question);
};

type Of<K extends KafkaChange['is']> = Extract<KafkaChange, { readonly is: K }>;

const controllerOf = async (brokers: BrokerPool) => {
  const { controller, brokers: all } = await brokers.cluster();
  const broker = all.find(({ id }) => id === controller) ?? all[0];
  if (broker === undefined)
    throw new WireError(
      'unreachable',
      'the cluster metadata lists no broker: check that the cluster is running',
    );
  return broker;
};

const createTopic = async (
  brokers: BrokerPool,
  { topic, partitions, replication }: Of<'create-topic'>,
  onlyCheck: boolean,
): Promise<void> => {
  const controller = await unsentOnFailure(() => controllerOf(brokers));
  const { topics } = await send(brokers, controller, createTopics, {
    topics: [{ name: topic, partitions, replication, assignments: [], settings: [] }],
    timeoutMs: controllerMs,
    onlyCheck,
  });
  check('CreateTopics', topic, topics);
};

const addPartitions = async (
  brokers: BrokerPool,
  { topic, count }: Of<'add-partitions'>,
  onlyCheck: boolean,
): Promise<void> => {
  const controller = await unsentOnFailure(() => controllerOf(brokers));
  const { topics } = await send(brokers, controller, createPartitions, {
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
    throw new WireError(
      'malformed',
      `${call} of topic ${topic}: the broker did not answer for this topic. Check the topic before you send the change again`,
    );
  if (answer.error !== 0) throw changeError(answer.error, call, `of topic ${topic}`, answer.message);
};

/**
 * Commits offsets without a member, as Kafka's AdminClient does. The coordinator itself refuses while the group has
 * members, so there is no race between a check and the commit.
 */
const setOffsets = async (
  brokers: BrokerPool,
  { group, topic, offsets }: Of<'set-offsets'>,
): Promise<void> => {
  const coordinator = await unsentOnFailure(() => coordinatorOf(brokers, group));
  const partitions = offsets.flatMap(({ partition, offset }) =>
    offset === undefined ? [] : [{ partition, offset, metadata: '' }],
  );
  const answer = await send(brokers, coordinator, offsetCommit, {
    group,
    generation: -1,
    member: '',
    topics: [{ name: topic, partitions }],
  });
  const results = answer.topics.flatMap((recordOf) => recordOf.partitions);
  const failure = offsetsFailure(`of group ${group}, ${topic}`, results);
  if (failure !== undefined) throw failure;
  if (results.length < partitions.length)
    throw new WireError(
      'malformed',
      `OffsetCommit of group ${group}: the broker did not answer for some partitions. Check the offsets before you send the change again`,
    );
};

const coordinatorOf = async (brokers: BrokerPool, group: string): Promise<KafkaBroker> => {
  const response = await brokers.askAny(findCoordinator, { type: 0, groups: [group] });
  const [coordinator] = response.coordinators;
  if (coordinator === undefined || coordinator.error !== 0)
    throw brokerCodeError(
      coordinator?.error ?? 15,
      `FindCoordinator of group ${group}`,
      coordinator?.message,
    );
  const { broker: id, host, port } = coordinator;
  return { id, host, port };
};

/** Explains why some offsets were not set; undefined if all were. `what`: 'of group billing, orders'. */
const offsetsFailure = (
  what: string,
  partitions: readonly { readonly partition: number; readonly error: number }[],
): ChangeError | undefined => {
  const failed = partitions.filter(({ error }) => error !== 0);
  // A partition that may have been set determines the outcome, rather than one that was refused.
  const first = failed.find(({ error }) => !isRefusal(error)) ?? failed[0];
  if (first === undefined) return undefined;
  const failure = changeError(first.error, 'OffsetCommit', `${what}/${first.partition}`);
  const set = partitions.filter(({ error }) => error === 0).map(({ partition }) => partition);
  if (set.length === 0) return failure;
  const { kind, message, remedy, outcome } = failure;
  return new ChangeError(kind, `${message}. The offset was set in partition ${set.join(', ')}`, {
    outcome: outcome === 'nothing' ? 'part' : outcome,
    remedy,
  });
};
