import { stripControls } from '../../domain/controls.ts';
import { parseDuration } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import { viewFilter } from '../../logs/reading/line-window.ts';
import { byName } from '../connection.ts';
import type { Feed, SourceModule, WantedSignal } from '../source.ts';
import { type FileConfig, fileConfig, fileReads, type LinesRead } from './config.ts';
import { contentFeeds } from './content-feeds.ts';
import { examine } from './doctor.ts';
import { fileFeed, lost, ofForm, sampleOf, type Wanted } from './feed.ts';
import { Follower } from './follow.ts';
import type { FileParts, Found } from './parts.ts';
import { fileParts } from './parts.ts';
import { filesFeed, statFeeds } from './stat-feeds.ts';
import { fileTails } from './tails.ts';
import { wholeFeeds } from './whole-feeds.ts';

interface Count {
  readonly from: Millis;
  readonly to: Millis;
  readonly matches: number;
}

/** How many lines matched in the last `perMs`, from counts of one look after the other. */
class LineRate {
  readonly #perMs: Millis;
  #counts: readonly Count[] = [];
  #lastAt: Millis | undefined;

  constructor(perMs: Millis) {
    this.#perMs = perMs;
  }

  /** `matches`: since the look before; undefined when nobody knows. */
  add(matches: number | undefined, at: Millis): void {
    const from = this.#lastAt;
    this.#lastAt = at;
    if (matches === undefined || from === undefined) this.#counts = [];
    else
      this.#counts = [...this.#counts, { from, to: at, matches }].filter(({ to }) => to > at - this.#perMs);
  }

  /**
   * Per `perMs`. Until that long has been watched, what was seen is scaled up; the oldest count, which began before the
   * time that is looked at, is taken in part.
   */
  value(): Found {
    const at = this.#lastAt ?? 0;
    const begin = at - this.#perMs;
    const first = this.#counts[0];
    if (first === undefined) return { why: 'lines are counted from now on' };
    const matches = this.#counts.reduce((sum, count) => sum + count.matches * shareBehind(begin, count), 0);
    const watchedMs = Math.min(this.#perMs, at - first.from);
    return watchedMs === 0
      ? { why: 'lines are counted from now on' }
      : { value: (matches * this.#perMs) / watchedMs };
  }
}

const shareBehind = (begin: Millis, { from, to }: Count): number =>
  from >= begin || to === from ? 1 : (to - begin) / (to - from);

/** All `lines` signals, from one look at the ends of the files in `paths`: none, or one feed. */
const linesFeeds = (parts: FileParts, signals: readonly WantedSignal[]): readonly Feed[] => {
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

/** Files of this machine, or of the ends of a `via:`: numbers in CSV and JSON, ages and sizes, lines of logs. */
export const file: SourceModule<FileConfig> = {
  type: 'file',
  title: 'Files: CSV, JSON, ages and sizes',
  config: fileConfig,
  reads: fileReads,
  countsLines: true,
  hasTails: true,
  feedNames: ['metrics', 'lines', 'files'],
  operations: {},
  carries: 'programs',
  through: (config, ends) => ({ ...config, ends: byName(ends).map(({ name }) => name) }),
  gives: () => ({ kinds: [] }),
  open: async ({ id, config, signals, ...from }, io) => {
    const all = (config.ends ?? ['']).map((end) => fileParts(id, config, io, from, end));
    return {
      id,
      feeds: all.flatMap((parts) => [
        ...contentFeeds(parts, signals),
        ...statFeeds(parts, signals),
        ...wholeFeeds(parts, signals),
        ...linesFeeds(parts, signals),
        filesFeed(parts),
      ]),
      operations: [],
      doctor: async (signal) =>
        (await Promise.all(all.map((parts) => examine(parts, signals, signal)))).flat(),
      tails: fileTails(all.filter(({ end }) => end === '')),
      close: () => io.close(),
    };
  },
};
