import { type Fault, type Finding, identityFault, type WantedSignal } from '../../sdk.ts';
import { Catalogue } from './catalogue.ts';
import type { Instance } from './instance.ts';
import { type Scrape, scrapePage } from './instance.ts';
import { metricRead, type Selector, select, wantedNames } from './metric-read.ts';

/** Reads every page: whether it can be had, what it is, and which metrics of the signals it lacks. */
export const examine = async (
  instances: readonly Instance[],
  signals: readonly WantedSignal[],
  signal: AbortSignal,
): Promise<readonly Finding[]> =>
  (await Promise.all(instances.map((instance) => examineOne(instance, signals, signal)))).flat();

/** The fault of an instance that is not (or cannot be shown to be) the system that the profile names. */
export const strangerAt = (instance: Instance, signal: AbortSignal): Promise<Fault | undefined> => {
  const { identity } = instance.config;
  return identity === undefined
    ? Promise.resolve(undefined)
    : identityFault(instance.endpoint, identity, instance.wallNow, signal);
};

const examineOne = async (
  instance: Instance,
  signals: readonly WantedSignal[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source } = instance;
  const stranger = await strangerAt(instance, signal);
  const identity = stranger === undefined ? [] : [{ source, ok: false, what: stranger.message }];
  try {
    const reads = signals.map(({ read }) => metricRead(read));
    const scrape = await scrapePage(instance, signal, wantedNames(reads));
    return [...identity, found(instance, scrape), ...missing(instance, signals, scrape)];
  } catch (error) {
    const { message, remedy } = instance.fault(error);
    return [...identity, { source, ok: false, what: message, ...(remedy === undefined ? {} : { remedy }) }];
  }
};

const found = ({ source, where }: Instance, { page, contentType }: Scrape): Finding => {
  const type = contentType === '' ? 'no content type' : contentType;
  const flaws = page.flawCount === 0 ? '' : `, ${page.flawCount} of its lines are not as they should be`;
  return { source, ok: page.flawCount === 0, what: `${where}: ${type}, ${page.samples} samples${flaws}` };
};

const missing = (
  { source, where }: Instance,
  signals: readonly WantedSignal[],
  { page }: Scrape,
): readonly Finding[] => {
  const catalogue = new Catalogue(page);
  return signals.flatMap(({ id, read }) => {
    const { from, to, quantile } = metricRead(read);
    const wanted: readonly (readonly [Selector, number | undefined])[] = [
      [from, quantile],
      ...(to === undefined ? [] : [[to, undefined] as const]),
    ];
    return wanted.flatMap(([selector, of]): readonly Finding[] => {
      const series = select(selector, catalogue, of);
      if (!('why' in series)) return [];
      const remedy =
        'a metric may only appear when it is first used; names and labels are on the page, or in the feed families';
      return [{ source, ok: false, what: `${where}, signal ${id}: ${series.why}`, remedy }];
    });
  });
};
