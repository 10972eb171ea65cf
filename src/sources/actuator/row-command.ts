import type { RowCommand } from '../../domain/facts/row-command.ts';
import { urlUnder } from '../../platform/network/url-under.ts';
import { type ActuatorConfig, actuatorInstanceAddresses, parseMeterRead } from './config.ts';

const pathOf = (row: Parameters<RowCommand<ActuatorConfig>>[1]): string | undefined => {
  switch (row.kind) {
    case 'breakers':
      return 'circuitbreakers';
    case 'pools':
      return `metrics/hikaricp.connections.active?${new URLSearchParams({ tag: `pool:${row.fact.name}` })}`;
    case 'health':
      return 'health';
    case 'signal': {
      const { meters, tags } = parseMeterRead(row.read);
      const query = new URLSearchParams(
        tags.map(([name, value]): [string, string] => ['tag', `${name}:${value}`]),
      );
      return `metrics/${encodeURIComponent(meters[0] ?? '')}${tags.length === 0 ? '' : `?${query}`}`;
    }
    default:
      return undefined;
  }
};

/** The instance of a row: the one with its name, or the only one. */
const instanceOf = (row: Parameters<RowCommand<ActuatorConfig>>[1]): string => {
  if (row.kind === 'signal') return row.labels.instance ?? '';
  return 'fact' in row && 'instance' in row.fact ? row.fact.instance : '';
};

/** The endpoint of the actuator behind a row, with curl. */
export const actuatorRowCommand: RowCommand<ActuatorConfig> = (config, row) => {
  const addresses = actuatorInstanceAddresses(config);
  const found =
    addresses.find(({ name }) => name === instanceOf(row)) ??
    (addresses.length === 1 ? addresses[0] : undefined);
  const path = found === undefined ? undefined : pathOf(row);
  return found === undefined || path === undefined
    ? undefined
    : ['curl', '-fsS', '-m', '10', urlUnder(found.url, path)];
};
