import {
  type CheckResult,
  type Fault,
  type Finding,
  identityFault,
  lacking,
  runChecks,
  type SignalRequest,
} from '../../sdk.ts';
import { compileMetricRead, requiredSampleNames, type SeriesSelector, selectSeries } from './metric-read.ts';
import { PageIndex } from './page-index.ts';
import type { PageInstance } from './page-instance.ts';
import { type ScrapeResult, scrapePage } from './page-instance.ts';

/** Examines every page: whether it is readable, its format, and which metrics of the signals are missing. */
export const diagnosePromtext = async (
  instances: readonly PageInstance[],
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<readonly Finding[]> =>
  (await Promise.all(instances.map((instance) => instanceFindings(instance, signals, signal)))).flat();

/** Fault of an instance that is not, or not verifiably, the system that the profile names. */
export const instanceIdentityFault = (
  instance: PageInstance,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  const { identity } = instance.config;
  return identity === undefined
    ? Promise.resolve(undefined)
    : identityFault(instance.endpoint, identity, instance.wallNow, signal);
};

const instanceFindings = async (
  instance: PageInstance,
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source } = instance;
  const mismatch = await instanceIdentityFault(instance, signal);
  const run = async (): Promise<readonly CheckResult[]> => {
    const reads = signals.map(({ read }) => compileMetricRead(read));
    const scrape = await scrapePage(instance, signal, requiredSampleNames(reads));
    return [pageResult(instance, scrape), ...missingMetricResults(instance, signals, scrape)];
  };
  const fault = (_: string, error: unknown): Fault => instance.fault(error);
  return [
    ...(mismatch === undefined ? [] : [{ source, ok: false, what: mismatch.message }]),
    ...(await runChecks({ source, fault }, [{ call: '', run }], signal)),
  ];
};

const pageResult = ({ where }: PageInstance, { page, contentType }: ScrapeResult): CheckResult => {
  const type = contentType === '' ? 'the response names no content type' : contentType;
  const what = `${where}: ${type}, ${page.sampleCount} samples`;
  return page.flawCount === 0
    ? what
    : lacking(`${what}, ${page.flawCount} malformed ${page.flawCount === 1 ? 'line' : 'lines'}`);
};

const missingMetricResults = (
  { where }: PageInstance,
  signals: readonly SignalRequest[],
  { page }: ScrapeResult,
): readonly CheckResult[] => {
  const catalogue = new PageIndex(page);
  return signals.flatMap(({ id, read }) => {
    const { selector: from, divisor: to, quantile } = compileMetricRead(read);
    const selectors: readonly (readonly [SeriesSelector, number | undefined])[] = [
      [from, quantile],
      ...(to === undefined ? [] : [[to, undefined] as const]),
    ];
    return selectors.flatMap(([selector, of]) => {
      const series = selectSeries(selector, catalogue, of);
      return 'why' in series
        ? lacking(
            `${where}, signal ${id}: ${series.why}`,
            'a metric may appear only after the first use. Check names and labels on the page, or in the feed families',
          )
        : [];
    });
  });
};
