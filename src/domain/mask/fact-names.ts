import type { Known } from '../reading.ts';
import { labelKind } from './field-kinds.ts';
import type { Kind } from './found.ts';
import { partsOfAddress } from './words.ts';

type Learn = (name: string, is: Kind) => void;

/** What is done with what a reading tells. */
export interface Learner {
  readonly learn: Learn;
  /** A service is called like this. */
  stays(word: string): void;
  /** A pod, a container, an instance is called like this. */
  object(name: string): void;
  /** Something real is called like this. */
  real(name: string): void;
}

const ported = /^[^\s/]+:\d{2,5}$/;

const learnField = (name: string, value: unknown, learn: Learn): void => {
  if (typeof value !== 'string' || value === '') return;
  const is = labelKind(name);
  // An instance is a service's own name unless it is where it answers.
  if (is !== 'host' && !((name === 'instance' || name === 'target') && ported.test(value))) {
    if (is !== undefined) learn(value, is);
    return;
  }
  const { user, host } = partsOfAddress(value);
  if (user !== undefined) learn(user, 'user');
  learn(host ?? value, 'host');
};

const learnFields = (fields: object, learner: Learner): void => {
  const { learn, real } = learner;
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') real(value);
    if (name === 'labels' && typeof value === 'object' && value !== null) learnFields(value, learner);
    else learnField(name, value, learn);
  }
};

/** What an item itself is: a node is a host, every other workload an object of its own name. */
const learnItem = (item: Known['items'][number], { learn, object }: Learner): void => {
  if ('instance' in item) object(item.instance);
  if (!('node' in item)) return;
  if (item.kind === 'node') learn(item.name, 'host');
  else object(item.name);
};

/** What one reading tells for certain: names of hosts, clusters and users, and of services, which stay. */
export const learnReading = (
  { items, samples }: Pick<Known, 'items' | 'samples'>,
  learner: Learner,
): void => {
  // Services first: a host that is called like one of them stays.
  for (const item of items) if ('service' in item) learner.stays(item.service);
  for (const { labels } of samples) if (labels.service !== undefined) learner.stays(labels.service);
  for (const item of items) {
    learnItem(item, learner);
    learnFields(item, learner);
  }
  for (const { labels } of samples) learnFields(labels, learner);
};
