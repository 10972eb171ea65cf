import type { AnyFact } from '../../../domain/facts.ts';
import type { Batch } from '../../../domain/reading.ts';
import type { Feed } from '../../source.ts';
import { kinds } from '../kinds.ts';
import { type KubeParts, namespacesRead } from '../parts.ts';
import { parsePod } from '../pod/parse.ts';
import { createPodRows } from '../pod/rows.ts';
import type { SlimPod } from '../pod/slim-pod.ts';
import { podSignals } from '../signals/pod-signals.ts';
import { feedOf } from './feed.ts';
import { type Followed, follow } from './followed.ts';
import { narrowed } from './narrowed.ts';

/** Pods, with what they use as the metrics server told it last, and the signals that are made of them. */
export const podsFeed = (parts: KubeParts): { readonly feed: Feed; readonly followed: Followed<SlimPod> } => {
  const { client, strings, usage } = parts;
  const followed = follow(parts, {
    kind: kinds.pod,
    query: narrowed(parts),
    parse: (raw) => parsePod(raw, strings, client.toClock),
  });
  const rowsOf = createPodRows(parts.source);
  const signals = podSignals(parts);
  const read = async (signal: AbortSignal): Promise<Batch<AnyFact>> => {
    // A command reads this feed and nothing else: it would else show pods without what they use, and prove by what was before.
    const [{ objects, faults }] = await Promise.all([
      followed.read(signal),
      parts.wantsUsage && !followed.isWatched() && !usage.isFresh() ? readUsage(parts, signal) : undefined,
    ]);
    const items = rowsOf(objects, usage.of, client.now());
    const samples = faults.length === 0 ? signals.samples(objects, client.now()) : [];
    return { items, faults, ...(signals.ids.length === 0 ? {} : { samples }) };
  };
  return {
    feed: feedOf(parts, { name: 'pods', kind: 'workloads', signals: signals.ids, followed }, read),
    followed,
  };
};

/** Its failure is told by the feed `top`. */
const readUsage = async (parts: KubeParts, signal: AbortSignal): Promise<void> => {
  try {
    for (const namespace of await namespacesRead(parts, signal)) await parts.usage.read(namespace, signal);
  } catch {
    // Rows without numbers are what is left.
  }
};
