import { z } from 'zod';
import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import { defined } from '../../../../domain/base/defined.ts';
import { oneLine } from '../../../../platform/masking/sanitize.ts';
import { chance } from '../../../../platform/runtime/random.ts';
import { shellArgv } from '../../../kit/operations/shell-operation.ts';
import { field, list, text } from '../../../kit/values/wire-value.ts';
import { apiResources, objectPath } from '../../api/api-resources.ts';
import { parseContainerState, terminationReason } from '../../pod/container-summary.ts';
import { strategicMergeCall } from '../write/pod-template.ts';

export const defaultDebugImage = 'busybox:stable';

/** Host, path, tag and digest. Source: github.com/distribution/reference, the grammar of a reference. */
const imageReference =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

export const zDebugImage = z
  .string()
  .max(512)
  .regex(imageReference, {
    error: (issue) => `"${String(issue.input)}" is not an image reference: use NAME:TAG or NAME@sha256:…`,
  })
  .meta({
    description: `image of the debug container, which must contain sh. The default is ${defaultDebugImage}`,
  });

/** Security profiles of a debug container, by the names of `kubectl debug --profile`. */
export const debugProfiles = ['baseline', 'general', 'restricted'] as const;
export type DebugProfile = (typeof debugProfiles)[number];

/** The shell ends after two hours without input, which is the limit of a step, if the connection to the shell was lost. */
const idleSeconds = 2 * 60 * 60;

/** The command of a debug container: the shell of other containers, which bash and BusyBox end when nothing is typed. */
export const debugArgv: readonly string[] = [
  ...shellArgv.slice(0, -1),
  `TMOUT=${idleSeconds}; export TMOUT; ${shellArgv.at(-1) ?? ''}`,
];

/** Letters and digits of generated names. Source: k8s.io/apimachinery, util/rand. */
const nameLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** A name that no container of the pod has: 'debugger-x7k2p'. */
export const newDebuggerName = (raw: unknown): string => {
  const taken = list(field(field(raw, 'spec'), 'ephemeralContainers')).map((each) =>
    text(field(each, 'name')),
  );
  for (;;) {
    const letters = Array.from({ length: 5 }, () => nameLetters[Math.floor(chance() * nameLetters.length)]);
    const name = `debugger-${letters.join('')}`;
    if (!taken.includes(name)) return name;
  }
};

/** The user and group of the target container, which the same profile of other containers requires. */
const userOf = (raw: unknown, target: string): Readonly<Record<string, unknown>> => {
  const container = list(field(field(raw, 'spec'), 'containers')).find(
    (each) => text(field(each, 'name')) === target,
  );
  const context = field(container, 'securityContext');
  return defined({ runAsUser: field(context, 'runAsUser'), runAsGroup: field(context, 'runAsGroup') });
};

/** Source: kubectl, pkg/cmd/debug/profiles.go; for `restricted`, Pod Security Standards. */
const securityContextOf = (
  profile: DebugProfile,
  raw: unknown,
  target: string,
): Readonly<Record<string, unknown>> | undefined => {
  if (profile === 'general') return { capabilities: { add: ['SYS_PTRACE'] } };
  if (profile === 'baseline') return undefined;
  return {
    ...userOf(raw, target),
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
};

/** A debug container to add. */
export interface DebugContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly name: string;
  readonly image: string;
  /** The container whose processes it sees. */
  readonly target: string;
  readonly profile: DebugProfile;
}

/**
 * The call that adds a debug container. The uid is a precondition; the resource version is none, because every update of the
 * status changes it. The list merges by name, so an ephemeral container that is added in the meantime is kept.
 */
export const debugContainerCall = (container: DebugContainer, raw: unknown): KubeCall => {
  const { namespace, pod, uid, name, image, target, profile } = container;
  return strategicMergeCall(objectPath(apiResources.pod, namespace, pod, 'ephemeralcontainers'), {
    metadata: { uid },
    spec: {
      ephemeralContainers: [
        {
          name,
          image,
          command: debugArgv,
          stdin: true,
          stdinOnce: true,
          tty: true,
          targetContainerName: target,
          ...defined({ securityContext: securityContextOf(profile, raw, target) }),
        },
      ],
    },
  });
};

/** Path of the terminal of a container. Source: Kubernetes API, core/v1, connect attach. */
export const debugAttachPath = ({ namespace, pod, name }: DebugContainer): string => {
  const query = new URLSearchParams({ container: name, stdin: 'true', stdout: 'true', tty: 'true' });
  return `${objectPath(apiResources.pod, namespace, pod, 'attach')}?${query.toString()}`;
};

/** Reasons of a container that does not start; the kubelet tries again. Source: kubelet, images and kuberuntime. */
const startFailures: readonly string[] = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
];

/** State of a debug container. `waiting`: not yet running; `stuck`: cannot be started. */
export interface DebugState {
  readonly is: 'waiting' | 'stuck' | 'running' | 'ended';
  /** 'ErrImagePull: …', 'exited with status 3'. */
  readonly words: string;
}

/** Parses the state of an ephemeral container from its pod. */
export const parseDebugState = (raw: unknown, name: string): DebugState => {
  const status = list(field(field(raw, 'status'), 'ephemeralContainerStatuses')).find(
    (each) => text(field(each, 'name')) === name,
  );
  if (status === undefined) return { is: 'waiting', words: 'the kubelet has not reported the container yet' };
  const { waiting, terminated, isRunning } = parseContainerState(status);
  if (isRunning) return { is: 'running', words: 'running' };
  if (terminated !== undefined) {
    const reason = terminationReason(terminated);
    const why = ['Completed', 'Error'].includes(reason) ? '' : ` (${reason})`;
    const message = terminated.message === '' ? '' : `: ${oneLine(terminated.message, 280)}`;
    return { is: 'ended', words: `exited with status ${terminated.exitCode}${why}${message}` };
  }
  const { reason = '', message = '' } = waiting ?? {};
  return {
    is: startFailures.includes(reason) ? 'stuck' : 'waiting',
    words: oneLine([reason, message].filter((part) => part !== '').join(': '), 280) || 'waiting',
  };
};
