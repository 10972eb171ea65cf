import type { Hpa } from '../hpa.ts';
import { kinds, objectNamed } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import type { KubernetesRead } from '../reads.ts';
import { type Answer, conditionOf, type Found, inNamespace, type Signals, signalsOf } from './wanted.ts';

type HpaRead = Extract<KubernetesRead, { readonly hpa: string }>;

/** Signals that autoscalers answer: `hpa: x`, `condition: hpa/x`. */
export const hpaSignals = (parts: KubeParts): Signals<Hpa> =>
  signalsOf(parts, (read): Answer<Hpa> | undefined => {
    const name = 'hpa' in read ? read.hpa : 'condition' in read ? scalerNamed(read.condition) : undefined;
    if (name === undefined) return undefined;
    return (hpas) => {
      const chosen = hpas.filter((one) => one.name === name && inNamespace(read.namespace, one.namespace));
      if (chosen.length === 0) return [{ why: `there is no hpa ${name}` }];
      return chosen.map((one) => ({
        ...('condition' in read
          ? conditionOf(one.conditions, read.type)
          : 'hpa' in read
            ? replicasOf(one, read.value)
            : {}),
        ...(chosen.length === 1 ? {} : { labels: { namespace: one.namespace } }),
      }));
    };
  });

const scalerNamed = (text: string): string | undefined => {
  const object = objectNamed(text);
  return object?.kind === kinds.hpa ? object.name : undefined;
};

const replicasOf = (hpa: Hpa, wanted: HpaRead['value']): Found => {
  const value =
    wanted === 'ratio'
      ? hpa.current === undefined || hpa.max === 0
        ? undefined
        : (100 * hpa.current) / hpa.max
      : hpa[wanted];
  return value === undefined ? { why: 'its controller has not told yet' } : { value };
};
