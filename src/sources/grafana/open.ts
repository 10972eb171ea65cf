import type { ReadIo } from '../../doors/io.ts';
import { identityFault } from '../kit/contract/identity.ts';
import type { Source, SourceOptions } from '../kit/contract/source.ts';
import { openGrafanaClient } from './client.ts';
import type { GrafanaConfig } from './config.ts';
import { diagnoseGrafana } from './doctor.ts';
import { annotationChanges, dashboardsFeed, healthFeed, ruleAlertsFeed } from './feeds.ts';
import { grafanaFingerprint } from './fingerprint.ts';
import { grafanaOperations } from './operations.ts';

/** Opens one source. Contacts nothing yet. */
export const openGrafana = (
  { id, env, config, signals }: SourceOptions<GrafanaConfig>,
  io: ReadIo,
): Source => {
  const client = openGrafanaClient(id, config, io);
  const { identity } = config;
  return {
    id,
    feeds: [
      healthFeed(client, env),
      ...(config.alerts ? [ruleAlertsFeed(client, signals)] : []),
      dashboardsFeed(client),
    ],
    operations: grafanaOperations.map((grafanaOperation) => grafanaOperation.open(client)),
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(client.api.endpoint, identity, client.api.wallNow, signal) }),
    fingerprint: (signal) => grafanaFingerprint(client, signal),
    doctor: (signal) => diagnoseGrafana(client, signal),
    recentChanges: annotationChanges(client),
    close: () => io.close(),
  };
};
