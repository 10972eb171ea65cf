import type { Fault, Millis } from '../../domain/fault.ts';
import { toFault } from '../../platform/fault.ts';
import { TunnelError } from '../../platform/network/dial.ts';

/** Why a source cannot be reached on its way (`words`): 'tunnel cut: k8s deployment/bus: nothing lives there now'. */
export const cutFault = (source: string, words: string, error: unknown, at: Millis): Fault => {
  const { message, remedy } = toFault(source, '', error, at);
  const reason = message.replace(/^tunnel cut: /, '');
  return toFault(source, '', new TunnelError(`${words}: ${reason}`, remedy), at);
};
