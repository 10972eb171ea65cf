import {
  declarationsOf,
  defineSource,
  httpReadingAccess,
  identityFault,
  type ReadIo,
  type RowCommand,
  routeToFirst,
  type Source,
  type SourceOptions,
} from '../../sdk.ts';
import { openAlertmanagerClient } from './client.ts';
import { type AlertmanagerConfig, alertmanagerConfig } from './config.ts';
import { examine } from './doctor.ts';
import { expireOperation } from './expire-operation.ts';
import { alertStarts, alertsFeed, silencesFeed } from './feeds.ts';
import { alertmanagerFingerprint } from './fingerprint.ts';
import { silenceOperation } from './silence-operation.ts';

/** The alerts of one name, with curl. */
const alertmanagerRowCommand: RowCommand<AlertmanagerConfig> = ({ url }, row) =>
  row.kind !== 'alerts'
    ? undefined
    : [
        'curl',
        '-fsS',
        '-G',
        `${url.replace(/\/+$/, '')}/api/v2/alerts`,
        '--data-urlencode',
        `filter=alertname=${JSON.stringify(row.fact.name)}`,
      ];

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
  readingAccess: httpReadingAccess,
  rowCommand: alertmanagerRowCommand,
  open: async (opening, io) => openAlertmanager(opening, io),
});

const openAlertmanager = ({ id, config }: SourceOptions<AlertmanagerConfig>, io: ReadIo): Source => {
  const client = openAlertmanagerClient(id, config, io);
  const { identity } = config;
  return {
    id,
    feeds: [alertsFeed(client), silencesFeed(client)],
    operations: operations.map((operation) => operation.open(client)),
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(client.endpoint, identity, client.wallNow, signal) }),
    fingerprint: (signal) => alertmanagerFingerprint(client, signal),
    doctor: (signal) => examine(client, signal),
    recentChanges: alertStarts(client),
    close: () => io.close(),
  };
};
