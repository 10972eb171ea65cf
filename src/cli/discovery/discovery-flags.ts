import type { Command } from 'commander';
import { collectTexts, type DiscoveryFlags } from '../command/global-options.ts';

/**
 * Declares the flags that select systems for `here`. `logs` has -A, -C and --context for lines around a match, so there the
 * short names are left out.
 */
export const addDiscoveryFlags = (command: Command, names: 'all' | 'long' = 'all'): Command => {
  const [context, namespace, all] =
    names === 'all'
      ? ['--context, --kube-context <name>', '-n, --namespace <namespace>', '-A, --all-namespaces']
      : ['--kube-context <name>', '-n, --namespace <namespace>', '--all-namespaces'];
  return command
    .option(context, 'with --env here, use this context of the kubeconfig')
    .option(namespace, 'with --env here, use this namespace of the cluster')
    .option(all, 'with --env here, use all namespaces of the cluster')
    .option('--docker-context <name>', 'with --env here, use this context of the Docker CLI')
    .option(
      '--host <user@host>',
      'with --env here, add this machine over ssh. Repeat the flag for each machine',
      collectTexts,
    )
    .option(
      '--prometheus <url>',
      'with --env here, add this Prometheus server. Repeat the flag for each server',
      collectTexts,
    );
};

const keys = ['kubeContext', 'namespace', 'allNamespaces', 'dockerContext', 'host', 'prometheus'] as const;

/** The flags among parsed options; undefined if none was given. */
export const discoveryFlagsOf = (options: Readonly<Record<string, unknown>>): DiscoveryFlags | undefined => {
  const given = keys.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]] as const]));
  return given.length === 0 ? undefined : Object.fromEntries(given);
};
