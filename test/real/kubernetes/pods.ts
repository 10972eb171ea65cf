import { until } from '../machine/until.ts';
import type { Cluster } from './cluster.ts';
import type { Workload } from './objects.ts';

/** The fields of a pod that suites read. */
export interface PodShape {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly ContainerShape[];
  };
}

export interface ContainerShape {
  readonly name: string;
  readonly restartCount: number;
  readonly state: StateShape;
  readonly lastState: StateShape;
}

interface StateShape {
  readonly waiting?: { readonly reason: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: { readonly reason: string; readonly exitCode: number };
}

export const isReady = ({ status }: PodShape): boolean =>
  status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;

/** The pods of a workload of `objects.ts`, by its label. */
export const podsOf = async (
  cluster: Cluster,
  { namespace, name }: Pick<Workload, 'namespace' | 'name'>,
): Promise<readonly PodShape[]> => {
  const pods = await cluster.list<PodShape>({ apiVersion: 'v1', kind: 'Pod', namespace });
  return pods.filter(({ metadata }) => metadata.labels?.app === name);
};

/** Resolves with the workload's pods once exactly this number exists and is ready. */
export const readyPods = async (
  cluster: Cluster,
  workload: Pick<Workload, 'namespace' | 'name'>,
  count: number,
  withinMs?: number,
): Promise<readonly PodShape[]> => {
  let pods: readonly PodShape[] = [];
  await until(
    `${workload.name} has ${count} pods, and all are ready`,
    async () => {
      pods = await podsOf(cluster, workload);
      return pods.length === count && pods.every(isReady);
    },
    withinMs,
  );
  return pods;
};

/** Resolves with the first container of a pod that satisfies a condition. */
export const containerThat = async (
  cluster: Cluster,
  { namespace, name }: Pick<Workload, 'namespace' | 'name'>,
  what: string,
  holds: (container: ContainerShape) => boolean,
  withinMs?: number,
): Promise<ContainerShape> => {
  let match: ContainerShape | undefined;
  await until(
    `${name} ${what}`,
    async () => {
      const { status } = await cluster.get<PodShape>({ apiVersion: 'v1', kind: 'Pod', namespace, name });
      match = status.containerStatuses?.find(holds);
      return match !== undefined;
    },
    withinMs,
  );
  if (match === undefined) throw new Error(`until() resolved although no container ${what}`);
  return match;
};
