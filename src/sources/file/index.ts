import type { SourceModule } from '../source.ts';
import { byName } from '../through.ts';
import { type FileConfig, fileConfig, fileReads } from './config.ts';
import { contentFeeds } from './content-feeds.ts';
import { examine } from './doctor.ts';
import { filesFeed } from './files-feed.ts';
import { linesFeeds } from './lines-feed.ts';
import { fileParts } from './parts.ts';
import { statFeeds } from './stat-feeds.ts';
import { fileTails } from './tails.ts';
import { wholeFeeds } from './whole-feeds.ts';

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
