import { defined } from '../../../../domain/base/defined.ts';
import { entries, field, number } from '../../../kit/values/wire-value.ts';
import { apiResources, listPath } from '../../api/api-resources.ts';
import type { KubeClient } from '../../api/client.ts';
import { matchesLabels, parseSpecSelector } from '../../api/label-selector.ts';
import { parseListChunk } from '../../api/list-watch.ts';
import { parseMeta } from '../../api/object-meta.ts';

/** A PodDisruptionBudget: how many of its pods may be evicted now. */
interface DisruptionBudget {
  readonly namespace: string;
  readonly name: string;
  /** 'minAvailable 2' */
  readonly rule: string;
  /** Absent: its controller has not written a status yet. */
  readonly allowed?: number;
  covers(pod: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }): boolean;
}

const parseBudget = (raw: unknown): readonly DisruptionBudget[] => {
  const spec = field(raw, 'spec');
  const selector = parseSpecSelector(field(spec, 'selector'));
  if (selector === undefined) return [];
  const { name, namespace } = parseMeta(raw);
  const allowed = number(field(field(raw, 'status'), 'disruptionsAllowed'));
  const rule = entries(spec)
    .filter(([key]) => key === 'minAvailable' || key === 'maxUnavailable')
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');
  return [
    {
      namespace,
      name,
      rule,
      ...defined({ allowed }),
      covers: (pod) => pod.namespace === namespace && matchesLabels(selector, pod.labels),
    },
  ];
};

/** Reads the budgets of a namespace; '*': of all. Throws WireError. */
export const readDisruptionBudgets = async (
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly DisruptionBudget[]> =>
  parseListChunk(await client.get(listPath(apiResources.pdb, namespace), signal)).items.flatMap(parseBudget);

/** 'PodDisruptionBudget bus (minAvailable 2): 1 disruptions allowed now' */
export const formatBudget = ({ name, rule, allowed }: DisruptionBudget): string =>
  `PodDisruptionBudget ${name} (${rule}): ${allowed ?? 'unknown'} disruptions allowed now`;
