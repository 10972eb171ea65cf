import type { Fault } from '../../../domain/base/fault.ts';
import { RemediedError } from '../../../platform/network/to-fault.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { apiResources, listPath } from '../api/api-resources.ts';
import { type KubeParts, resolveNamespaces } from '../api/parts.ts';
import { podMetricsPath } from '../api/pod-usage-cache.ts';
import { kubeFeed } from './resource-feed.ts';

/** The metrics server scrapes every 15 s. */
const resolutionMs = 15_000;

/**
 * Current pod usage: fills the usage columns of `pods` and adds no rows. Faults: `missing` when the cluster
 * has no metrics server (404) or it does not respond (503).
 */
export const podUsageFeed = (parts: KubeParts): Feed => {
  const { client, usage } = parts;
  const words = { name: 'top', kind: 'samples', fills: 'pods', atLeastMs: resolutionMs } as const;
  return kubeFeed(parts, words, async (signal) => {
    let namespaces: readonly string[];
    try {
      namespaces = await resolveNamespaces(parts, signal);
    } catch (error) {
      return { items: [], faults: [client.fault(listPath(apiResources.pod, '*'), error)] };
    }
    const faults: Fault[] = [];
    for (const namespace of namespaces)
      try {
        await usage.read(namespace, signal);
      } catch (error) {
        const absent = isMetricsServerMissing(error);
        faults.push(client.fault(podMetricsPath(namespace), absent ? metricsServerError(error) : error));
        if (absent) break;
      }
    return { items: [], faults };
  });
};

/**
 * True when the API itself reports that no metrics server is registered: a kubeconfig without our context is `missing`
 * too.
 */
export const isMetricsServerMissing = (error: unknown): error is WireError =>
  error instanceof WireError &&
  ((error.kind === 'missing' && /^answered 404\b/.test(error.message)) ||
    (error.kind === 'unreachable' && /^answered 503\b/.test(error.message)));

export const metricsServerError = ({ message }: WireError, of: 'pod' | 'node' = 'pod'): RemediedError =>
  new RemediedError(
    'missing',
    `${message}: ${of} usage is unavailable without metrics-server`,
    'install metrics-server, or remove top from facts:',
  );
