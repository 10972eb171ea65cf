import { PlanError } from '../../../domain/plan-error.ts';
import { field, text } from '../../wire-value.ts';
import type { KubeParts } from '../parts.ts';
import type { SlimContainer, SlimPod } from '../pod/slim-pod.ts';
import { namespaceFor } from '../reading/object.ts';
import type { Right } from '../rights.ts';
import { podsOfTarget } from '../target-pods.ts';
import { admitted } from './admission.ts';
import type { ExecParams } from './exec-params.ts';
import { execPath } from './exec-socket.ts';

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
