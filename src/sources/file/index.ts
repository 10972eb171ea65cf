import { parseDuration } from '../../domain/text/duration.ts';
import { endpointsByName } from '../kit/contract/connection.ts';
import type { Feed, SignalRequest, SourceModule } from '../kit/contract/source.ts';
import { compileViewFilter } from '../kit/counting/line-count.ts';
import { type FileConfig, type FileLinesRead, fileConfig, fileReads } from './config.ts';
import { contentFeeds } from './content-feeds.ts';
import { diagnoseFileSource } from './doctor.ts';
import type { FileContext } from './file-context.ts';
import { createFileContext } from './file-context.ts';
import { FileFollower } from './file-follower.ts';
import { LineRate } from './line-rates.ts';
import {
  type FileSignalRead,
  fileFeed,
  fileSample,
  fileSignalsOfForm,
  missingFileBatch,
} from './signal-feed.ts';
import { filesFeed, statFeeds } from './stat-feeds.ts';
import { countStreamLines, readLines } from './stream-lines.ts';
import { tailFeed } from './tail-feed.ts';
import { fileTails } from './tails.ts';
import { wholeFeeds } from './whole-feeds.ts';

/** All `lines` signals, from one read of the ends of the files in `paths`: none, or one feed. */
const linesFeeds = (parts: FileContext, signals: readonly SignalRequest[]): readonly Feed[] => {
  const linesReads = fileSignalsOfForm(signals, asLinesRead);
  return linesReads.length === 0 ? [] : [linesFeed(parts, linesReads)];
};

const linesFeed = (parts: FileContext, linesReads: readonly FileSignalRead<FileLinesRead>[]): Feed => {
  const globs = parts.config.paths.map(parts.resolvePath);
  const follower = new FileFollower(parts.files, globs);
  const counters = linesReads.map(({ id, read }) => {
    const view = parts.views.find(({ name }) => name === read.lines);
    const rate = new LineRate(parseDuration(read.per ?? '1m') ?? 60_000);
    return { id, name: read.lines, rate, shows: view && compileViewFilter(view, parts.heads) };
  });
  const words = {
    name: 'lines',
    kind: 'samples',
    signals: linesReads.map(({ id }) => id),
    needsTwo: true,
  } as const;
  let previousAt = parts.now();
  return fileFeed(parts, words, async (signal) => {
    try {
      const { files, gap } = await follower.poll(signal);
      const time = parts.now();
      const wallOffset = parts.wallNow() - time;
      const read = await readLines(files, { heads: parts.heads, from: previousAt, to: time, wallOffset });
      previousAt = time;
      return {
        items: counters.map(({ id, name, rate, shows }) => {
          if (shows === undefined)
            return fileSample(parts, id, {
              why: `no log view is called "${name}". Add the view under logs.views`,
            });
          const counts = read.map(({ path, lines }) => ({ path, lines: countStreamLines(lines, shows) }));
          rate.add(gap === undefined ? counts : undefined, time);
          return fileSample(parts, id, gap === undefined ? rate.value() : { why: gap });
        }),
        faults: [],
      };
    } catch (error) {
      return missingFileBatch(parts, globs.join(', '), linesReads, error);
    }
  });
};

const asLinesRead = (read: SignalRequest['read']): FileLinesRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'lines' in parsed ? parsed : undefined;
};

/** Files on this machine, or on the endpoints of a `via:`: numbers in CSV and JSON, ages and sizes, log lines. */
export const file: SourceModule<FileConfig> = {
  type: 'file',
  title: 'Local files: values in CSV and JSON, ages and sizes',
  config: fileConfig,
  reads: fileReads,
  countsLines: true,
  hasTails: true,
  feedNames: ['metrics', 'lines', 'files', 'tail'],
  operations: {},
  viaTransport: 'programs',
  routeConfig: (config, ends) => ({ ...config, endpoints: endpointsByName(ends).map(({ name }) => name) }),
  gives: () => ({ kinds: [] }),
  open: async ({ id, config, signals, ...from }, io) => {
    const all = (config.endpoints ?? ['']).map((end) => createFileContext(id, config, io, from, end));
    return {
      id,
      feeds: all.flatMap((parts) => [
        ...contentFeeds(parts, signals),
        ...statFeeds(parts, signals),
        ...wholeFeeds(parts, signals),
        ...linesFeeds(parts, signals),
        filesFeed(parts),
        tailFeed(parts),
      ]),
      operations: [],
      doctor: async (signal) =>
        (await Promise.all(all.map((parts) => diagnoseFileSource(parts, signals, signal)))).flat(),
      tails: fileTails(all.filter(({ endpoint: end }) => end === '')),
      close: () => io.close(),
    };
  },
};
