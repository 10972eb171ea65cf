import type { Hpa } from '../hpa.ts';
import type { KubeParts } from '../parts.ts';
import type { KubernetesRead } from '../reads.ts';
import { type Answer, type Found, inNamespace, type Signals, signalsOf } from './wanted.ts';

type HpaRead = Extract<KubernetesRead, { readonly hpa: string }>;

/** Signals that autoscalers answer. */
export const hpaSignals = (parts: KubeParts): Signals<Hpa> =>
  signalsOf(parts, (read): Answer<Hpa> | undefined => {
    if (!('hpa' in read)) return undefined;
    return (hpas) => {
      const chosen = hpas.filter(
        (one) => one.name === read.hpa && inNamespace(read.namespace, one.namespace),
      );
      if (chosen.length === 0) return [{ why: `there is no hpa ${read.hpa}` }];
      return chosen.map((one) => ({
        ...replicasOf(one, read.value),
        ...(chosen.length === 1 ? {} : { labels: { namespace: one.namespace } }),
      }));
    };
  });

const replicasOf = (hpa: Hpa, wanted: HpaRead['value']): Found => {
  const value =
    wanted === 'ratio'
      ? hpa.current === undefined || hpa.max === 0
        ? undefined
        : (100 * hpa.current) / hpa.max
      : hpa[wanted];
  return value === undefined ? { why: 'its controller has not told yet' } : { value };
};
