import { resolveMongoAddress } from '../../clients/mongodb/address.ts';
import { defined } from '../../domain/base/defined.ts';
import type { RowCommand } from '../../domain/facts/row-command.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { isObject } from '../../domain/text/value-text.ts';
import type { MongoConfig } from './config.ts';

/** JavaScript of mongosh for a value; a time before now is calculated when the command runs. */
const scriptOf = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(scriptOf).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  if ('$ago' in value)
    return ['new Date(Date.now() - ', parseDuration(String(value.$ago)) ?? 0, ')'].join('');
  const [only] = Object.keys(value);
  if (only !== undefined && /^\$(?:date|oid|number\w+|uuid|timestamp|binary)$/.test(only))
    return `EJSON.deserialize(${JSON.stringify(value)})`;
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}: ${scriptOf(inner)}`)
    .join(', ')}}`;
};

/** The expression that reads a signal. */
const signalScript = (read: Readonly<Record<string, unknown>>): string => {
  if (isObject(read.count))
    return `db.getCollection(${JSON.stringify(read.count.collection)}).countDocuments(${scriptOf(read.count.filter ?? {})})`;
  if (isObject(read.command))
    return typeof read.database === 'string'
      ? `db.getSiblingDB(${JSON.stringify(read.database)}).runCommand(${scriptOf(read.command)})`
      : `db.runCommand(${scriptOf(read.command)})`;
  if (read.lag !== undefined) return 'rs.printSecondaryReplicationInfo()';
  if (read.oplog !== undefined) return 'rs.printReplicationInfo()';
  if (read.disk !== undefined) return 'db.stats()';
  return read.longest === undefined ? 'db.serverStatus()' : 'db.currentOp({active: true})';
};

/** mongosh with the expression that shows the row. It asks for the password. */
export const mongoRowCommand: RowCommand<MongoConfig> = (config, row) => {
  const { hosts, tls, database, login, setName } = resolveMongoAddress({
    url: config.url,
    ...defined({ user: config.user, authSource: config.authSource }),
  });
  const url = `mongodb://${hosts.map(({ name }) => name).join(',')}/${config.database ?? database}${setName === undefined ? '' : `?replicaSet=${setName}`}`;
  const shell = (script: string): readonly string[] => [
    'mongosh',
    url,
    ...(tls === undefined ? [] : ['--tls']),
    ...(login === undefined ? [] : ['--username', login.user, '--authenticationDatabase', login.source]),
    '--eval',
    script,
  ];
  if (row.kind === 'sessions') return shell(`db.currentOp({connectionId: ${Math.trunc(row.fact.pid)}})`);
  if (row.kind === 'pools') return shell('db.serverStatus().connections');
  if (row.kind === 'health') return shell('db.hello()');
  return row.kind === 'signal' ? shell(signalScript(row.read)) : undefined;
};
