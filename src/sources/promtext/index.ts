import {
  type Batch,
  defineSource,
  type Fault,
  type Feed,
  limitSeries,
  type Note,
  nextTurn,
  type Opening,
  oneLine,
  type ReadIo,
  type Sample,
  type Source,
  type WantedSignal,
} from '../../sdk.ts';
import { Catalogue, type FamilyCount, familyCounts } from './catalogue.ts';
import { type PromtextConfig, promtextAddress, promtextConfig, promtextThrough } from './config.ts';
import { examine, strangerAt } from './doctor.ts';
import { feedOf, type Instance, openInstances, type Scrape, scrapePage } from './instance.ts';
import { type MetricRead, metricRead, promtextReads, readProblem, wantedNames } from './metric-read.ts';
import { Rates } from './rates.ts';
import { type Reading, readSignal } from './read-signal.ts';
import type { Page } from './scan/page.ts';
import { Flaws } from './scan/page.ts';

const told = 5;

/** The first few lines of a page that are not as they should be, a `malformed` fault each, and how many more there are. */
const flawFaults = ({ endpoint }: Instance, page: Page, twice = new Flaws()): readonly Fault[] => {
  const first = [...page.flaws, ...twice.first].slice(0, told);
  const more = page.flawCount + twice.count - first.length;
  const lines = first.map(({ line, what }) => `line ${line}: ${what}`);
  if (more > 0) lines.push(`and ${more} more`);
  return lines.map((line) => endpoint.say('malformed', '', line));
};

interface Wanted {
  readonly id: string;
  readonly read: MetricRead;
}

/** More rows than anyone reads of one process's own page. */
const mostSeries = 1000;

/**
 * All signals of one instance, from one scrape. A signal always has a sample: without a value, and with the reason, when
 * its series are not on the page or a rate has no second scrape yet. Faults: those of the call; `malformed` for lines that
 * are none (the others are read); `unconfigured` for a signal of too many series.
 */
const metricsFeed = (instance: Instance, signals: readonly WantedSignal[], several: boolean): Feed => {
  const wanted = signals.map(({ id, read }): Wanted => ({ id, read: metricRead(read) }));
  const names = wantedNames(wanted.map(({ read }) => read));
  const needsTwo = wanted.some(({ read }) => read.perMs !== undefined);
  const rates = new Rates();
  const own = several ? { instance: instance.name } : undefined;

  const readAll = async (scrape: Scrape, signal: AbortSignal): Promise<Batch<Sample>> => {
    const catalogue = new Catalogue(scrape.page);
    const items: Sample[] = [];
    const faults: Fault[] = [];
    const at = instance.now();
    rates.begin(scrape.sentAt);
    for (const { id, read } of wanted) {
      const limited = limitSeries(
        instance.endpoint,
        id,
        readSignal(read, catalogue, rates),
        mostSeries,
        'give it labels or a fold',
      );
      for (const reading of limited.kept) items.push(sampleOf(reading, id, instance.source, at, own));
      faults.push(...limited.faults);
      await nextTurn();
      signal.throwIfAborted();
    }
    rates.end();
    return { items, faults: [...faults, ...flawFaults(instance, scrape.page, catalogue.twice)] };
  };

  const words = {
    name: 'metrics',
    kind: 'samples',
    signals: wanted.map(({ id }) => id),
    ...(needsTwo ? { needsTwo } : {}),
  } as const;
  return feedOf(instance, words, async (signal) => {
    try {
      return await readAll(await scrapePage(instance, signal, names), signal);
    } catch (error) {
      return { items: [], faults: [instance.fault(error)] };
    }
  });
};

/** Our name for the instance counts; what the page calls so is called exported_instance, as Prometheus does. */
const sampleOf = (
  { labels, value, why }: Reading,
  signal: string,
  source: string,
  at: number,
  own: { readonly instance: string } | undefined,
): Sample => {
  const { instance: exported, ...others } = labels;
  const renamed = exported === undefined ? {} : { exported_instance: exported };
  return {
    source,
    at,
    signal,
    labels: own === undefined ? labels : { ...others, ...renamed, ...own },
    ...(value === undefined ? {} : { value }),
    ...(why === undefined ? {} : { why }),
  };
};

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
