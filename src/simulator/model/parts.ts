import { Checkout } from './checkout/checkout.ts';
import { Cluster } from './cluster/cluster.ts';
import { Compose } from './compose/compose.ts';
import { Database } from './database/database.ts';
import { Hosts } from './hosts/hosts.ts';
import { Messaging } from './messaging/messaging.ts';
import type { Part, Surroundings } from './part.ts';
import type { IncidentSpec, SystemSpec } from './spec.ts';

/** What an environment runs on, as far as its system says. */
export interface Parts {
  readonly cluster?: Cluster;
  readonly compose?: Compose;
  readonly database?: Database;
  readonly messaging?: Messaging;
  readonly hosts?: Hosts;
  readonly checkout?: Checkout;
  readonly all: readonly Pick<Part<never>, 'tick' | 'isBroken' | 'heal'>[];
}

/** Makes the parts of an environment; they may look at its instances, which are there already. */
export const partsOf = (system: SystemSpec, env: Surroundings): Parts => {
  const cluster = system.cluster && new Cluster(system.cluster, env);
  const compose = system.compose && new Compose(system.compose, env);
  const database = system.database && new Database(system.database, env);
  const messaging = system.messaging && new Messaging(system.messaging, env);
  const hosts = system.hosts && new Hosts(system.hosts, env);
  const checkout = system.checkout && new Checkout(system.checkout, env);
  const all = [cluster, compose, database, messaging, hosts, checkout].filter((part) => part !== undefined);
  return {
    all,
    ...(cluster && { cluster }),
    ...(compose && { compose }),
    ...(database && { database }),
    ...(messaging && { messaging }),
    ...(hosts && { hosts }),
    ...(checkout && { checkout }),
  };
};

/** Does to the parts what an incident says. */
export const strikeParts = (parts: Parts, incident: IncidentSpec): void => {
  const { cluster, compose, database, messaging, hosts, checkout } = parts;
  if (incident.cluster) cluster?.strike(incident.cluster);
  if (incident.compose) compose?.strike(incident.compose);
  if (incident.database) database?.strike(incident.database);
  if (incident.messaging) messaging?.strike(incident.messaging);
  if (incident.hosts) hosts?.strike(incident.hosts);
  if (incident.checkout) checkout?.strike(incident.checkout);
};
