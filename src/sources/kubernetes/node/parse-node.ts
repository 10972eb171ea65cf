import { defined } from '../../../domain/base/defined.ts';
import type { ClusterNode } from '../../../kinds/nodes/fact.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { entries, field, text } from '../../kit/values/wire-value.ts';
import { type Condition, parseConditions, parseMeta } from '../api/object-meta.ts';
import { parseQuantity } from '../api/quantity.ts';
import type { TimestampConverter } from '../pod/container-summary.ts';

/** The kept fields of a node: its row without timestamp, usage and requests, and its conditions for signals. */
export interface NodeSummary {
  readonly row: Omit<ClusterNode, 'source' | 'at'>;
  readonly conditions: readonly Condition[];
}

/**
 * Conditions that report a problem when they are True, by the words in their names. Other components add their own: the
 * node problem detector KernelDeadlock, ReadonlyFilesystem and FrequentKubeletRestart, cloud providers
 * FilesystemCorruptionProblem. Source: kubernetes.io, "Node Status"; node-problem-detector, config.
 */
const problemWords =
  /Pressure$|Unavailable$|Unhealthy$|Problem$|Deadlock$|^Readonly|^Frequent|^Corrupt|Corruption$|Errors?$|Failed$|Failure$|Shutdown$|Degraded$|^OutOf|Fatal$/i;

/** Conditions that report a problem when they are False: StorageReady, KernelReady. */
const healthWords = /.(?:Ready|Healthy)$/;

const isProblem = ({ type, status }: Condition): boolean =>
  (status === 'True' && problemWords.test(type)) ||
  (status === 'False' && healthWords.test(type) && !problemWords.test(type));

const roleLabel = 'node-role.kubernetes.io/';

/** Parses a node: readiness, problems, schedulability and allocatable resources. Source: core/v1 Node. */
export const parseNode = (raw: unknown, toClock: TimestampConverter): NodeSummary => {
  const { name, uid } = parseMeta(raw);
  const metadata = field(raw, 'metadata');
  const spec = field(raw, 'spec');
  const status = field(raw, 'status');
  const conditions = parseConditions(raw);
  const ready = conditions.find((condition) => condition.type === 'Ready');
  const isReady = ready?.status === 'True';
  const raised = conditions.filter(isProblem);
  const why = [
    ...(isReady ? [] : [ready?.message ?? '']),
    ...raised.map(({ type, message }) => (message === '' ? type : `${type}: ${message}`)),
  ].filter((part) => part !== '');
  const allocatable = field(status, 'allocatable');
  return {
    row: {
      name,
      ...(uid === '' ? {} : { uid }),
      status: isReady ? 'Ready' : 'NotReady',
      problems: raised.map(({ type }) => type),
      isCordoned: field(spec, 'unschedulable') === true,
      roles: entries(field(metadata, 'labels')).flatMap(([key]) =>
        key.startsWith(roleLabel) && key.length > roleLabel.length
          ? [oneLine(key.slice(roleLabel.length))]
          : [],
      ),
      ...defined({
        kubelet: text(field(field(status, 'nodeInfo'), 'kubeletVersion')),
        startedAt: toClock(field(metadata, 'creationTimestamp')),
        podsAllocatable: parseQuantity(field(allocatable, 'pods')),
        cpuAllocatableCores: parseQuantity(field(allocatable, 'cpu')),
        memoryAllocatableBytes: parseQuantity(field(allocatable, 'memory')),
      }),
      ...(why.length === 0 ? {} : { detail: oneLine(why.join('; ')) }),
    },
    conditions,
  };
};
