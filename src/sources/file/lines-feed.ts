import { stripControls } from '../../domain/controls.ts';
import { parseDuration } from '../../domain/duration.ts';
import { viewFilter } from '../../logs/reading/view-filter.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { fileReads, type LinesRead } from './config.ts';
import { fileFeed, lost, ofForm, sampleOf, type Wanted } from './feed.ts';
import { Follower } from './follow.ts';
import { LineRate } from './line-rate.ts';
import type { FileParts } from './parts.ts';

/** All `lines` signals, from one look at the ends of the files in `paths`: none, or one feed. */
export const linesFeeds = (parts: FileParts, signals: readonly WantedSignal[]): readonly Feed[] => {
  const wanted = ofForm(signals, linesRead);
  return wanted.length === 0 ? [] : [linesFeed(parts, wanted)];
};

const linesFeed = (parts: FileParts, wanted: readonly Wanted<LinesRead>[]): Feed => {
  const globs = parts.config.paths.map(parts.place);
  const follower = new Follower(parts.files, globs);
  const counters = wanted.map(({ id, read }) => {
    const view = parts.views.find(({ name }) => name === read.lines);
    const rate = new LineRate(parseDuration(read.per ?? '1m') ?? 60_000);
    return { id, name: read.lines, rate, shows: view && viewFilter(view, parts.heads) };
  });
  const words = {
    name: 'lines',
    kind: 'samples',
    signals: wanted.map(({ id }) => id),
    needsTwo: true,
  } as const;
  return fileFeed(parts, words, async (signal) => {
    try {
      const { lines, gap } = await follower.look(signal);
      const at = parts.now();
      const texts = lines.map(stripControls);
      return {
        items: counters.map(({ id, name, rate, shows }) => {
          if (shows === undefined)
            return sampleOf(parts, id, { why: `the profile has no log view "${name}"` });
          rate.add(gap === undefined ? texts.filter((text) => shows(text)).length : undefined, at);
          return sampleOf(parts, id, gap === undefined ? rate.value() : { why: gap });
        }),
        faults: [],
      };
    } catch (error) {
      return lost(parts, globs.join(', '), wanted, error);
    }
  });
};

const linesRead = (read: WantedSignal['read']): LinesRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'lines' in parsed ? parsed : undefined;
};
