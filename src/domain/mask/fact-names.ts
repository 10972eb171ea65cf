import type { Known } from '../reading.ts';
import type { Kind } from './found.ts';
import { partsOfAddress } from './words.ts';

/** Fields and labels that say of their value what it is. */
const kinds: Readonly<Record<string, Kind>> = {
  node: 'host',
  exported_node: 'host',
  nodename: 'host',
  host: 'host',
  hostname: 'host',
  kubernetes_node: 'host',
  client: 'host',
  client_addr: 'host',
  server: 'host',
  cluster: 'cluster',
  kubernetes_cluster: 'cluster',
  cluster_name: 'cluster',
  user: 'user',
  username: 'user',
  usename: 'user',
  user_id: 'user',
  userid: 'user',
  login: 'user',
  customer: 'user',
  customer_id: 'user',
};

type Learn = (name: string, is: Kind) => void;

const ported = /^[^\s/]+:\d{2,5}$/;

const learnField = (name: string, value: unknown, learn: Learn): void => {
  if (typeof value !== 'string' || value === '') return;
  const is = kinds[name.toLowerCase()];
  // An instance is a service's own name unless it is where it answers.
  if (is !== 'host' && !((name === 'instance' || name === 'target') && ported.test(value))) {
    if (is !== undefined) learn(value, is);
    return;
  }
  const { user, host } = partsOfAddress(value);
  if (user !== undefined) learn(user, 'user');
  learn(host ?? value, 'host');
};

const learnFields = (fields: object, learn: Learn): void => {
  for (const [name, value] of Object.entries(fields))
    if (name === 'labels' && typeof value === 'object' && value !== null) learnFields(value, learn);
    else learnField(name, value, learn);
  if ('kind' in fields && fields.kind === 'node' && 'name' in fields && typeof fields.name === 'string')
    learn(fields.name, 'host');
};

/** What one reading tells for certain: names of hosts, clusters and users, and services, which stay. */
export const learnReading = (
  { items, samples }: Pick<Known, 'items' | 'samples'>,
  learn: Learn,
  stays: (word: string) => void,
): void => {
  for (const item of items) {
    if ('service' in item) stays(item.service);
    learnFields(item, learn);
  }
  for (const { labels } of samples) {
    if (labels.service !== undefined) stays(labels.service);
    learnFields(labels, learn);
  }
};
