import { type KubernetesReader, kubernetesReads } from '../../clients/kubernetes/reading.ts';
import { isObject } from '../../domain/text/value-text.ts';
import type { Entry } from '../../importer/first-profile.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { kubeApiError, noLogin } from '../../sources/kit/contract/kube-api-errors.ts';
import type { CommandContext } from '../command/context.ts';

/** Reads the JSON of a path of the API; rejects with the error of any status but 2xx. `seen` gets the whole response. */
export const jsonOf = async (
  reads: KubernetesReader,
  path: string,
  { clock }: CommandContext,
  signal: AbortSignal,
  seen: (answer: HttpAnswer) => void = () => {},
): Promise<unknown> => {
  const answer: HttpAnswer = await reads.get(path, signal);
  const problem = kubeApiError(answer, clock.wallNow(), reads.known()?.login ?? noLogin);
  if (problem !== undefined) throw problem;
  seen(answer);
  return answer.json();
};

/** The context of a kubeconfig with which a cluster is searched. */
export interface ClusterLogin {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** The keys of a Kubernetes entry that select its cluster. */
export const loginOf = (entry: unknown): ClusterLogin => {
  const { context, kubeconfig } = isObject(entry) ? entry : {};
  return {
    ...(typeof context === 'string' ? { context } : {}),
    ...(typeof kubeconfig === 'string' ? { kubeconfig } : {}),
  };
};

/** The path of a list in the namespaces that an entry of Kubernetes selects: one of them, or all. */
export const namespacedPath = (
  { namespace, namespaces }: Entry,
  api: string,
  plural: string,
  most: number,
): string => {
  const of =
    namespaces !== undefined ? '' : `/namespaces/${typeof namespace === 'string' ? namespace : 'default'}`;
  return `${api}${of}/${plural}?limit=${most}`;
};

/** Reads a cluster with a connection of its own, which is closed afterwards. */
export const withClusterReads = async <T>(
  context: CommandContext,
  login: ClusterLogin,
  read: (reads: KubernetesReader) => Promise<T>,
): Promise<T> => {
  const io = context.openIo();
  try {
    return await read(io.open(kubernetesReads, login));
  } finally {
    await io.close();
  }
};
