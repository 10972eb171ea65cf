import { WireError } from '../../platform/runtime/wire-error.ts';
import type { LabelMatcher } from '../kit/values/label-matchers.ts';
import type { LokiLabels } from './parse.ts';
import { parseStreamSelector } from './selector.ts';

/** Loki streams that form one stream here, because their naming labels are equal. */
export interface StreamGroup {
  /** Values of its naming labels: 'shop/bus/bus-0'. */
  readonly name: string;
  readonly key: string;
  /** Values of all naming labels; '' for a missing one, as in Loki itself. */
  readonly labels: LokiLabels;
}

/** The labels that name streams, chosen to limit their number, and the streams by name. */
interface StreamGrouping {
  readonly labelNames: readonly string[];
  readonly groups: readonly StreamGroup[];
}

export const streamGroupKey = (labels: LokiLabels, names: readonly string[]): string =>
  JSON.stringify(names.map((name) => labels[name] ?? ''));

const streamGroup = (labels: LokiLabels, names: readonly string[]): StreamGroup => {
  const valued = names.map((name) => [name, labels[name] ?? ''] as const);
  const shown = valued.flatMap(([, value]) => (value === '' ? [] : [value]));
  return {
    name: shown.length === 0 ? 'lines' : shown.join('/'),
    key: streamGroupKey(labels, names),
    labels: Object.fromEntries(valued),
  };
};

/**
 * Groups streams: ten thousand pods are a few services, so the finest label is dropped while there are more than `most`
 * streams.
 */
export const groupStreams = (
  series: readonly LokiLabels[],
  names: readonly string[],
  most: number,
): StreamGrouping => {
  const groups = new Map(series.map((labels) => [streamGroupKey(labels, names), labels]));
  if (groups.size > most && names.length > 1) return groupStreams(series, names.slice(0, -1), most);
  const all = [...groups.values()].map((labels) => streamGroup(labels, names));
  return { labelNames: names, groups: all.sort((a, b) => (a.name < b.name ? -1 : 1)) };
};

/** Selects streams: matchers for Loki, and a filter on its known streams. */
interface StreamFilter {
  readonly matchers: readonly LabelMatcher[];
  matches(labels: LokiLabels): boolean;
}

const allStreams: StreamFilter = { matchers: [], matches: () => true };

/**
 * Parses `of`: a stream selector, labels ('app=bus,tier=web'), or a name ('bus', 'pod/bus-0', 'deployment/bus') that
 * equals the value of a label, or its prefix before a '-'. Throws WireError for an invalid selector.
 */
export const parseStreamFilter = (of: string | undefined): StreamFilter => {
  if (of === undefined || of.trim() === '') return allStreams;
  if (of.trim().startsWith('{')) {
    const matchers = parseStreamSelector(of);
    if (matchers === undefined)
      throw new WireError('unconfigured', `"${of}" is not a stream selector. Write {app="x"}`);
    return { matchers, matches: () => true };
  }
  const pairs = of.split(',').map((pair) => /^\s*([a-zA-Z_]\w*)=(\S+)\s*$/.exec(pair));
  if (pairs.every((pair) => pair !== null))
    return {
      matchers: pairs.map(([, name = '', value = '']) => ({ name, value, isRegex: false, isEqual: true })),
      matches: () => true,
    };
  const name = of.slice(of.indexOf('/') + 1).trim();
  return {
    matchers: [],
    matches: (labels) =>
      Object.values(labels).some((value) => value === name || value.startsWith(`${name}-`)),
  };
};

const maxAlternationLength = 1500;

/** Builds an RE2 regex that matches any of these texts completely. */
const alternation = (values: readonly string[]): string =>
  values.map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');

/** Builds matchers that pass all lines of these groups, and as few others as possible within a limited length. */
export const streamGroupMatchers = (
  groups: readonly StreamGroup[],
  names: readonly string[],
): readonly LabelMatcher[] =>
  names.flatMap((name): readonly LabelMatcher[] => {
    const values = [...new Set(groups.map(({ labels }) => labels[name] ?? ''))];
    const [only = ''] = values;
    if (values.length === 1) return [{ name, value: only, isRegex: false, isEqual: true }];
    const value = alternation(values);
    return value.length > maxAlternationLength ? [] : [{ name, value, isRegex: true, isEqual: true }];
  });
