import { z } from 'zod';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import type { Right } from '../../../kit/contract/access-review.ts';
import { execFileShape, maxExecMs, refineExecFile } from '../../../kit/operations/exec-params.ts';
import { field, text } from '../../../kit/values/wire-value.ts';
import { podTargetProblem } from '../../api/label-selector.ts';
import type { KubeParts } from '../../api/parts.ts';
import type { ContainerSummary, PodSummary } from '../../pod/container-summary.ts';
import { listTargetPods } from '../../pod/target-pods.ts';
import { requireAccess } from '../write/admission.ts';
import { resolveNamespace } from '../write/find-object.ts';
import { zBoundedDuration, zContainerParam, zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import { execPath } from './exec-session.ts';

export const execParams = z
  .strictObject({
    pod: zObjectName('pod name').exactOptional(),
    pods: z
      .array(zObjectName('pod name'))
      .min(1)
      .max(100)
      .meta({ description: 'pod names. Run one after another' })
      .exactOptional(),
    deployment: zObjectName('use all running pods of the deployment with this name').exactOptional(),
    selector: z
      .string()
      .min(1)
      .refine((text) => podTargetProblem(text) === undefined, {
        error: 'this selects no pods: write a label selector (app=NAME) or an object (statefulset/NAME)',
      })
      .meta({
        description: 'label selector, statefulset/NAME or service/NAME, whose running pods are all meant',
      })
      .exactOptional(),
    first: z
      .boolean()
      .meta({ description: 'with true, the program runs only in the first pod. The default is false' })
      .exactOptional(),
    container: zContainerParam,
    argv: z
      .array(z.string())
      .min(1)
      .meta({ description: 'program to run in the container, with arguments. No shell is involved' }),
    ...execFileShape('{time} and {pod}'),
    timeout: zBoundedDuration('how long the program may run (default: 1m, at most 2h)', maxExecMs),
    namespace: zNamespaceParam,
  })
  .superRefine(refineExecFile)
  .refine(
    (entry) =>
      [entry.pod, entry.pods, entry.deployment, entry.selector].filter((of) => of !== undefined).length === 1,
    { error: 'the step needs one target: set one of pod, pods, deployment and selector' },
  );

export type ExecParams = z.infer<typeof execParams>;

/** The pods by name, or their selectors. */
const execSelectors = ({ pod, pods, deployment, selector }: ExecParams): readonly string[] => {
  const named = pods ?? (pod === undefined ? [] : [pod]);
  if (named.length > 0) return named.map((name) => `pod/${name}`);
  return [deployment === undefined ? (selector ?? '') : `deployment/${deployment}`];
};

/** Chooses the container of a program from the current state of the pod; an ephemeral one by name only. Throws PlanError. */
export const chooseContainer = (
  { name, containers, ephemeral = [] }: PodSummary,
  containerName: string | undefined,
): ContainerSummary => {
  const all = containers.filter(({ isInit }) => !isInit);
  const names = all.map((currentContainerSummary) => currentContainerSummary.name).join(', ');
  if (containerName === undefined && all.length > 1)
    throw new PlanError('failed', `${name} has several containers: set container: ${names}`);
  const containerSummary =
    containerName === undefined
      ? all[0]
      : [...containers, ...ephemeral].find((container) => container.name === containerName);
  if (containerSummary !== undefined) return containerSummary;
  throw new PlanError(
    'not-applicable',
    `${name} has no container ${containerName ?? ''}. Available: ${names}`,
  );
};

/** Pins a container by its current run: a process does not outlive it. */
export const containerPin = ({ name, status, restarts }: ContainerSummary): string =>
  `container ${name} ${status}, ${restarts} restarts`;

/** The container of a program, and the call. */
export interface ExecTarget {
  readonly pod: PodSummary;
  readonly container: ContainerSummary;
  readonly path: string;
}

/** Finds the selected containers; each must be running. Throws WireError, PlanError. */
export const findExecTargets = async (
  parts: KubeParts,
  params: ExecParams,
  signal: AbortSignal,
): Promise<readonly ExecTarget[]> => {
  const namespace = await resolveNamespace(parts, params.namespace, signal);
  const isNamed = params.pod !== undefined || params.pods !== undefined;
  const live: PodSummary[] = [];
  for (const target of execSelectors(params)) {
    const pods = await listTargetPods(parts.client, namespace, target, signal);
    const some = pods.filter((pod) => isNamed || pod.isLive);
    if (some.length === 0) {
      const none = pods.length === 0 ? 'no pods of' : `none of the ${pods.length} pods is ready in`;
      throw new PlanError(
        'not-applicable',
        `${none} ${target} in namespace ${namespace}: check the name and the namespace`,
      );
    }
    live.push(...some);
  }
  const chosen = params.first === true ? live.slice(0, 1) : live;
  return chosen.map((pod) => {
    const container = chooseContainer(pod, params.container);
    if (container.status !== 'Running')
      throw new PlanError(
        'not-applicable',
        `cannot run a program in container ${containerPin(container)} of pod ${pod.name}`,
      );
    return { pod, container, path: execPath(pod, container.name, params.argv, params.feed !== undefined) };
  });
};

/**
 * From this minor version of Kubernetes 1 on, the API also requires `create`. Source: feature gate
 * AuthorizePodWebsocketUpgradeCreatePermission.
 */
const createVerbSinceMinor = 35;

/** True when the server is known to require `create`. Throws WireError. */
export const requiresCreateVerb = async ({ client }: KubeParts, signal: AbortSignal): Promise<boolean> => {
  const answer = await client.getResponse('/version', signal);
  if (client.responseError(answer) !== undefined) return false;
  const [, minor = ''] = /^v1\.(\d+)/.exec(text(field(answer.json(), 'gitVersion')) ?? '') ?? [];
  return Number(minor) >= createVerbSinceMinor;
};

/**
 * Checks the permission for a WebSocket into a pod, which is a GET and authorized as one. Throws PlanError when it is
 * missing.
 */
export const requirePodSocketAccess = async (
  parts: KubeParts,
  subresource: 'exec' | 'attach' | 'portforward',
  namespace: string,
  signal: AbortSignal,
): Promise<{ readonly words: string; readonly rights: readonly Right[] }> => {
  const right = { group: '', resource: 'pods', subresource, namespace };
  const verbs = (await requiresCreateVerb(parts, signal)) ? ['get', 'create'] : ['get'];
  const rights = verbs.map((verb) => ({ verb, ...right }));
  const allowed: string[] = [];
  for (const currentRight of rights) allowed.push(await requireAccess(parts.client, currentRight, signal));
  return { words: `allowed: ${allowed.join(', ')}`, rights };
};

/** Checks the permission to exec. Throws PlanError when it is missing. */
export const requireExecAccess = (parts: KubeParts, namespace: string, signal: AbortSignal) =>
  requirePodSocketAccess(parts, 'exec', namespace, signal);
