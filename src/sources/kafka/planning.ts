import { kafkaChanges } from '../../clients/kafka/changing.ts';
import type { KafkaChange, KafkaSession, KafkaTopic } from '../../clients/kafka/kafka-types.ts';
import { type ActEvent, notApplicable, type Plan } from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { readForPlan } from '../kit/operations/define-operation.ts';
import { reportCall } from '../kit/operations/report-call.ts';
import type { KafkaParts } from './parts.ts';

/** Reads data for a plan. Throws PlanError when the cluster, or a required part of it, does not respond. */
export const readClusterForPlan = <T>(
  { reader, fault }: KafkaParts,
  signal: AbortSignal,
  read: (session: KafkaSession) => Promise<T>,
): Promise<T> =>
  readForPlan({ fault: (_, error) => fault(error) }, '', () => reader.withSession(signal, read));

/** Rejects a partial read as the basis of a plan: every broker must respond and every permission must exist. */
export const requireComplete = ({ problems }: KafkaSession, but?: (problem: WireError) => boolean): void => {
  const problem = problems.find((candidate) => but?.(candidate) !== true);
  if (problem !== undefined) throw problem;
};

/** Returns the topic with that name, or undefined when it does not exist. Throws WireError when that is unknown. */
export const findTopic = async (session: KafkaSession, name: string): Promise<KafkaTopic | undefined> => {
  const [topicInfo] = await session.topics([name]);
  if (topicInfo === undefined) requireComplete(session, ({ kind }) => kind === 'missing');
  return topicInfo;
};

/** Validates a change on the controller. Throws PlanError when the controller rejects it. */
export const validateChange = async (session: KafkaSession, change: KafkaChange): Promise<void> => {
  try {
    await session.validateOnly(change);
  } catch (error) {
    if (error instanceof WireError && error.kind === 'malformed') throw notApplicable(error.message);
    throw error;
  }
};

/** Applies the only change of a plan and reports the result; returns true when it was applied. */
export async function* applyChange(
  { target, fault }: KafkaParts,
  plan: Plan,
  change: ChangeIo,
  what: KafkaChange,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, boolean> {
  const line = plan.calls[0]?.line ?? what.is;
  const sent = yield* reportCall(line, { fault }, async () => {
    await change.call(kafkaChanges, target, what, signal);
    return { status: 'done', value: undefined };
  });
  return sent !== undefined;
}
