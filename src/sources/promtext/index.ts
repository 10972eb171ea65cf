import {
  defineSource,
  type Fault,
  type Feed,
  limitSeries,
  type Note,
  nextTurn,
  oneLine,
  type ReadIo,
  type Reading,
  type RowCommand,
  type Sample,
  type SignalRequest,
  type Source,
  type SourceOptions,
} from '../../sdk.ts';
import {
  type PromtextConfig,
  pageAddresses,
  promtextAddress,
  promtextAtEnds,
  promtextConfig,
} from './config.ts';
import { CounterRates } from './counter-rates.ts';
import { diagnosePromtext, instanceIdentityFault } from './doctor.ts';
import { promtextFingerprint } from './fingerprint.ts';
import {
  type CompiledMetricRead,
  compileMetricRead,
  promtextReadProblem,
  promtextReadSchema,
  requiredSampleNames,
} from './metric-read.ts';
import { type FamilyCount, familyCounts, PageIndex } from './page-index.ts';
import {
  openPageInstances,
  type PageInstance,
  promtextFeed,
  type ScrapeResult,
  scrapePage,
} from './page-instance.ts';
import { readSignal, type SignalReading } from './read-signal.ts';
import type { MetricsPage } from './scan/page.ts';
import { FlawList } from './scan/page.ts';

/** The page of metrics behind a signal, with curl. */
const promtextRowCommand: RowCommand<PromtextConfig> = (config, row) => {
  if (row.kind !== 'signal') return undefined;
  const pages = pageAddresses(config);
  const page =
    pages.find(({ name }) => name === row.labels.instance) ?? (pages.length === 1 ? pages[0] : undefined);
  return page === undefined ? undefined : ['curl', '-fsS', '-m', '10', page.url];
};

const maxShownFlaws = 5;

/** Reports the first few malformed lines of a page, a `malformed` fault each, and the number of the others. */
const flawFaults = (
  { endpoint }: PageInstance,
  page: MetricsPage,
  twice = new FlawList(),
): readonly Fault[] => {
  const first = [...page.flaws, ...twice.first].slice(0, maxShownFlaws);
  const more = page.flawCount + twice.count - first.length;
  const lines = first.map(({ line, what }) => `line ${line}: ${what}`);
  if (more > 0) lines.push(`and ${more} more`);
  return lines.map((line) => endpoint.say('malformed', '', line));
};

interface SignalRead {
  readonly id: string;
  readonly read: CompiledMetricRead;
}

/** Above any reasonable number of rows for one process. */
const maxSeries = 1000;

/**
 * All signals of one instance, from one scrape. A signal always has a sample: without a value, and with the reason,
 * when its series are missing or a rate has no second scrape yet. Faults: those of the call; `malformed` for malformed
 * lines (the others are parsed); `unconfigured` for too many series.
 */
const metricsFeed = (instance: PageInstance, signals: readonly SignalRequest[], several: boolean): Feed => {
  const reads = signals.map(({ id, read }): SignalRead => ({ id, read: compileMetricRead(read) }));
  const names = requiredSampleNames(reads.map(({ read }) => read));
  const needsTwo = reads.some(({ read }) => read.perMs !== undefined);
  const rates = new CounterRates();
  const own = several ? { instance: instance.name } : undefined;

  const readAll = async (scrape: ScrapeResult, signal: AbortSignal): Promise<Reading<Sample>> => {
    const catalogue = new PageIndex(scrape.page);
    const rows: { readonly reading: SignalReading; readonly signal: SignalRead }[] = [];
    const faults: Fault[] = [];
    const time = instance.now();
    rates.begin(scrape.sentAt);
    for (const current of reads) {
      const { id, read } = current;
      const limited = limitSeries(
        instance.endpoint,
        id,
        readSignal(read, catalogue, rates, instance.wallNow()),
        maxSeries,
        'set labels or fold',
      );
      for (const reading of limited.kept) rows.push({ reading, signal: current });
      faults.push(...limited.faults);
      await nextTurn();
      signal.throwIfAborted();
    }
    rates.end();
    // A rate over a restart is that of a part of the time, so a verification waits for the next one.
    const window = {
      ...{ addsUp: false, windowMs: instance.config.every },
      targets: { [instance.where]: rates.resetAt / 1000 },
    };
    const items = rows.map(({ reading, signal: { id, read } }) => ({
      ...toSample(reading, id, instance.source, time, own),
      ...(read.perMs === undefined ? {} : { computed: window }),
    }));
    return { items, faults: [...faults, ...flawFaults(instance, scrape.page, catalogue.duplicates)] };
  };

  const words = {
    name: 'metrics',
    kind: 'samples',
    signals: reads.map(({ id }) => id),
    ...(needsTwo ? { needsTwo } : {}),
  } as const;
  return promtextFeed(instance, words, async (signal) => {
    try {
      return await readAll(await scrapePage(instance, signal, names), signal);
    } catch (error) {
      return { items: [], faults: [instance.fault(error)] };
    }
  });
};

/** Our instance name wins; the page's label of that name becomes exported_instance, as in Prometheus. */
const toSample = (
  { labels, value, why, metric, ageMs = 0 }: SignalReading,
  signal: string,
  source: string,
  now: number,
  own: { readonly instance: string } | undefined,
): Sample => {
  const { instance: exported, ...others } = labels;
  const renamed = exported === undefined ? {} : { exported_instance: exported };
  return {
    source,
    at: now - ageMs,
    signal,
    labels: own === undefined ? labels : { ...others, ...renamed, ...own },
    ...(value === undefined ? {} : { value }),
    ...(why === undefined ? {} : { why }),
    ...(metric === undefined ? {} : { metric }),
  };
};

const familyText = ({ type, samples, help }: FamilyCount): string => {
  const counted = `${type}, ${samples} ${samples === 1 ? 'sample' : 'samples'}`;
  return help.trim() === '' ? counted : `${counted}: ${oneLine(help, 100)}`;
};

/** Metric families of the page, one note each: type, number of samples, help text. Read on demand. */
const familiesFeed = (instance: PageInstance): Feed =>
  promtextFeed(
    instance,
    { name: 'families', kind: 'notes', onDemand: true },
    async (signal): Promise<Reading<Note>> => {
      try {
        const { page } = await scrapePage(instance, signal);
        const stamp = { source: instance.source, at: instance.now() };
        const who = instance.name === '' ? '' : `${instance.name} `;
        return {
          items: familyCounts(page).map((family) => ({
            ...stamp,
            title: `${who}${oneLine(family.name, 100)}`,
            text: familyText(family),
          })),
          faults: flawFaults(instance, page),
        };
      } catch (error) {
        return { items: [], faults: [instance.fault(error)] };
      }
    },
  );

/**
 * Pages in the Prometheus text format or OpenMetrics, scraped directly: a service or an exporter, in one or several
 * instances.
 */
export const promtext = defineSource<PromtextConfig>({
  type: 'promtext',
  title: 'Prometheus text and OpenMetrics pages',
  config: promtextConfig,
  reads: promtextReadSchema,
  checkRead: promtextReadProblem,
  feedNames: ['metrics', 'families'],
  operations: {},
  gives: () => ({ kinds: [] }),
  viaDefaults: promtextAddress,
  routeConfig: promtextAtEnds,
  rowCommand: promtextRowCommand,
  open: async (opening, io) => openPromtext(opening, io),
});

const openPromtext = ({ id, config, signals }: SourceOptions<PromtextConfig>, io: ReadIo): Source => {
  const instances = openPageInstances(id, config, io);
  const several = instances.length > 1;
  return {
    id,
    feeds: instances.flatMap((instance) => [metricsFeed(instance, signals, several), familiesFeed(instance)]),
    operations: [],
    ...(config.identity === undefined ? {} : { identify: (signal) => firstIdentityFault(instances, signal) }),
    fingerprint: (signal) => promtextFingerprint(instances, signal),
    doctor: (signal) => diagnosePromtext(instances, signals, signal),
    close: () => io.close(),
  };
};

/** A wrong system behind any address invalidates the whole source, and takes precedence over an unreachable one. */
const firstIdentityFault = async (
  instances: readonly PageInstance[],
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  const results = await Promise.all(instances.map((instance) => instanceIdentityFault(instance, signal)));
  const mismatches = results.filter((fault) => fault !== undefined);
  return mismatches.find((fault) => fault.kind === 'wrong-system') ?? mismatches[0];
};
