import { mongoHostNames, withMongoHosts } from '../../clients/mongodb/address.ts';
import { defined } from '../../domain/base/defined.ts';
import { endpointHost } from '../../platform/network/dial.ts';
import { expectedServiceHealth } from '../kit/contract/client-feed.ts';
import { endpointsByName } from '../kit/contract/connection.ts';
import type { SourceModule } from '../kit/contract/source.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { type MongoConfig, mongoConfig, mongoReadSchema } from './config.ts';
import { countedDocuments } from './hidden-counts.ts';
import { mongoOperations } from './operations.ts';
import { mongoRowCommand } from './row-command.ts';

/** A MongoDB server or replica set: connections, operations, replication, collections, and operations on them. */
export const mongodb: SourceModule<MongoConfig> = {
  type: 'mongodb',
  title: 'MongoDB',
  limitations: [
    'opsdeck connects to the hosts in the url, and to no others: members that only the replica set names are not discovered. List every member.',
    '`mongodb+srv://` is not supported, because the DNS lookups do not pass a tunnel. List the hosts.',
    'Logins use SCRAM. X.509, LDAP, Kerberos, OIDC and AWS logins are not supported.',
    'On a sharded cluster a source reads one mongos: sessions of all shards, but connections and the cache of the mongos itself. Configure each shard as a separate source.',
  ],
  config: mongoConfig,
  reads: mongoReadSchema,
  hiddenBy: countedDocuments,
  feedNames: [
    'health',
    'sessions',
    'pools',
    'queries',
    'values',
    'statements',
    'sizes',
    'indexes',
    'replication',
    'settings',
    'load',
    'databases',
  ],
  operations: declarationsOf(mongoOperations),
  gives: (config) => {
    const expects = expectedServiceHealth(config);
    return { kinds: ['health', 'sessions', 'pools'], ...defined({ expects }) };
  },
  // Every endpoint may be the primary. They are sorted, so that a change of readiness is no change of the config.
  routeConfig: (config, ends, port) => {
    if (ends.length === 0) return config;
    const [host] = mongoHostNames(config.url);
    // A certificate is issued for the profile's address, not for a pod or a container.
    const isSecured = config.tls !== undefined || /[?&](?:tls|ssl)=true/i.test(config.url);
    const tls = isSecured && host !== undefined ? { tls: { serverName: host, ...config.tls } } : {};
    const hosts = endpointsByName(ends).map(({ name }) => `${endpointHost(name)}:${port}`);
    return { ...config, ...tls, url: withMongoHosts(config.url, hosts) };
  },
  rowCommand: mongoRowCommand,
  open: async (opening, io) => (await import('./open.ts')).openMongo(opening, io),
};
