import type { SourceModule } from '../source.ts';
import { type FileConfig, fileConfig, fileReads } from './config.ts';
import { contentFeeds } from './content-feeds.ts';
import { examine } from './doctor.ts';
import { filesFeed } from './files-feed.ts';
import { linesFeeds } from './lines-feed.ts';
import { fileParts } from './parts.ts';
import { statFeeds } from './stat-feeds.ts';

/** Files of this machine: numbers in CSV and JSON, ages and sizes, lines of logs. */
export const file: SourceModule<FileConfig> = {
  type: 'file',
  title: 'Files: CSV, JSON, ages and sizes',
  config: fileConfig,
  reads: fileReads,
  countsLines: true,
  feedNames: ['metrics', 'lines', 'files'],
  operations: {},
  gives: () => ({ kinds: [] }),
  open: async ({ id, config, signals, ...from }, io) => {
    const parts = fileParts(id, config, io, from);
    return {
      id,
      feeds: [
        ...contentFeeds(parts, signals),
        ...statFeeds(parts, signals),
        ...linesFeeds(parts, signals),
        filesFeed(parts),
      ],
      operations: [],
      doctor: (signal) => examine(parts, signals, signal),
      close: () => io.close(),
    };
  },
};
