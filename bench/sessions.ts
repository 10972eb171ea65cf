import { openReadIo } from '../src/doors/read-io.ts';
import { systemClock } from '../src/platform/runtime/clock.ts';
import { postgresConfig } from '../src/sources/postgres/config.ts';
import { postgres } from '../src/sources/postgres/index.ts';
import { type Figure, median, ms } from './support/figure.ts';
import { startPlatform } from './support/platform.ts';

const reads = 9;
const sessionsWanted = 500;

/** Duration of one read of 500 sessions with their blockers. */
export const sessions = async (): Promise<readonly Figure[]> => {
  await using platform = await startPlatform();
  const source = await postgres.open(
    { id: 'pg', env: 'bench', signals: [], config: postgresConfig.parse({ url: platform.postgres }) },
    openReadIo(systemClock()),
  );
  const feed = source.feeds.find(({ name }) => name === 'sessions');
  if (feed === undefined) throw new Error('no feed sessions');
  const { signal } = new AbortController();
  const took: number[] = [];
  let rows = 0;
  for (let read = 0; read <= reads; read += 1) {
    const began = performance.now();
    const { items, faults } = await feed.read(signal);
    if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join('; '));
    rows = items.length;
    if (read > 0) took.push(performance.now() - began);
  }
  await source.close();
  return [
    {
      name: 'database sessions',
      value: ms(median(took)),
      target: `${sessionsWanted} rows`,
      met: rows >= sessionsWanted,
      from: `${rows} rows, medians of ${reads}`,
    },
  ];
};
