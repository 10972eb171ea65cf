import type { RowCommand } from '../../domain/facts/row-command.ts';
import { getCommand } from '../kit/contract/api-server.ts';
import type { PrometheusConfig } from './config.ts';

const quoted = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** The series of an alert (Prometheus, Alerting rules): its labels identify it. */
const alertQuery = (name: string, labels: Readonly<Record<string, string>>): string => {
  const matchers = Object.entries({ alertname: name, ...labels })
    .filter(([label]) => /^[a-zA-Z_]\w*$/.test(label))
    .map(([label, value]) => `${label}=${quoted(value)}`);
  return `ALERTS{${matchers.join(',')}}`;
};

/** An instant query: of a signal its PromQL, of an alert its series. */
export const prometheusRowCommand: RowCommand<PrometheusConfig> = (config, row, dir) => {
  const query =
    row.kind === 'alerts'
      ? alertQuery(row.fact.name, row.fact.labels)
      : row.kind === 'signal' && typeof row.read.query === 'string'
        ? row.read.query
        : undefined;
  if (query === undefined) return undefined;
  return getCommand(config, '/api/v1/query', ['query', query], dir);
};
