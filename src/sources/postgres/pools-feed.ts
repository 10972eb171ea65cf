import type { Sample } from '../../domain/facts.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import type { Feed, WantedSignal } from '../source.ts';
import type { PostgresClient } from './client.ts';
import type { ActivityRead } from './config.ts';
import { questionFeed } from './feed.ts';
import { type Activity, onlyRow, parseActivity } from './parse.ts';
import { activitySignals } from './reads.ts';
import { activity } from './statements.ts';

/** The server's slots as a pool: its maximum is what every role may use, and idle sessions take slots, too. There is no queue: a full server refuses. */
export const poolsFeed = (client: PostgresClient, signals: readonly WantedSignal[]): Feed => {
  const wanted = activitySignals(signals);
  return questionFeed(client, {
    name: 'pools',
    kind: 'pools',
    signals: wanted.map(({ id }) => id),
    read: async (signal) => {
      const found = parseActivity(onlyRow((await client.ask(activity, signal)).rows));
      const stamp = { source: client.source, at: client.now() };
      const pool: Pool = {
        ...stamp,
        service: client.config.service ?? client.source,
        instance: '',
        name: 'connections',
        kind: 'postgres',
        ...found.pool,
      };
      const samples = wanted.map(
        ({ id, read }): Sample => ({ ...stamp, signal: id, labels: {}, ...sampleOf(read, found) }),
      );
      return { items: [pool], samples };
    },
  });
};

const sampleOf = (read: ActivityRead, found: Activity): Pick<Sample, 'value' | 'why'> => {
  if ('connections' in read) return slots(read.connections, found);
  if ('blocked' in read) return { value: found.blocked };
  if (found.hidden > 0) return { why: 'what sessions do is hidden from our role: GRANT pg_monitor' };
  return { value: round(found.longest[read.longest]) };
};

const slots = (
  what: 'percent' | 'client' | 'usable',
  { client, usable }: Activity,
): Pick<Sample, 'value' | 'why'> => {
  if (what !== 'percent') return { value: what === 'client' ? client : usable };
  return usable > 0 ? { value: round((100 * client) / usable) } : { why: 'no slot is usable by everybody' };
};

const round = (value: number): number => Math.round(value * 1000) / 1000;
