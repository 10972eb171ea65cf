import { urlUnder } from '../../platform/network/url-under.ts';
import { routeToFirst } from '../kit/contract/connection.ts';
import type { SourceModule } from '../kit/contract/source.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { field } from '../kit/values/wire-value.ts';
import { type GrafanaConfig, grafanaConfig, grafanaReadSchema } from './config.ts';
import { grafanaOperations } from './operations.ts';

/** A Grafana: its health, alerts of its rules, dashboards as links, and annotations. */
export const grafana: SourceModule<GrafanaConfig> = {
  type: 'grafana',
  title: 'Grafana',
  config: grafanaConfig,
  limitations: [
    'Grafana does not report the alerts of external Alertmanagers. Add them as sources of their own.',
    'opsdeck reads annotations when an environment is opened. To see newer ones, open the environment again.',
  ],
  reads: grafanaReadSchema,
  checkRead: (_, config) =>
    config.alerts
      ? undefined
      : 'this source does not read alert rules, because the profile has alerts: false',
  feedNames: ['health', 'alerts', 'dashboards'],
  operations: declarationsOf(grafanaOperations),
  gives: (config) => ({
    kinds: ['health', 'alerts', 'dashboards'],
    ...(field(config, 'alerts') === false ? {} : { alertRules: true }),
  }),
  recordsChanges: true,
  viaDefaults: { url: 'http://via' },
  routeConfig: routeToFirst,
  rowCommand: ({ url }, row) =>
    row.kind === 'health' ? ['curl', '-sS', urlUnder(url, '/api/health')] : undefined,
  open: async (opening, io) => (await import('./open.ts')).openGrafana(opening, io),
};
