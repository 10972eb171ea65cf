import type { Program } from '../../../../platform/processes/program.ts';
import { clusterArgs } from '../../../kit/contract/api-server.ts';
import type { KubeParts } from '../../api/parts.ts';

/**
 * Variables for Helm: those of opsdeck, because the login of a kubeconfig may need AWS_PROFILE and the like, without the settings
 * of Helm, which could choose another cluster, login or storage. Source: helm.sh/helm, pkg/cli/environment.go.
 */
export const helmEnv = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || name.startsWith('HELM_') ? [] : [[name, value]],
    ),
  ),
  HELM_DRIVER: 'secret',
});

/** The context of a pod's own service account, which has no kubeconfig. */
const inCluster = 'in-cluster';

/**
 * Options that name the cluster of the source, also the address that opsdeck itself reads, so that a kubeconfig that changes
 * meanwhile cannot lead to another one. Throws WireError.
 */
const clusterOptions = async (
  { client, config, dir }: Pick<KubeParts, 'client' | 'config' | 'dir'>,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { context, server } = await client.access(signal);
  const { kubeconfig } = config;
  // With any of these options Helm does not look for the service account.
  if (context === inCluster && kubeconfig === undefined && config.context === undefined) return [];
  const file = kubeconfig === undefined ? [] : clusterArgs({ kubeconfig }, dir);
  return [...file, '--kube-context', context, '--kube-apiserver', server];
};

/** Finds the program; undefined if it is not installed on this machine. */
export const findHelm = async ({
  config: { helm = 'helm' },
  io,
}: Pick<KubeParts, 'config' | 'io'>): Promise<string | undefined> =>
  helm.startsWith('/') ? ((await isFile(io, helm)) ? helm : undefined) : io.findProgram(helm);

const isFile = async ({ files }: KubeParts['io'], path: string): Promise<boolean> => {
  const { signal } = new AbortController();
  return files.stat(path, signal).then(
    ({ kind }) => kind === 'file',
    () => false,
  );
};

/** The arguments of a rollback. Throws WireError. */
export const rollbackArgv = async (
  parts: KubeParts,
  helm: string,
  {
    namespace,
    release,
    revision,
  }: { readonly namespace: string; readonly release: string; readonly revision: number },
  signal: AbortSignal,
): Promise<readonly string[]> => [
  ...[helm, 'rollback', release, String(revision), '--namespace', namespace],
  ...(await clusterOptions(parts, signal)),
  // All revisions stay: the oldest of them may be the one that is restored, which proves the result.
  ...['--history-max', '0'],
];

/** Helm with these arguments. */
export const helmProgram = (argv: readonly string[], typed: string): Program => ({
  argv,
  env: helmEnv(),
  typed,
});
