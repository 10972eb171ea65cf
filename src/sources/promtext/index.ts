import type { Fault } from '../../domain/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { Opening, Source, SourceModule } from '../source.ts';
import { type PromtextConfig, promtextAddress, promtextConfig, promtextThrough } from './config.ts';
import { examine, strangerAt } from './doctor.ts';
import { familiesFeed } from './families-feed.ts';
import { type Instance, openInstances } from './instance.ts';
import { readProblem } from './metric-read.ts';
import { metricsFeed } from './metrics-feed.ts';
import { promtextReads } from './reads.ts';

/** Pages in the Prometheus text format or OpenMetrics, asked directly: a service or an exporter, in one instance or several. */
export const promtext: SourceModule<PromtextConfig> = {
  type: 'promtext',
  title: 'Prometheus text and OpenMetrics pages',
  config: promtextConfig,
  reads: promtextReads,
  checkRead: readProblem,
  feedNames: ['metrics', 'families'],
  operations: {},
  gives: () => ({ kinds: [] }),
  address: promtextAddress,
  through: promtextThrough,
  open: async (opening, io) => openPromtext(opening, io),
};

const openPromtext = ({ id, config, signals }: Opening<PromtextConfig>, io: ReadIo): Source => {
  const instances = openInstances(id, config, io);
  const several = instances.length > 1;
  return {
    id,
    feeds: instances.flatMap((instance) => [metricsFeed(instance, signals, several), familiesFeed(instance)]),
    operations: [],
    ...(config.identity === undefined ? {} : { identify: (signal) => firstStranger(instances, signal) }),
    doctor: (signal) => examine(instances, signals, signal),
    close: () => io.close(),
  };
};

/** Another system behind any of the addresses makes the whole source doubtful; that counts before one that cannot be reached. */
const firstStranger = async (
  instances: readonly Instance[],
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  const asked = await Promise.all(instances.map((instance) => strangerAt(instance, signal)));
  const strangers = asked.filter((fault) => fault !== undefined);
  return strangers.find((fault) => fault.kind === 'wrong-system') ?? strangers[0];
};
