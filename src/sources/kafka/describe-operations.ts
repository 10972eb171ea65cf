import { z } from 'zod';
import type { KafkaSession } from '../../clients/kafka/kafka-types.ts';
import { notApplicable } from '../../domain/runbooks/operation.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import type { OperationDefinition, OperationSpec } from '../kit/operations/define-operation.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import { field, list } from '../kit/values/wire-value.ts';
import { formatGroup, formatMember, topicDetails } from './details.ts';
import { fetchLagSnapshot, lagRows } from './lag.ts';
import { createOffsetHistory } from './offset-history.ts';
import type { KafkaParts } from './parts.ts';
import { findTopic, readClusterForPlan } from './planning.ts';
import { isOffline, isUnderReplicated, noReadableOffsets } from './signal-samples.ts';

const describeParams = z.strictObject({ group: z.string().min(1) });
const topicParams = z.strictObject({ topic: z.string().min(1) });

/** Result of a read operation: its subject, the subject's state, and the lines to show. */
interface KafkaReadResult {
  readonly name: string;
  readonly saw: string;
  readonly lines: readonly string[];
  /** The result as a JSON document, for verifications. Absent: the operation returns only lines. */
  readonly json?: unknown;
}

/** Defines a read-only operation: the plan reads everything, `act` shows it. */
const defineKafkaRead = <P extends Readonly<Record<string, unknown>>>(
  declared: Omit<OperationSpec<P>, 'danger'>,
  find: (parts: KafkaParts, params: P, session: KafkaSession) => Promise<KafkaReadResult>,
): OperationDefinition<KafkaParts> =>
  defineReadOperation(declared, (parts: KafkaParts) => ({
    plan: (params, signal) =>
      readClusterForPlan(parts, signal, async (session) => {
        const readResult = await find(parts, params, session);
        const { clusterId } = await session.cluster();
        const problems = session.problems.map(({ message }) => `unknown: ${message}`);
        return {
          targets: [
            {
              name: readResult.name,
              uid: `cluster ${clusterId} ${declared.name} ${readResult.name}`,
              saw: readResult.saw,
              where: parts.cluster,
            },
          ],
          calls: [],
          objects: [],
          earlier: { lines: [...readResult.lines, ...problems], json: readResult.json },
        };
      }),
    act: async function* (plan) {
      const lines = list(field(plan.earlier, 'lines'));
      for (const text of lines) yield { is: 'output', text: String(text) };
      const json = field(plan.earlier, 'json');
      if (json !== undefined) yield { is: 'found', found: { json } };
    },
  }));

/** `describe`: shows the state and members of a group, and its committed offset in each partition. */
export const describeGroup = defineKafkaRead(
  { name: 'describe', params: describeParams },
  async (parts, { group: name }, session) => {
    const sweep = await fetchLagSnapshot(session, [name], undefined);
    const [group] = sweep.groups;
    const { source, cluster } = parts;
    const { rows, problems } = lagRows(
      sweep,
      { source, at: parts.now(), cluster },
      { history: createOffsetHistory(1000) },
    );
    if (group === undefined)
      throw session.problems[0] ?? notApplicable(`group ${name} not found in this cluster: check the name`);
    if (group.state === 'Dead' && rows.length === 0)
      throw notApplicable(`group ${name} not found in this cluster: check the name`);
    const places = rows.map(({ topic, partition, committed, end, lag, lost, member }) => {
      const behind = lag === undefined ? 'lag unknown' : `${lag} behind`;
      const retentionText = lost === undefined ? '' : `, lost to retention: ${lost}`;
      const none = end === undefined ? 'unknown' : 'nothing';
      const who = member === undefined ? '' : `, ${member}`;
      return `${topic}/${partition}: committed ${committed ?? none} of ${end ?? 'unknown'}, ${behind}${retentionText}${who}`;
    });
    const members = (group.members ?? []).map(formatMember);
    return {
      name,
      saw: formatGroup(group),
      lines: [
        `${name}: ${formatGroup(group)}`,
        ...members,
        ...(places.length === 0 && group.state === 'Empty' ? [noReadableOffsets(name)] : places),
        ...problems.map(({ message }) => message),
      ],
    };
  },
);

/** `topic`: shows the partitions of a topic, with leader, replicas and offset range. */
export const describeTopic = defineKafkaRead(
  { name: 'topic', params: topicParams, resultKinds: ['json'] },
  async (_parts, { topic: name }, session) => {
    const topic = await findTopic(session, name);
    if (topic === undefined) throw notApplicable(`topic ${name} not found in this cluster: check the name`);
    const places = topic.partitions.map(({ partition }) => ({ topic: name, partition }));
    const [lows, highs] = await Promise.all([
      session.offsets(places, 'earliest'),
      session.offsets(places, 'latest'),
    ]);
    const offsetOf = (offsets: typeof lows, partition: number): string =>
      String(offsets.find((offset) => offset.partition === partition)?.offset ?? 'unknown');
    const partitions = topic.partitions.map(({ partition, leader, replicas, isr }) => {
      const lead = leader < 0 ? 'no leader' : `leader ${leader}`;
      const range = `offsets ${offsetOf(lows, partition)} to ${offsetOf(highs, partition)}`;
      return `${partition}: ${lead}, replicas ${replicas.join(' ')}, in sync ${isr.join(' ')}, ${range}`;
    });
    const [line] = topicDetails([{ ...topic, internal: false }]);
    return {
      name,
      saw: pluralize(topic.partitions.length, 'partition'),
      lines: [`${name}: ${line?.text ?? ''}`, ...partitions],
      json: {
        partitions: topic.partitions.length,
        replicas: Math.min(...topic.partitions.map(({ replicas }) => replicas.length)),
        leaderless: topic.partitions.filter(isOffline).length,
        underReplicated: topic.partitions.filter(isUnderReplicated).length,
      },
    };
  },
);
