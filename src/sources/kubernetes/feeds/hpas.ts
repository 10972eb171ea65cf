import type { Note } from '../../../domain/facts.ts';
import type { Batch } from '../../../domain/reading.ts';
import type { Feed } from '../../source.ts';
import { type Hpa, hpaWords, parseHpa } from '../hpa.ts';
import { kinds } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import { hpaSignals } from '../signals/hpa-signals.ts';
import { feedOf } from './feed.ts';
import { type Followed, follow } from './followed.ts';

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
