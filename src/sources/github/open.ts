import type { ReadIo } from '../../doors/io.ts';
import { identityFault } from '../kit/contract/identity.ts';
import type { Source, SourceOptions } from '../kit/contract/source.ts';
import { field, number } from '../kit/values/wire-value.ts';
import { openGithubClient } from './client.ts';
import type { GithubConfig } from './config.ts';
import { deploymentsFeed } from './deployments.ts';
import { diagnoseGithub } from './doctor.ts';
import { findingsFeeds } from './findings.ts';
import { noteFeeds } from './notes.ts';
import { githubOperations } from './operations.ts';
import { githubChanges } from './recent-changes.ts';
import { repositoryListFeeds } from './repository-lists.ts';
import { createRunReader } from './run-reader.ts';
import { describeCiRow } from './run-report.ts';
import { runsFeed } from './runs.ts';

/** Opens one source. Contacts nothing yet. */
export const openGithub = ({ id, config, signals }: SourceOptions<GithubConfig>, io: ReadIo): Source => {
  const client = openGithubClient(id, config, io);
  const reader = createRunReader(client);
  const { identity } = config;
  return {
    id,
    feeds: [
      runsFeed(client, reader, signals),
      deploymentsFeed(client),
      ...findingsFeeds(client, config),
      ...noteFeeds(client, reader),
      ...repositoryListFeeds(client, signals),
    ],
    operations: githubOperations.map((githubOperation) => githubOperation.open(client)),
    describesAs: ['describe'],
    describe: describeCiRow(client, reader),
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(client.endpoint, identity, client.wallNow, signal) }),
    fingerprint: async (signal) => {
      const id = number(field(await client.json(client.repoPath, signal), 'id'));
      return { parts: id === undefined ? {} : { repository: String(id) } };
    },
    doctor: (signal) => diagnoseGithub(client, signals, signal),
    recentChanges: githubChanges(client),
    close: () => io.close(),
  };
};
