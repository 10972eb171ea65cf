import type { Note } from '../../../domain/facts.ts';
import type { Batch } from '../../../domain/reading.ts';
import type { Feed } from '../../source.ts';
import type { KubernetesRead } from '../config.ts';
import { type Hpa, hpaWords, parseHpa } from '../hpa.ts';
import { kinds, objectNamed } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import {
  type Answer,
  conditionOf,
  type Followed,
  type Found,
  feedOf,
  follow,
  inNamespace,
  type Signals,
  signalsOf,
} from './followed.ts';

type HpaRead = Extract<KubernetesRead, { readonly hpa: string }>;

/** Signals that autoscalers answer: `hpa: x`, `condition: hpa/x`. */
const hpaSignals = (parts: KubeParts): Signals<Hpa> =>
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

/** Autoscalers as notes: how many there are, may be and are wanted, and by which metrics. */
export const hpasFeed = (parts: KubeParts): { readonly feed: Feed; readonly followed: Followed<Hpa> } => {
  const { client, source } = parts;
  const followed = follow(parts, { kind: kinds.hpa, parse: parseHpa });
  const signals = hpaSignals(parts);
  const read = async (signal: AbortSignal): Promise<Batch<Note>> => {
    const { objects, faults } = await followed.read(signal);
    const at = client.now();
    const samples = faults.length === 0 ? signals.samples(objects, at) : [];
    return {
      items: objects.map((hpa) => ({ source, at, title: `hpa ${hpa.name}`, text: hpaWords(hpa) })),
      faults,
      ...(signals.ids.length === 0 ? {} : { samples }),
    };
  };
  return {
    feed: feedOf(parts, { name: 'hpas', kind: 'notes', signals: signals.ids, followed }, read),
    followed,
  };
};
