import { z } from 'zod';
import { PlanError } from '../../../domain/operation.ts';
import { compilePattern } from '../../../domain/pattern.ts';
import { field, text } from '../../wire-value.ts';
import type { KubeParts } from '../parts.ts';
import type { SlimContainer, SlimPod } from '../pod/container.ts';
import { targetProblem } from '../selector.ts';
import { podsOfTarget } from '../target-pods.ts';
import type { Right } from './admission.ts';
import { admitted } from './admission.ts';
import { execPath } from './exec-socket.ts';
import { namespaceFor } from './found.ts';
import { zContainer, zName, zNamespace, zSpan } from './param-parts.ts';

/** A file of many gigabytes takes its time. */
const longestExecMs = 2 * 60 * 60_000;

const zPath = (what: string) => z.string().min(1).meta({ description: what }).exactOptional();

export const execParams = z
  .strictObject({
    pod: zName('a pod').exactOptional(),
    pods: z
      .array(zName('a pod'))
      .min(1)
      .max(100)
      .meta({ description: 'these pods, one after another' })
      .exactOptional(),
    deployment: zName('every running pod of a deployment').exactOptional(),
    selector: z
      .string()
      .min(1)
      .refine((text) => targetProblem(text) === undefined, {
        error: 'no label selector (app=NAME) and no object (statefulset/NAME)',
      })
      .meta({
        description: 'every running pod that a label selector, statefulset/NAME or service/NAME selects',
      })
      .exactOptional(),
    first: z.boolean().meta({ description: 'true: only in the first of them' }).exactOptional(),
    container: zContainer,
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
    timeout: zSpan('after how long it is left; default: 1m, at most 2h', longestExecMs),
    namespace: zNamespace,
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
const targetTexts = ({ pod, pods, deployment, selector }: ExecParams): readonly string[] => {
  const named = pods ?? (pod === undefined ? [] : [pod]);
  if (named.length > 0) return named.map((name) => `pod/${name}`);
  return [deployment === undefined ? (selector ?? '') : `deployment/${deployment}`];
};

/** The container that is meant, as it is now. Throws PlanError. */
export const meantIn = ({ name, containers }: SlimPod, wanted: string | undefined): SlimContainer => {
  const all = containers.filter(({ isInit }) => !isInit);
  const names = all.map((one) => one.name).join(', ');
  if (wanted === undefined && all.length > 1)
    throw new PlanError('failed', `${name} has several containers: say container: ${names}`);
  const found = wanted === undefined ? all[0] : containers.find((one) => one.name === wanted);
  if (found !== undefined) return found;
  throw new PlanError('not-applicable', `${name} has no container ${wanted ?? ''}; there is ${names}`);
};

/** By what a container is pinned: a process in it does not outlive it. */
export const containerWords = ({ name, status, restarts }: SlimContainer): string =>
  `container ${name} ${status}, ${restarts} restarts`;

/** Where a program runs, and what the call is. */
export interface Seat {
  readonly pod: SlimPod;
  readonly container: SlimContainer;
  readonly path: string;
}

/** The containers that are meant, each of which runs. Throws WireError, PlanError. */
export const seatsOf = async (
  parts: KubeParts,
  params: ExecParams,
  signal: AbortSignal,
): Promise<readonly Seat[]> => {
  const namespace = await namespaceFor(parts, params.namespace, signal);
  const isNamed = params.pod !== undefined || params.pods !== undefined;
  const live: SlimPod[] = [];
  for (const target of targetTexts(params)) {
    const pods = await podsOfTarget(parts.client, namespace, target, signal);
    const some = pods.filter((pod) => isNamed || pod.isLive);
    if (some.length === 0) {
      const none = pods.length === 0 ? 'there is no pod of' : `none of the ${pods.length} pods is ready of`;
      throw new PlanError('not-applicable', `${none} ${target} in namespace ${namespace}`);
    }
    live.push(...some);
  }
  const meant = params.first === true ? live.slice(0, 1) : live;
  return meant.map((pod) => {
    const container = meantIn(pod, params.container);
    if (container.status !== 'Running')
      throw new PlanError(
        'not-applicable',
        `${pod.name}: ${containerWords(container)}: nothing can be run in it`,
      );
    return { pod, container, path: execPath(pod, container.name, params.argv, params.feed !== undefined) };
  });
};

/** From this minor version of Kubernetes 1 on, the API asks for `create` as well. Source: feature gate AuthorizePodWebsocketUpgradeCreatePermission. */
const createSince = 35;

/** Whether that version is known to be one that does. Throws WireError. */
export const asksForCreate = async ({ client }: KubeParts, signal: AbortSignal): Promise<boolean> => {
  const answer = await client.answer('/version', signal);
  if (client.problem(answer) !== undefined) return false;
  const [, minor = ''] = /^v1\.(\d+)/.exec(text(field(answer.json(), 'gitVersion')) ?? '') ?? [];
  return Number(minor) >= createSince;
};

/** A WebSocket is a GET, and authorized as one. Throws PlanError when it is not allowed. */
export const execAllowed = async (
  parts: KubeParts,
  namespace: string,
  signal: AbortSignal,
): Promise<{ readonly words: string; readonly rights: readonly Right[] }> => {
  const right = { group: '', resource: 'pods', subresource: 'exec', namespace };
  const verbs = (await asksForCreate(parts, signal)) ? ['get', 'create'] : ['get'];
  const rights = verbs.map((verb) => ({ verb, ...right }));
  const allowed: string[] = [];
  for (const one of rights) allowed.push(await admitted(parts.client, one, signal));
  return { words: `allowed: ${allowed.join(', ')}`, rights };
};
