import type { ReadIo } from '../../../doors/io.ts';
import type { SignalRequest } from '../../kit/contract/source.ts';
import type { KubeClient } from './client.ts';
import { configuredNamespaces, type KubernetesConfig } from './config.ts';
import type { PodUsageCache } from './pod-usage-cache.ts';
import type { StringPool } from './string-pool.ts';

/** The shared parts of one open source. */
export interface KubeParts {
  readonly source: string;
  readonly config: KubernetesConfig;
  readonly client: KubeClient;
  readonly io: ReadIo;
  readonly signals: readonly SignalRequest[];
  readonly strings: StringPool;
  readonly usage: PodUsageCache;
  /** Directory of the profile, for files that it names. */
  readonly dir: string;
  /** False: the profile disables the metrics server. */
  readonly wantsUsage: boolean;
}

/** Namespaces to read: the profile's, otherwise the context's own; ['*'] for all. Throws WireError. */
export const resolveNamespaces = async (
  { config, client }: Pick<KubeParts, 'config' | 'client'>,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const named = configuredNamespaces(config);
  return named.length > 0 ? named : [(await client.access(signal)).namespace ?? 'default'];
};
