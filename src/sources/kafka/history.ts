import type { Millis } from '../../domain/fault.ts';
import type { Sample } from './samples.ts';

/** As many samples as a window needs; more are thinned out, however often somebody reads. */
const mostSamples = 24;

/** What was seen of partitions during the last window. */
export interface History {
  /** Adds a sample; gives those of the window, oldest first, this one included. */
  add(key: string, sample: Sample): readonly Sample[];
  /** Forgets what has not been seen for a window. */
  prune(now: Millis): void;
}

/** An offset that went back means another beginning: offsets were set anew, or the topic was. */
const wentBack = (before: Sample, after: Sample): boolean =>
  after.committed < before.committed || after.end < before.end;

export const createHistory = (windowMs: Millis): History => {
  const seen = new Map<string, Sample[]>();
  const leastApartMs = windowMs / mostSamples;
  return {
    add: (key, sample) => {
      const samples = seen.get(key) ?? [];
      const newest = samples.at(-1);
      if (newest !== undefined && wentBack(newest, sample)) samples.length = 0;
      const before = samples.at(-2);
      const isClose = before !== undefined && sample.at - before.at < leastApartMs;
      if (samples.length > 0 && (isClose || samples.at(-1)?.at === sample.at)) samples.pop();
      samples.push(sample);
      const young = samples.findIndex(({ at }) => at >= sample.at - windowMs);
      samples.splice(0, young);
      seen.set(key, samples);
      return samples;
    },
    prune: (now) => {
      for (const [key, samples] of seen) if ((samples.at(-1)?.at ?? 0) < now - windowMs) seen.delete(key);
    },
  };
};
