import type { ChangeIo } from '../../../doors/io.ts';
import { WireError } from '../../../platform/failures.ts';
import type { WebSocketWire } from '../../../platform/network/stream.ts';
import type { KubeClient } from '../client.ts';
import { kinds, objectPath } from '../kinds.ts';
import { noLogin, problemOf } from '../problem.ts';
import { execProtocols } from './exec-channels.ts';

/** Where a program is run in a pod; without a container, in its only one. Source: Kubernetes API, core/v1, connect exec. */
export const execPath = (
  { namespace, name }: { readonly namespace: string; readonly name: string },
  container: string | undefined,
  argv: readonly string[],
  isFed = false,
): string => {
  const query = new URLSearchParams({
    ...(container === undefined ? {} : { container }),
    ...(isFed ? { stdin: 'true' } : {}),
    stdout: 'true',
    stderr: 'true',
  });
  for (const word of argv) query.append('command', word);
  return `${objectPath(kinds.pod, namespace, name, 'exec')}?${query.toString()}`;
};

/** Opens it by the door that was lent; `typed` names it in what was sent. Throws WireError; a right that is missing says which. */
export const openExec = async (
  client: KubeClient,
  path: string,
  door: Pick<ChangeIo, 'socket'>,
  signal: AbortSignal,
  typed?: string,
): Promise<WebSocketWire> => {
  const { url, headers, tls } = await client.request({ method: 'GET', path }, signal);
  // What a container says is no JSON: a kubelet answers 406 to who accepts nothing else.
  const { accept: _, ...rest } = headers ?? {};
  const asked = {
    url,
    headers: rest,
    protocols: execProtocols,
    ...(typed === undefined ? {} : { typed }),
    ...(tls === undefined ? {} : { tls }),
  };
  try {
    return await door.socket(asked, signal);
  } catch (error) {
    throw explained(error);
  }
};

const explained = (error: unknown): unknown => {
  if (!(error instanceof WireError) || error.kind !== 'denied') return error;
  const [, why] = /^answered 403: (.*)$/.exec(error.message) ?? [];
  return why === undefined
    ? error
    : problemOf(new WireError('denied', 'answered 403 Forbidden'), 403, { message: why }, noLogin);
};
