import { type Kind, objectNamed } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import type { SlimWorkload } from '../workload/slim.ts';
import { type Answer, conditionOf, type Found, inNamespace, type Signals, signalsOf } from './wanted.ts';

/** Signals that one kind of workload answers: `ready: deployment/x`, `condition: deployment/x`. */
export const workloadSignals = (parts: KubeParts, kind: Kind): Signals<SlimWorkload> =>
  signalsOf(parts, (read): Answer<SlimWorkload> | undefined => {
    const named = 'ready' in read ? read.ready : 'condition' in read ? read.condition : '';
    const object = objectNamed(named);
    if (object === undefined || object.kind !== kind) return undefined;
    return (workloads) => {
      const chosen = workloads.filter(
        ({ row }) => row.name === object.name && inNamespace(read.namespace, row.namespace),
      );
      if (chosen.length === 0) return [{ why: `there is no ${named}` }];
      return chosen.map((one) => ({
        ...('condition' in read ? conditionOf(one.conditions, read.type) : readyOf(one, 'of' in read)),
        ...(chosen.length === 1 ? {} : { labels: { namespace: one.row.namespace } }),
      }));
    };
  });

const readyOf = ({ row: { ready, wanted } }: SlimWorkload, isShare: boolean): Found => {
  if (ready === undefined || wanted === undefined) return { why: 'its readiness is not known' };
  if (!isShare) return { value: ready };
  return wanted === 0 ? { why: 'none are wanted' } : { value: (100 * ready) / wanted };
};
