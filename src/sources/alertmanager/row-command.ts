import type { RowCommand } from '../../sdk.ts';
import type { AlertmanagerConfig } from './config.ts';

/** The alerts of one name, with curl. */
export const alertmanagerRowCommand: RowCommand<AlertmanagerConfig> = ({ url }, row) =>
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
