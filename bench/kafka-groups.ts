import { openReadIo } from '../src/doors/read-io.ts';
import { systemClock } from '../src/platform/runtime/clock.ts';
import { kafkaConfig } from '../src/sources/kafka/config.ts';
import { kafka } from '../src/sources/kafka/index.ts';
import { type Figure, median, ms } from './support/figure.ts';
import { startPlatform } from './support/platform.ts';

const sweeps = 5;
const rowsWanted = 50_000;

/** Duration of one poll of the lag of 1,000 groups with 50 partitions each. */
export const kafkaGroups = async (): Promise<readonly Figure[]> => {
  await using platform = await startPlatform();
  const source = await kafka.open(
    {
      id: 'kafka',
      env: 'bench',
      signals: [],
      config: kafkaConfig.parse({ brokers: platform.kafka, timeout: '30s' }),
    },
    openReadIo(systemClock()),
  );
  const feed = source.feeds.find(({ name }) => name === 'lag');
  if (feed === undefined) throw new Error('no feed lag');
  const { signal } = new AbortController();
  const took: number[] = [];
  let rows = 0;
  for (let sweep = 0; sweep <= sweeps; sweep += 1) {
    const began = performance.now();
    const { items, faults } = await feed.read(signal);
    if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join('; '));
    rows = items.length;
    if (sweep > 0) took.push(performance.now() - began);
  }
  await source.close();
  return [
    {
      name: 'lag of 1,000 groups × 50 partitions',
      value: ms(median(took)),
      target: `${rowsWanted} rows`,
      met: rows === rowsWanted,
      from: `${rows} rows a sweep, medians of ${sweeps}: ${took.map((value) => value.toFixed(0)).join(', ')}`,
    },
  ];
};
