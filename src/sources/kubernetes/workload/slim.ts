import { durationText } from '../../../domain/duration.ts';
import type { Workload, WorkloadKind } from '../../../kinds/workloads/fact.ts';
import { oneLine } from '../../../platform/terminal/sanitize.ts';
import { field, list, number, text } from '../../wire-value.ts';
import { type Condition, conditionsOf, controllerOf, metaOf } from '../meta.ts';
import type { ToClock } from '../pod/container.ts';
import { daemonSetRollout, deploymentRollout, type Rollout, statefulSetRollout } from './rollout.ts';

/** What is kept of a workload that is no pod: all of its row but the stamp, and its conditions for signals. */
export interface SlimWorkload {
  readonly row: Omit<Workload, 'source' | 'at'>;
  readonly conditions: readonly Condition[];
}

export type ParseWorkload = (raw: unknown, toClock: ToClock) => SlimWorkload;

const kept = (
  kind: WorkloadKind,
  raw: unknown,
  rest: Pick<Workload, 'status'> & Partial<Workload>,
): SlimWorkload => {
  const { name, namespace, uid } = metaOf(raw);
  const owner = controllerOf(raw);
  return {
    row: {
      kind,
      ...(uid === '' ? {} : { uid }),
      namespace,
      name,
      owner: owner === undefined ? '' : `${owner.kind.toLowerCase()} ${owner.name}`,
      node: '',
      ...rest,
    },
    conditions: conditionsOf(raw),
  };
};

/** What its template runs, and which template and which spec that is. Source: kubernetes.io, "Deployments", revision annotation. */
const specOf = (raw: unknown): Pick<Workload, 'image' | 'revision' | 'generation'> => {
  const metadata = field(raw, 'metadata');
  const template = field(field(field(raw, 'spec'), 'template'), 'spec');
  const image = list(field(template, 'containers'))
    .flatMap((one) => text(field(one, 'image')) ?? [])
    .join(' ');
  const revision =
    text(field(field(metadata, 'annotations'), 'deployment.kubernetes.io/revision')) ??
    text(field(field(raw, 'status'), 'updateRevision'));
  const generation = number(field(metadata, 'generation'));
  return {
    ...(image === '' ? {} : { image: oneLine(image) }),
    ...(revision === undefined ? {} : { revision: oneLine(revision) }),
    ...(generation === undefined ? {} : { generation }),
  };
};

const rolled =
  (kind: WorkloadKind, rolloutOf: (raw: unknown) => Rollout): ParseWorkload =>
  (raw, toClock) => {
    const { status, ready, wanted, detail } = rolloutOf(raw);
    const startedAt = toClock(field(field(raw, 'metadata'), 'creationTimestamp'));
    return kept(kind, raw, {
      status,
      ready,
      wanted,
      ...specOf(raw),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(detail === undefined ? {} : { detail: oneLine(detail) }),
    });
  };

export const parseDeployment = rolled('deployment', deploymentRollout);
export const parseStatefulSet = rolled('statefulset', statefulSetRollout);
export const parseDaemonSet = rolled('daemonset', daemonSetRollout);

/** A job: how many of its runs have succeeded. One that still runs is not "not ready", so its counts come with its end. */
export const parseJob: ParseWorkload = (raw, toClock) => {
  const [spec, status] = [field(raw, 'spec'), field(raw, 'status')];
  const conditions = conditionsOf(raw);
  const is = (type: string): Condition | undefined =>
    conditions.find((one) => one.type === type && one.status === 'True');
  const wanted = number(field(spec, 'completions')) ?? 1;
  const done = number(field(status, 'succeeded')) ?? 0;
  const failed = number(field(status, 'failed')) ?? 0;
  const [startedAt, endedAt] = [
    toClock(field(status, 'startTime')),
    toClock(field(status, 'completionTime')),
  ];
  const took =
    startedAt === undefined || endedAt === undefined ? '' : ` in ${durationText(endedAt - startedAt)}`;
  const word = is('Failed')
    ? 'failed'
    : is('Complete')
      ? 'complete'
      : is('Suspended')
        ? 'suspended'
        : 'running';
  const why = is('Failed');
  const parts = [
    why === undefined ? '' : `${why.reason}: ${why.message}`,
    `${done} of ${wanted} succeeded${took}`,
    failed === 0 ? '' : `${failed} failed`,
  ];
  return kept('job', raw, {
    status: word,
    ...(word === 'complete' ? { ready: done, wanted } : {}),
    ...(startedAt === undefined ? {} : { startedAt }),
    detail: oneLine(parts.filter((part) => part !== '').join('; ')),
  });
};

/** A node: whether its kubelet says it is ready, whether pods may be put there, and what presses on it. */
export const parseNode: ParseWorkload = (raw, toClock) => {
  const conditions = conditionsOf(raw);
  const ready = conditions.find((one) => one.type === 'Ready');
  const isReady = ready?.status === 'True';
  const pressed = conditions.filter((one) => one.type !== 'Ready' && one.status === 'True');
  const isCordoned = field(field(raw, 'spec'), 'unschedulable') === true;
  const why = [
    ...(isReady ? [] : [ready?.message ?? '']),
    ...pressed.map((one) => `${one.type}: ${one.message}`),
  ];
  const detail = why.filter((part) => part !== '').join('; ');
  const startedAt = toClock(field(field(raw, 'metadata'), 'creationTimestamp'));
  const version = text(field(field(field(raw, 'status'), 'nodeInfo'), 'kubeletVersion'));
  const taints = list(field(field(raw, 'spec'), 'taints')).length;
  return kept('node', raw, {
    status: `${isReady ? 'Ready' : 'NotReady'}${isCordoned ? ',SchedulingDisabled' : ''}`,
    ready: isReady ? 1 : 0,
    wanted: 1,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(detail === ''
      ? version === undefined
        ? {}
        : { detail: `kubelet ${version}${taints === 0 ? '' : `, ${taints} taints`}` }
      : { detail: oneLine(detail) }),
  });
};
