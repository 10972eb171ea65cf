import {
  type Batch,
  type Fault,
  type Feed,
  limitSeries,
  nextTurn,
  type Sample,
  type WantedSignal,
} from '../../sdk.ts';
import { Catalogue } from './catalogue.ts';
import { flawFaults } from './flaw-faults.ts';
import { feedOf, type Instance } from './instance.ts';
import { type MetricRead, metricRead, wantedNames } from './metric-read.ts';
import { Rates } from './rates.ts';
import { type Reading, readSignal } from './read-signal.ts';
import { type Scrape, scrapePage } from './scrape.ts';

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
export const metricsFeed = (instance: Instance, signals: readonly WantedSignal[], several: boolean): Feed => {
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
