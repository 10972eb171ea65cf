import {
  declarationsOf,
  defineSource,
  getCommand,
  httpReadingAccess,
  identityFault,
  type ReadIo,
  type RowCommand,
  routeToFirst,
  type Source,
  type SourceOptions,
  withKubeconfigOf,
} from '../../sdk.ts';
import { openAlertmanagerClient } from './client.ts';
import { type AlertmanagerConfig, alertmanagerConfig } from './config.ts';
import { diagnoseAlertmanager } from './doctor.ts';
import { expireOperation } from './expire-operation.ts';
import { alertStarts, alertsFeed, silencesFeed } from './feeds.ts';
import { alertmanagerFingerprint } from './fingerprint.ts';
import { silenceOperation } from './silence-operation.ts';

/** The alerts of one name. */
const alertmanagerRowCommand: RowCommand<AlertmanagerConfig> = (config, row, dir) =>
  row.kind !== 'alerts'
    ? undefined
    : getCommand(config, '/api/v2/alerts', ['filter', `alertname=${JSON.stringify(row.fact.name)}`], dir);

const operations = [silenceOperation, expireOperation];

/** An Alertmanager with API v2: its alerts and silences, and operations to create and expire silences. */
export const alertmanager = defineSource<AlertmanagerConfig>({
  type: 'alertmanager',
  title: 'Alertmanager',
  config: alertmanagerConfig,
  feedNames: ['alerts', 'silences'],
  operations: declarationsOf(operations),
  gives: () => ({ kinds: ['alerts'] }),
  recordsChanges: true,
  viaDefaults: { url: 'http://via' },
  routeConfig: routeToFirst,
  // The login to an API server is a person's.
  readingAccess: (config) => (config.apiServer === undefined ? httpReadingAccess(config) : undefined),
  rowCommand: alertmanagerRowCommand,
  open: async (opening, io) => openAlertmanager(opening, io),
});

const openAlertmanager = (opening: SourceOptions<AlertmanagerConfig>, io: ReadIo): Source => {
  const { id } = opening;
  const config = withKubeconfigOf(opening.config, opening.dir);
  const client = openAlertmanagerClient(id, config, io);
  const { identity } = config;
  return {
    id,
    feeds: [alertsFeed(client), silencesFeed(client)],
    // A silence is a change, and only reads are sent through an API server.
    operations: config.apiServer === undefined ? operations.map((operation) => operation.open(client)) : [],
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(client.endpoint, identity, client.wallNow, signal) }),
    fingerprint: (signal) => alertmanagerFingerprint(client, signal),
    doctor: (signal) => diagnoseAlertmanager(client, signal),
    recentChanges: alertStarts(client),
    close: () => io.close(),
  };
};
