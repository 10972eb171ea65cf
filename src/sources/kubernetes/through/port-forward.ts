import { forwardLost } from '../../../clients/kubernetes/port-forward.ts';
import { abortWireError } from '../../../platform/wire-error.ts';
import type { SourceDial } from '../../source.ts';
import { type KubeParts, namespacesRead } from '../parts.ts';
import { endPod } from './ends.ts';

/** A connection to a port of a pod, by a port-forward of its own. `host` is the name of one of its ends. */
export const portForward =
  (parts: KubeParts): SourceDial =>
  async ({ host, port }, signal) => {
    const { client } = parts;
    let line = host;
    try {
      const { namespace, pod } = endPod(host, await namespacesRead(parts, signal));
      line = `${pod}:${port}`;
      return await client.portForward({ namespace, pod, port }, signal);
    } catch (error) {
      if (signal.aborted) throw abortWireError(signal);
      throw forwardLost(line, error);
    }
  };
