import type { KafkaCallName } from './call.ts';
import { apiVersions, createPartitions, createTopics, listOffsets, metadata } from './cluster-calls.ts';
import {
  consumerGroupDescribe,
  describeGroups,
  findCoordinator,
  listGroups,
  listGroupsUntyped,
  offsetFetch,
} from './group-calls.ts';

/** 'checks': the controller says whether it would make a change, and does not make it. */
export type KafkaEffect = 'reads' | 'checks' | 'changes';

const keysOf = (...calls: readonly KafkaCallName[]): ReadonlySet<number> =>
  new Set(calls.map(({ key }) => key));

/** Calls that change nothing, by what identifies a call on the wire. Source: Apache Kafka, the protocol guide. */
const reads = keysOf(
  apiVersions,
  findCoordinator,
  listGroups,
  listGroupsUntyped,
  describeGroups,
  consumerGroupDescribe,
  offsetFetch,
  listOffsets,
);
/** Calls with `validate_only`. */
const checkable = keysOf(createTopics, createPartitions);

const says = (question: unknown, field: 'create' | 'onlyCheck', value: boolean): boolean =>
  typeof question === 'object' && question !== null && Reflect.get(question, field) === value;

/** What a call does to the cluster. One that is not known to do less changes it. */
export const effectOf = ({ key }: KafkaCallName, question: unknown): KafkaEffect => {
  if (reads.has(key)) return 'reads';
  // A broker creates a topic that is asked for and unknown, unless it is told not to.
  if (key === metadata.key) return says(question, 'create', false) ? 'reads' : 'changes';
  return checkable.has(key) && says(question, 'onlyCheck', true) ? 'checks' : 'changes';
};
