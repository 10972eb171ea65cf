import {
  type Batch,
  defineSource,
  type Fault,
  type Feed,
  type Note,
  type Opening,
  oneLine,
  type ReadIo,
  type Source,
} from '../../sdk.ts';
import { type PromtextConfig, promtextAddress, promtextConfig, promtextThrough } from './config.ts';
import { examine, strangerAt } from './doctor.ts';
import { type FamilyCount, familyCounts } from './families.ts';
import { flawFaults } from './flaw-faults.ts';
import { feedOf, type Instance, openInstances } from './instance.ts';
import { readProblem } from './metric-read.ts';
import { metricsFeed } from './metrics-feed.ts';
import { promtextReads } from './reads.ts';
import { scrapePage } from './scrape.ts';

const textOf = ({ type, samples, help }: FamilyCount): string => {
  const counted = `${type}, ${samples} ${samples === 1 ? 'sample' : 'samples'}`;
  return help.trim() === '' ? counted : `${counted}: ${oneLine(help, 100)}`;
};

/** What is on the page, a note per family: its type, how many samples it has, what it says of itself. Read only when asked. */
const familiesFeed = (instance: Instance): Feed =>
  feedOf(
    instance,
    { name: 'families', kind: 'notes', onDemand: true },
    async (signal): Promise<Batch<Note>> => {
      try {
        const { page } = await scrapePage(instance, signal);
        const stamp = { source: instance.source, at: instance.now() };
        const who = instance.name === '' ? '' : `${instance.name} `;
        return {
          items: familyCounts(page).map((family) => ({
            ...stamp,
            title: `${who}${oneLine(family.name, 100)}`,
            text: textOf(family),
          })),
          faults: flawFaults(instance, page),
        };
      } catch (error) {
        return { items: [], faults: [instance.fault(error)] };
      }
    },
  );

/** Pages in the Prometheus text format or OpenMetrics, asked directly: a service or an exporter, in one instance or several. */
export const promtext = defineSource<PromtextConfig>({
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
});

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
