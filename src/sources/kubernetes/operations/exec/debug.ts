import { z } from 'zod';
import type { GenericAction } from '../../../../domain/runbooks/generic-action.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { formatArgv } from '../../../../domain/text/format.ts';
import type { HttpAnswer } from '../../../../platform/network/http-messages.ts';
import { clusterArgs } from '../../../kit/contract/api-server.ts';
import {
  declareOperation,
  defineOperation,
  type PlanDraft,
} from '../../../kit/operations/define-operation.ts';
import { shellActionParts, shellLoss } from '../../../kit/operations/shell-operation.ts';
import { apiResources } from '../../api/api-resources.ts';
import type { KubeParts } from '../../api/parts.ts';
import type { ContainerSummary, PodSummary } from '../../pod/container-summary.ts';
import { parsePod } from '../../pod/parse-pod.ts';
import {
  checkPermit,
  dryRunOrRefuse,
  requireAccess,
  responseWarnings,
  toPlanError,
} from '../write/admission.ts';
import { objectDrift, objectTarget, readObject, rightTo } from '../write/find-object.ts';
import { zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import { type PlanRecord, parsePlanRecord } from '../write/write-planner.ts';
import { actDebug } from './debug-act.ts';
import {
  type DebugContainer,
  debugArgv,
  debugAttachPath,
  debugContainerCall,
  debugProfiles,
  defaultDebugImage,
  newDebuggerName,
  zDebugImage,
} from './debug-container.ts';
import { chooseContainer, containerPin, requirePodSocketAccess } from './exec-targets.ts';

const debugParams = z.strictObject({
  pod: zObjectName('pod name'),
  container: zObjectName(
    'the shell sees the processes of this container. Required if there are several',
  ).exactOptional(),
  image: zDebugImage.exactOptional(),
  profile: z
    .enum(debugProfiles)
    .meta({
      description:
        'security profile as of kubectl debug: baseline, general (may trace processes) or restricted. The default is baseline',
    })
    .exactOptional(),
  namespace: zNamespaceParam,
});

type DebugParams = z.infer<typeof debugParams>;

const debugAction = (
  id: string,
  title: string,
  where: string,
  pod: 'name' | 'owner',
  container: boolean,
): GenericAction => ({
  ...shellActionParts,
  verb: 'debug',
  id,
  title,
  step: container
    ? 'Debug container ${param.container} of pod/${param.pod} with ${param.image}'
    : 'Debug pod/${param.pod} with ${param.image}',
  where,
  params: [
    { name: 'pod', type: 'choice', from: `workloads.${pod}`, title: 'Pod' },
    ...(container
      ? [{ name: 'container', type: 'choice', from: 'workloads.name', title: 'Container' } as const]
      : []),
    { name: 'namespace', type: 'choice', from: 'workloads.namespace', title: 'Namespace' },
    { name: 'image', type: 'string', default: defaultDebugImage, title: 'Image of the debug container' },
    { name: 'profile', type: 'choice', of: debugProfiles, default: 'baseline', title: 'Security profile' },
  ],
  with: {
    pod: '${param.pod}',
    namespace: '${param.namespace}',
    image: '${param.image}',
    profile: '${param.profile}',
    ...(container ? { container: '${param.container}' } : {}),
  },
});

const declared = declareOperation({
  name: 'debug',
  says: 'adds a debug container to a running pod, and opens a shell in it',
  rights: ['patch pods/ephemeralcontainers', 'get pods/attach'],
  danger: 'destructive',
  params: debugParams,
  actions: [
    debugAction('debug-pod', 'Debug pod', 'kind = pod', 'name', false),
    debugAction('debug-container', 'Debug container', 'kind = container', 'owner', true),
  ],
});

/** The container whose processes the shell sees; an ephemeral one cannot be meant. Throws PlanError. */
const targetOf = (pod: PodSummary, { container }: DebugParams): ContainerSummary =>
  chooseContainer({ ...pod, ephemeral: [] }, container);

/** Chooses the target in a pod that runs. Throws PlanError. */
const requireRunning = (pod: PodSummary, params: DebugParams): ContainerSummary => {
  if (pod.goneBy !== undefined || pod.hasEnded === true)
    throw new PlanError(
      'not-applicable',
      `pod ${pod.name} is ${pod.status}: a debug container can be added to a running pod only`,
    );
  const target = targetOf(pod, params);
  if (target.status === 'Running') return target;
  throw new PlanError(
    'not-applicable',
    `${containerPin(target)}, in pod ${pod.name}: a debug container needs a running container. Try again when the container runs, or choose another one`,
  );
};

const kubectlCommands = (
  { config, dir }: KubeParts,
  { namespace, pod, name, image, target, profile }: DebugContainer,
): readonly [add: string, attach: string] => {
  const common = ['-n', namespace, pod, '-c', name];
  const kubectl = ['kubectl', ...clusterArgs(config, dir)];
  const options = [`--image=${image}`, `--target=${target}`, `--profile=${profile}`];
  return [
    formatArgv([...kubectl, 'debug', '-it', '--attach=false', ...common, ...options, '--', ...debugArgv]),
    formatArgv([...kubectl, 'attach', '-it', ...common]),
  ];
};

/** Tries the call with `dryRun=All`. Throws PlanError with what can be done. */
const rehearse = async (
  { client }: KubeParts,
  container: DebugContainer,
  call: Parameters<typeof dryRunOrRefuse>[1],
  signal: AbortSignal,
): Promise<HttpAnswer> => {
  try {
    return await dryRunOrRefuse(client, call, `pod/${container.pod}`, signal);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    const { ending, message } = error;
    // The pod has just been read, so what is missing is the subresource.
    const hint =
      ending === 'not-applicable'
        ? '. Debug containers need Kubernetes 1.23 or later'
        : message.includes('violates PodSecurity') && container.profile !== 'restricted'
          ? '. Use profile: restricted'
          : '';
    throw new PlanError(ending, `${message}${hint}`, { cause: error });
  }
};

/** `debug`: adds an ephemeral container to a pod, and opens a shell in it, in the terminal of the cockpit. */
export const debug = defineOperation(declared, (parts: KubeParts) => {
  const { client, strings } = parts;

  const planned = async (params: DebugParams, signal: AbortSignal): Promise<PlanDraft> => {
    const { image = defaultDebugImage, profile = 'baseline' } = params;
    const found = await readObject(parts, apiResources.pod, params.pod, params.namespace, signal);
    const { namespace, path, raw } = found;
    const pod = parsePod(raw, strings, client.toClock);
    const target = requireRunning(pod, params);
    const right = rightTo('patch', found, 'ephemeralcontainers');
    const added = await requireAccess(client, right, signal);
    const attached = await requirePodSocketAccess(parts, 'attach', namespace, signal);
    const name = newDebuggerName(raw);
    const container = { namespace, pod: pod.name, uid: pod.uid, name, image, target: target.name, profile };
    const call = debugContainerCall(container, raw);
    const answer = await rehearse(parts, container, call, signal);
    const attachPath = debugAttachPath(container);
    const [addCommand, attachCommand] = kubectlCommands(parts, container);
    const earlier: PlanRecord = {
      calls: [call, { method: 'GET', path: attachPath }],
      looks: [path],
      follow: [],
      rights: [right, ...attached.rights],
    };
    return {
      targets: [objectTarget(found, containerPin(target))],
      calls: [
        {
          line: client.describeCall(call.method, call.path),
          body: call.body ?? '',
          command: addCommand,
          target: 0,
        },
        { line: client.describeCall('GET', attachPath), command: attachCommand, target: 0 },
      ],
      objects: [
        `debug container ${name} (${image}, profile ${profile}) in pod ${pod.name}, node ${pod.node}`,
        `the shell sees the processes of container ${target.name}, and anything there can be changed`,
        'the debug container cannot be removed: it stays listed in the pod until the pod is deleted',
        ...responseWarnings(answer),
        `allowed: ${added}, ${attached.words.replace(/^allowed: /, '')}`,
      ],
      lost: `Kubernetes cannot remove the debug container from the pod. ${shellLoss}`,
      earlier,
    };
  };

  return {
    plan: async (params, signal) => {
      try {
        return await planned(params, signal);
      } catch (error) {
        throw toPlanError(error, 'debug');
      }
    },

    permits: (plan, signal) => checkPermit(client, parsePlanRecord(plan).rights, signal),

    recheck: async (plan, signal) => {
      const [target] = plan.targets;
      if (target === undefined) return undefined;
      return objectDrift(client, target, parsePlanRecord(plan).looks[0] ?? '', signal, (raw) =>
        containerPin(targetOf(parsePod(raw, strings, client.toClock), plan.params)),
      );
    },

    act: (plan, change, signal) => {
      const {
        calls: [add, attach],
        looks: [podPath = ''],
      } = parsePlanRecord(plan);
      const [{ name: pod, uid } = { name: '', uid: '' }] = plan.targets;
      if (add === undefined || attach === undefined)
        throw new Error('internal error: the plan of a debug container must have two calls');
      const [addCall, attachCall] = plan.calls;
      const added = {
        name: new URLSearchParams(attach.path.split('?')[1]).get('container') ?? '',
        image: plan.params.image ?? defaultDebugImage,
        pod,
        uid,
        podPath,
        attachPath: attach.path,
      };
      const calls = {
        add,
        addLine: addCall?.command ?? addCall?.line ?? '',
        attachLine: attachCall?.command ?? attachCall?.line ?? '',
      };
      return actDebug(parts, added, calls, change, signal);
    },
  };
});
