import type { Note } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { apiResources, parseObjectRef } from '../api/api-resources.ts';
import type { KubernetesRead } from '../api/config.ts';
import { formatHpa, type Hpa, parseHpa } from '../api/hpa.ts';
import type { KubeParts } from '../api/parts.ts';
import {
  conditionStatus,
  kubeFeed,
  matchesNamespace,
  type ResourceSignals,
  type ResourceWatcher,
  resourceSignals,
  type SignalEvaluator,
  type SignalValue,
  watchResource,
} from './resource-feed.ts';

type HpaRead = Extract<KubernetesRead, { readonly hpa: string }>;

/** Signals computed from autoscalers: `hpa: x`, `condition: hpa/x`. */
const hpaSignals = (parts: KubeParts): ResourceSignals<Hpa> =>
  resourceSignals(parts, (read): SignalEvaluator<Hpa> | undefined => {
    const name = 'hpa' in read ? read.hpa : 'condition' in read ? hpaNameIn(read.condition) : undefined;
    if (name === undefined) return undefined;
    return (hpas) => {
      const chosen = hpas.filter(
        (hpa) => hpa.name === name && matchesNamespace(read.namespace, hpa.namespace),
      );
      if (chosen.length === 0)
        return [{ why: `the autoscaler hpa/${name} was not found: check the name and the namespace` }];
      return chosen.map((hpa) => ({
        ...('condition' in read
          ? conditionStatus(hpa.conditions, read.type)
          : 'hpa' in read
            ? hpaReplicas(hpa, read.value)
            : {}),
        ...(chosen.length === 1 ? {} : { labels: { namespace: hpa.namespace } }),
      }));
    };
  });

const hpaNameIn = (text: string): string | undefined => {
  const object = parseObjectRef(text);
  return object?.kind === apiResources.hpa ? object.name : undefined;
};

const hpaReplicas = (hpa: Hpa, statistic: HpaRead['value']): SignalValue => {
  const value =
    statistic === 'ratio'
      ? hpa.current === undefined || hpa.max === 0
        ? undefined
        : (100 * hpa.current) / hpa.max
      : hpa[statistic];
  return value === undefined ? { why: 'the autoscaler has not reported a value yet' } : { value };
};

/** Autoscalers as notes: current, minimum, maximum and desired replicas, and their metrics. */
export const hpasFeed = (
  parts: KubeParts,
): { readonly feed: Feed; readonly followed: ResourceWatcher<Hpa> } => {
  const { client, source } = parts;
  const followed = watchResource(parts, { kind: apiResources.hpa, parse: parseHpa });
  const signals = hpaSignals(parts);
  const read = async (signal: AbortSignal): Promise<Reading<Note>> => {
    const { objects, faults } = await followed.read(signal);
    const time = client.now();
    const samples = faults.length === 0 ? signals.samples(objects, time) : [];
    return {
      items: objects.map((hpa) => ({ source, at: time, title: `hpa ${hpa.name}`, text: formatHpa(hpa) })),
      faults,
      ...(signals.ids.length === 0 ? {} : { samples }),
    };
  };
  return {
    feed: kubeFeed(parts, { name: 'hpas', kind: 'notes', signals: signals.ids, watcher: followed }, read),
    followed,
  };
};
