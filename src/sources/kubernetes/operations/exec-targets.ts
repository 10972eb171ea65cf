import { z } from 'zod';
import { PlanError } from '../../../domain/operation.ts';
import { compilePattern } from '../../../domain/pattern.ts';
import { field, text } from '../../wire-value.ts';
import { podTargetProblem } from '../label-selector.ts';
import type { KubeParts } from '../parts.ts';
import type { ContainerSummary, PodSummary } from '../pod/container-summary.ts';
import { listTargetPods } from '../target-pods.ts';
import type { Right } from './admission.ts';
import { requireAccess } from './admission.ts';
import { execPath } from './exec-session.ts';
import { resolveNamespace } from './find-object.ts';
import { zBoundedDuration, zContainerParam, zNamespaceParam, zObjectName } from './shared-params.ts';

/** A file of many gigabytes takes its time. */
const maxExecMs = 2 * 60 * 60_000;

const zPath = (what: string) => z.string().min(1).meta({ description: what }).exactOptional();

export const execParams = z
  .strictObject({
    pod: zObjectName('a pod').exactOptional(),
    pods: z
      .array(zObjectName('a pod'))
      .min(1)
      .max(100)
      .meta({ description: 'these pods, one after another' })
      .exactOptional(),
    deployment: zObjectName('every running pod of a deployment').exactOptional(),
    selector: z
      .string()
      .min(1)
      .refine((text) => podTargetProblem(text) === undefined, {
        error: 'no label selector (app=NAME) and no object (statefulset/NAME)',
      })
      .meta({
        description: 'every running pod that a label selector, statefulset/NAME or service/NAME selects',
      })
      .exactOptional(),
    first: z.boolean().meta({ description: 'true: only in the first of them' }).exactOptional(),
    container: zContainerParam,
    argv: z
      .array(z.string())
      .min(1)
      .meta({ description: 'the program in the container and its arguments; no shell' }),
    save: zPath('a new file of this machine for what it writes to stdout; {time} and {pod} are filled in'),
    gzip: z.boolean().meta({ description: 'true: packs that file' }).exactOptional(),
    sumOf: zPath('a file in the container: what is saved must have its SHA-256, or nothing is kept'),
    feed: zPath('a file of this machine for its stdin, unpacked where it is gzip'),
    complete: z
      .string()
      .refine((pattern) => typeof compilePattern(pattern) !== 'string', { error: 'no regular expression' })
      .meta({ description: 'what one of the last lines of that file must match for it to be whole' })
      .exactOptional(),
    abort: z
      .string()
      .min(1)
      .meta({ description: 'what is fed at last when it is broken off, so that the program fails' })
      .exactOptional(),
    timeout: zBoundedDuration('after how long it is left; default: 1m, at most 2h', maxExecMs),
    namespace: zNamespaceParam,
  })
  .refine(({ save, feed }) => save === undefined || feed === undefined, { error: 'say one of save, feed' })
  .refine(({ save, gzip }) => save !== undefined || gzip === undefined, { error: 'gzip is for save' })
  .refine(({ save, sumOf }) => save !== undefined || sumOf === undefined, { error: 'sumOf is for save' })
  .refine(({ feed, abort }) => feed !== undefined || abort === undefined, { error: 'abort is for feed' })
  .refine(({ save, feed, complete }) => complete === undefined || (save ?? feed) !== undefined, {
    error: 'complete is for save and feed',
  })
  .refine(
    (one) => [one.pod, one.pods, one.deployment, one.selector].filter((of) => of !== undefined).length === 1,
    { error: 'say one of pod, pods, deployment, selector' },
  );

export type ExecParams = z.infer<typeof execParams>;

/** The pods by name, or what selects them. */
const execSelectors = ({ pod, pods, deployment, selector }: ExecParams): readonly string[] => {
  const named = pods ?? (pod === undefined ? [] : [pod]);
  if (named.length > 0) return named.map((name) => `pod/${name}`);
  return [deployment === undefined ? (selector ?? '') : `deployment/${deployment}`];
};

/** The container that is meant, as it is now. Throws PlanError. */
export const chooseContainer = (
  { name, containers }: PodSummary,
  wanted: string | undefined,
): ContainerSummary => {
  const all = containers.filter(({ isInit }) => !isInit);
  const names = all.map((one) => one.name).join(', ');
  if (wanted === undefined && all.length > 1)
    throw new PlanError('failed', `${name} has several containers: say container: ${names}`);
  const found = wanted === undefined ? all[0] : containers.find((one) => one.name === wanted);
  if (found !== undefined) return found;
  throw new PlanError('not-applicable', `${name} has no container ${wanted ?? ''}; there is ${names}`);
};

/** By what a container is pinned: a process in it does not outlive it. */
export const containerPin = ({ name, status, restarts }: ContainerSummary): string =>
  `container ${name} ${status}, ${restarts} restarts`;

/** Where a program runs, and what the call is. */
export interface ExecTarget {
  readonly pod: PodSummary;
  readonly container: ContainerSummary;
  readonly path: string;
}

/** The containers that are meant, each of which runs. Throws WireError, PlanError. */
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
      const none = pods.length === 0 ? 'there is no pod of' : `none of the ${pods.length} pods is ready of`;
      throw new PlanError('not-applicable', `${none} ${target} in namespace ${namespace}`);
    }
    live.push(...some);
  }
  const chosen = params.first === true ? live.slice(0, 1) : live;
  return chosen.map((pod) => {
    const container = chooseContainer(pod, params.container);
    if (container.status !== 'Running')
      throw new PlanError(
        'not-applicable',
        `${pod.name}: ${containerPin(container)}: nothing can be run in it`,
      );
    return { pod, container, path: execPath(pod, container.name, params.argv, params.feed !== undefined) };
  });
};

/** From this minor version of Kubernetes 1 on, the API asks for `create` as well. Source: feature gate AuthorizePodWebsocketUpgradeCreatePermission. */
const createVerbSinceMinor = 35;

/** Whether that version is known to be one that does. Throws WireError. */
export const requiresCreateVerb = async ({ client }: KubeParts, signal: AbortSignal): Promise<boolean> => {
  const answer = await client.getResponse('/version', signal);
  if (client.responseError(answer) !== undefined) return false;
  const [, minor = ''] = /^v1\.(\d+)/.exec(text(field(answer.json(), 'gitVersion')) ?? '') ?? [];
  return Number(minor) >= createVerbSinceMinor;
};

/** A WebSocket is a GET, and authorized as one. Throws PlanError when it is not allowed. */
export const requireExecAccess = async (
  parts: KubeParts,
  namespace: string,
  signal: AbortSignal,
): Promise<{ readonly words: string; readonly rights: readonly Right[] }> => {
  const right = { group: '', resource: 'pods', subresource: 'exec', namespace };
  const verbs = (await requiresCreateVerb(parts, signal)) ? ['get', 'create'] : ['get'];
  const rights = verbs.map((verb) => ({ verb, ...right }));
  const allowed: string[] = [];
  for (const one of rights) allowed.push(await requireAccess(parts.client, one, signal));
  return { words: `allowed: ${allowed.join(', ')}`, rights };
};
