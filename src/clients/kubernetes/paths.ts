import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const atHome = (path: string): string =>
  resolve(path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path);

/** Files that make up the kubeconfig. `said`: the profile or $KUBECONFIG names them, so that no other place counts. */
export const kubeconfigPaths = (
  given: string | undefined,
  fromEnv = process.env.KUBECONFIG,
): { readonly paths: readonly string[]; readonly said: boolean } => {
  if (given !== undefined) return { paths: [atHome(given)], said: true };
  const listed = (fromEnv ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0
    ? { paths: listed.map(atHome), said: true }
    : { paths: [join(homedir(), '.kube', 'config')], said: false };
};
