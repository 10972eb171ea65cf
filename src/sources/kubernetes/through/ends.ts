import type { End } from '../../source.ts';
import { type KubeParts, namespacesRead } from '../parts.ts';
import { podsOfTarget } from '../target-pods.ts';

/** '/': no namespace and no pod has one in its name. */
const separator = '/';

/** An end is called by its pod, in front of which its namespace stands where the source has several. */
const endName = (namespace: string, pod: string, several: boolean): string =>
  several ? `${namespace}${separator}${pod}` : pod;

export const endPod = (
  end: string,
  namespaces: readonly string[],
): { readonly namespace: string; readonly pod: string } => {
  const [pod = '', namespace = namespaces[0] ?? 'default'] = end.split(separator).reverse();
  return { namespace, pod };
};

/** Live pods that a `via:` target means now, the ready ones first. Throws WireError. */
export const endsOf = async (
  parts: KubeParts,
  target: string,
  signal: AbortSignal,
): Promise<readonly End[]> => {
  const namespaces = await namespacesRead(parts, signal);
  const found = await Promise.all(
    namespaces.map((namespace) => podsOfTarget(parts.client, namespace, target, signal)),
  );
  const several = namespaces.length > 1 || namespaces[0] === '*';
  return found
    .flat()
    .filter(
      ({ status, containers }) =>
        status !== 'Terminating' && containers.some(({ status: is }) => is === 'Running'),
    )
    .sort((a, b) => Number(b.isLive) - Number(a.isLive))
    .map(({ name, namespace, uid, isStarting }) => ({
      name: endName(namespace, name, several),
      uid,
      ...(isStarting === true ? { isStarting } : {}),
    }));
};
