import { stripControls } from '../../domain/text/controls.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { startStopwatch } from '../../platform/runtime/stopwatch.ts';
import { toAbortError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { type BootstrapMemory, type BrokerPool, openBrokerPool } from './broker-pool.ts';
import { type KafkaCallName, newestCommonVersion } from './call.ts';
import { executeChange } from './change.ts';
import { apiVersions, listOffsets, metadata } from './cluster-calls.ts';
import { openConnections } from './connections.ts';
import { createControllerReader } from './controller-epoch.ts';
import {
  consumerGroupDescribe,
  decodeAssignment,
  describeGroups,
  findCoordinator,
  listGroups,
  offsetFetch,
} from './group-calls.ts';
import {
  brokerCodeError,
  createPartialFailures,
  groupIdNotFound,
  type PartialFailures,
} from './kafka-error.ts';
import type {
  KafkaGroup,
  KafkaGroupListing,
  KafkaGroupOffsets,
  KafkaMember,
  KafkaReader,
  KafkaSession,
  KafkaTarget,
} from './kafka-types.ts';
import { createTopicReader, inChunks, pushTo } from './topic-reader.ts';
import type { WireValue } from './wire-fields.ts';

type Described = WireValue<(typeof describeGroups)['answer']>['groups'][number];
type NewlyDescribed = WireValue<(typeof consumerGroupDescribe)['answer']>['groups'][number];

/**
 * Converts a described group. A group that is listed but described as 'Dead' uses a protocol that this call does not
 * support (verified on 3.9 and 4.3 for KIP-848 groups): its members are unknown, not absent.
 */
const groupOf = ({ group, state, protocolType, members }: Described, listedState: string): KafkaGroup =>
  state === 'Dead' && listedState !== '' && listedState !== 'Dead'
    ? { group, state: listedState }
    : { group, state, members: members.map((member) => memberOf(member, protocolType)) };

const memberOf = (
  { memberId, clientId, host, assignment }: Described['members'][number],
  protocolType: string,
): KafkaMember => ({
  memberId,
  clientId,
  host: plainHost(host),
  assigned: protocolType === 'consumer' ? decodeAssignment(assignment) : new Map(),
});

/** Converts a KIP-848 group from its own describe call. */
const newGroupOf = ({ group, state, members }: NewlyDescribed): KafkaGroup => ({
  group,
  state,
  members: members.map(({ memberId, clientId, host, assigned }) => ({
    memberId,
    clientId,
    host: plainHost(host),
    assigned: new Map(assigned.topics.map(({ name, partitions }) => [name, partitions])),
  })),
});

/** Removes the slash that Java writes before an address: '/10.0.0.7'. */
const plainHost = (host: string): string => host.replace(/^\//, '');

/** The most groups per request, which bounds the response size. */
const mostGroups = 100;

class GroupsReader implements Pick<KafkaSession, 'groups' | 'describe' | 'committed'> {
  readonly #brokers: BrokerPool;
  readonly #coordinators = new Map<string, number>();

  constructor(brokers: BrokerPool) {
    this.#brokers = brokers;
  }

  readonly groups: KafkaSession['groups'] = async () => {
    const { brokers: all } = await this.#brokers.cluster();
    const lists = await Promise.all(all.map(({ id }) => this.#listOf(id)));
    return lists.flat().sort((a, b) => (a.group < b.group ? -1 : 1));
  };

  readonly describe: KafkaSession['describe'] = async (groups) => {
    const isNew = ({ type }: KafkaGroupListing): boolean => type === 'consumer';
    const isClassic = ({ type }: KafkaGroupListing): boolean => type === undefined || type === 'classic';
    const other = groups.filter((group) => !isNew(group) && !isClassic(group));
    const [classic, newer] = await Promise.all([
      this.#describeClassic(groups.filter(isClassic)),
      this.#describeNew(groups.filter(isNew).map(({ group }) => group)),
    ]);
    return [...classic, ...newer, ...other.map(({ group, state }) => ({ group, state }))];
  };

  readonly committed: KafkaSession['committed'] = (groups) =>
    this.#each(offsetFetch.name, groups, async (id, part, misses) => {
      const groups = part.map((group) => ({ group, topics: undefined }));
      const answer = await this.#brokers.ask(id, offsetFetch, { groups: groups, onlyStable: false });
      return (answer?.groups ?? []).flatMap((group): readonly KafkaGroupOffsets[] => {
        if (!this.#isFine(misses, group.group, group.error)) return [];
        const offsets = group.topics.flatMap(({ name: topic, partitions }) =>
          partitions
            .filter(({ error }) => this.#isFine(misses, group.group, error))
            .map(({ partition, offset }) => ({ topic, partition, ...(offset < 0n ? {} : { offset }) })),
        );
        return [{ group: group.group, offsets }];
      });
    });

  /** The groups by their coordinating broker. */
  async #perCoordinator(groups: readonly string[]): Promise<ReadonlyMap<number, readonly string[]>> {
    for (const part of inChunks(
      groups.filter((group) => !this.#coordinators.has(group)),
      10 * mostGroups,
    )) {
      const answer = await this.#brokers.askAny(findCoordinator, { type: 0, groups: part });
      const misses = createPartialFailures('FindCoordinator');
      for (const { group, broker, error, message } of answer.coordinators)
        if (error === 0) this.#coordinators.set(group, broker);
        else misses.add(error, 'group', shown(group), message);
      misses.report(this.#brokers.addProblem);
    }
    const groupsByCoordinator = new Map<number, string[]>();
    for (const group of groups) {
      const id = this.#coordinators.get(group);
      if (id !== undefined) pushTo(groupsByCoordinator, id, group);
    }
    return groupsByCoordinator;
  }

  /** Asks every coordinator for its groups in chunks; failures of single groups become problems. */
  async #each<T>(
    call: string,
    groups: readonly string[],
    ask: (id: number, part: readonly string[], misses: PartialFailures) => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const responses = [...(await this.#perCoordinator(groups))].map(async ([id, groupIds]) => {
      const misses = createPartialFailures(`broker ${id}: ${call}`);
      const answers: (readonly T[])[] = [];
      for (const part of inChunks(groupIds, mostGroups)) answers.push(await ask(id, part, misses));
      misses.report(this.#brokers.addProblem);
      return answers.flat();
    });
    return (await Promise.all(responses)).flat();
  }

  /** True if the group could be read; otherwise records the failure. */
  #isFine(misses: PartialFailures, group: string, error: number): boolean {
    if (error === 0 || error === groupIdNotFound) return true;
    misses.add(error, 'group', shown(group));
    return false;
  }

  async #listOf(id: number): Promise<readonly KafkaGroupListing[]> {
    const answer = await this.#brokers.ask(id, listGroups, { states: [], types: [] });
    if (answer === undefined) return [];
    if (answer.error !== 0)
      this.#brokers.addProblem(brokerCodeError(answer.error, `broker ${id}: ListGroups`));
    return answer.groups.map(({ group, state, type }) => {
      this.#coordinators.set(group, id);
      return { group, state, ...(type === '' ? {} : { type: type.toLowerCase() }) };
    });
  }

  #describeNew(groups: readonly string[]): Promise<readonly KafkaGroup[]> {
    return this.#each(consumerGroupDescribe.name, groups, async (id, part, misses) => {
      const answer = await this.#brokers.ask(id, consumerGroupDescribe, { groups: part, rights: false });
      return (answer?.groups ?? []).flatMap((group) =>
        this.#isFine(misses, group.group, group.error) ? [newGroupOf(group)] : [],
      );
    });
  }

  #describeClassic(groups: readonly KafkaGroupListing[]): Promise<readonly KafkaGroup[]> {
    const listed = new Map(groups.map((group) => [group.group, group]));
    return this.#each(describeGroups.name, [...listed.keys()], async (id, part, misses) => {
      const answer = await this.#brokers.ask(id, describeGroups, { groups: part, rights: false });
      return (answer?.groups ?? []).flatMap((group) =>
        this.#isFine(misses, group.group, group.error)
          ? [groupOf(group, listed.get(group.group)?.state ?? '')]
          : [],
      );
    });
  }
}

/** The group reads of a session. Each broker answers for the groups that it coordinates. */
const createGroupReader = (brokers: BrokerPool): Pick<KafkaSession, 'groups' | 'describe' | 'committed'> =>
  new GroupsReader(brokers);

const shown = (group: string): string => stripControls(group);

/**
 * Reads a cluster over the wire protocol. No known client library cancels a request with its signal, asks for many
 * groups at once, or keeps the other partitions' results when one has an error.
 */
export const openKafkaReader = (target: KafkaTarget, transport: Transport): KafkaReader => {
  const { clock } = transport;
  const { sasl } = target;
  if (sasl?.mechanism !== 'oauthbearer') secretMasker.add(sasl?.password ?? '');
  else if (sasl.token !== undefined) secretMasker.add(sasl.token);
  const lines = openConnections(target, transport, 'reads');
  const memory: BootstrapMemory = {};
  return {
    withSession: async (outerSignal, use) => {
      const signal = transport.within(outerSignal);
      if (signal.aborted) throw toAbortError(signal);
      const brokers = openBrokerPool(lines, target, clock, memory, signal);
      const result = await use(lookOf(brokers, clock));
      // After a timeout, partial results are useful; after a cancellation, they are not.
      if (signal.aborted && toAbortError(signal).kind === 'cancelled') throw toAbortError(signal);
      return result;
    },
    close: async () => lines.close(),
  };
};

/** Calls that every session needs. */
const needed: readonly KafkaCallName[] = [
  metadata,
  findCoordinator,
  listGroups,
  describeGroups,
  offsetFetch,
  listOffsets,
];

const lookOf = (brokers: BrokerPool, clock: Clock): KafkaSession => ({
  problems: brokers.problems,
  cluster: brokers.cluster,
  ...createTopicReader(brokers),
  ...createGroupReader(brokers),
  ...createControllerReader(brokers),
  probe: async (broker) => {
    const elapsed = startStopwatch(clock);
    const { calls } = await brokers.askOne(broker, apiVersions, {});
    const latencyMs = elapsed();
    const isKnown = (call: KafkaCallName): boolean =>
      newestCommonVersion(
        call,
        calls.find(({ key }) => key === call.key),
      ) !== undefined;
    const lacks = needed.filter((call) => !isKnown(call)).map(({ name }) => name);
    return { latencyMs, lacks };
  },
  validateOnly: (change) => executeChange(brokers, change, true),
});
