import {
  declarationsOf,
  defineSource,
  identityFault,
  type Opening,
  type ReadIo,
  type Source,
  throughFirst,
} from '../../sdk.ts';
import { openClient } from './client.ts';
import { type AlertmanagerConfig, alertmanagerConfig } from './config.ts';
import { examine } from './doctor.ts';
import { expire } from './expire-operation.ts';
import { alertsFeed, silencesFeed } from './feeds.ts';
import { silence } from './silence-operation.ts';

const operations = [silence, expire];

/** An Alertmanager with API v2: its alerts, its silences, and the making and ending of them. */
export const alertmanager = defineSource<AlertmanagerConfig>({
  type: 'alertmanager',
  title: 'Alertmanager',
  config: alertmanagerConfig,
  feedNames: ['alerts', 'silences'],
  operations: declarationsOf(operations),
  gives: () => ({ kinds: ['alerts'] }),
  address: { url: 'http://via' },
  through: throughFirst,
  open: async (opening, io) => openAlertmanager(opening, io),
});

const openAlertmanager = ({ id, config }: Opening<AlertmanagerConfig>, io: ReadIo): Source => {
  const client = openClient(id, config, io);
  const { identity } = config;
  return {
    id,
    feeds: [alertsFeed(client), silencesFeed(client)],
    operations: operations.map((one) => one.open(client)),
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(client.endpoint, identity, client.wallNow, signal) }),
    doctor: (signal) => examine(client, signal),
    close: () => io.close(),
  };
};
