import type { ReadIo } from '../../doors/io.ts';
import { identityFault } from '../identity.ts';
import type { Opening, Source, SourceModule } from '../source.ts';
import { throughFirst } from '../through.ts';
import { openClient } from './client.ts';
import { type AlertmanagerConfig, alertmanagerConfig } from './config.ts';
import { examine } from './doctor.ts';
import { expireOperation, expireParams } from './expire-operation.ts';
import { alertsFeed, silencesFeed } from './feeds.ts';
import { silenceOperation, silenceParams } from './silence-operation.ts';

/** An Alertmanager with API v2: its alerts, its silences, and the making and ending of them. */
export const alertmanager: SourceModule<AlertmanagerConfig> = {
  type: 'alertmanager',
  title: 'Alertmanager',
  config: alertmanagerConfig,
  feedNames: ['alerts', 'silences'],
  operations: {
    silence: { params: silenceParams, danger: 'safe' },
    expire: { params: expireParams, danger: 'safe' },
  },
  gives: () => ({ kinds: ['alerts'] }),
  address: { url: 'http://via' },
  through: throughFirst,
  open: async (opening, io) => openAlertmanager(opening, io),
};

const openAlertmanager = ({ id, config }: Opening<AlertmanagerConfig>, io: ReadIo): Source => {
  const client = openClient(id, config, io);
  const { identity } = config;
  return {
    id,
    feeds: [alertsFeed(client), silencesFeed(client)],
    operations: [silenceOperation(client), expireOperation(client)],
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(client.endpoint, identity, client.wallNow, signal) }),
    doctor: (signal) => examine(client, signal),
    close: () => io.close(),
  };
};
