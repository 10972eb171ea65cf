import type { ReadIo } from '../../doors/io.ts';
import type { SignalRequest } from '../source.ts';
import type { KubeClient } from './client.ts';
import { configuredNamespaces, type KubernetesConfig } from './config.ts';
import type { PodUsageCache } from './pod-usage-cache.ts';
import type { StringPool } from './string-pool.ts';

/** What everything in one open source shares. */
export interface KubeParts {
  readonly source: string;
  readonly config: KubernetesConfig;
  readonly client: KubeClient;
  readonly io: ReadIo;
  readonly signals: readonly SignalRequest[];
  readonly strings: StringPool;
  readonly usage: PodUsageCache;
  /** Where the profile is, for files that it names. */
  readonly dir: string;
  /** False: the profile leaves the metrics server out. */
  readonly wantsUsage: boolean;
}

/** The namespaces that are read: the profile's, else the context's own; ['*'] for all. Throws WireError. */
export const resolveNamespaces = async (
  { config, client }: Pick<KubeParts, 'config' | 'client'>,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const named = configuredNamespaces(config);
  return named.length > 0 ? named : [(await client.access(signal)).namespace ?? 'default'];
};
