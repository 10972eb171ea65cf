import type { ReadIo } from '../../doors/io.ts';
import type { WantedSignal } from '../source.ts';
import type { KubeClient } from './client.ts';
import { type KubernetesConfig, namespacesOf } from './config.ts';
import type { Strings } from './strings.ts';
import type { UsageBook } from './usage.ts';

/** What everything in one open source shares. */
export interface KubeParts {
  readonly source: string;
  readonly config: KubernetesConfig;
  readonly client: KubeClient;
  readonly io: ReadIo;
  readonly signals: readonly WantedSignal[];
  readonly strings: Strings;
  readonly usage: UsageBook;
  /** Where the profile is, for files that it names. */
  readonly dir: string;
  /** False: the profile leaves the metrics server out. */
  readonly wantsUsage: boolean;
}

/** The namespaces that are read: the profile's, else the context's own; ['*'] for all. Throws WireError. */
export const namespacesRead = async (
  { config, client }: Pick<KubeParts, 'config' | 'client'>,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const named = namespacesOf(config);
  return named.length > 0 ? named : [(await client.access(signal)).namespace ?? 'default'];
};
