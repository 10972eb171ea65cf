import { PlanError } from '../../../../domain/runbooks/operation.ts';
import type { WebSocketWire } from '../../../../platform/network/http-messages.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { resolveExecFile } from '../../../kit/operations/exec-files.ts';
import type { StdinPipe } from '../../../kit/operations/exec-input.ts';
import type { KubeParts } from '../../api/parts.ts';
import { execProtocolV5, stdinCloseFrame, stdinFrame } from './exec-session.ts';
import type { ExecParams, ExecTarget } from './exec-targets.ts';

/** The stdin of a program in a pod. Throws WireError when the API server cannot signal its end. */
export const podStdin = (wire: WebSocketWire): StdinPipe => {
  if (wire.protocol !== execProtocolV5)
    throw new WireError(
      'unconfigured',
      `this API server speaks ${wire.protocol}, which cannot signal the end of stdin: feed requires Kubernetes 1.30 or later`,
    );
  return {
    send: (bytes) => wire.send(stdinFrame(bytes)),
    end: () => wire.send(stdinCloseFrame),
  };
};

/**
 * Resolves the local file in the parameters, if any. A file belongs to one program only. Throws WireError, PlanError.
 */
export const resolvePodFile = async (
  { io, dir }: KubeParts,
  params: ExecParams,
  execTargets: readonly ExecTarget[],
  signal: AbortSignal,
): ReturnType<typeof resolveExecFile> => {
  if ((params.save ?? params.feed) === undefined) return undefined;
  const [execTarget, ...others] = execTargets;
  if (execTarget === undefined || others.length > 0)
    throw new PlanError(
      'failed',
      `${execTargets.length} pods match, but feed works with one only: name one pod, or set first: true`,
    );
  return resolveExecFile(io, params, { dir, names: { pod: execTarget.pod.name } }, signal);
};
