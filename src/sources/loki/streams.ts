import { WireError } from '../../platform/failures.ts';
import type { LabelMatcher } from '../label-matchers.ts';
import type { Labels } from './parse.ts';
import { parseSelector } from './selector.ts';

/** Streams of Loki that are one stream here: those that the naming labels do not tell apart. */
export interface Group {
  /** 'shop/bus/bus-0': the values of the naming labels that it has. */
  readonly name: string;
  readonly key: string;
  /** Values of every naming label; '' for one that it does not have, as Loki itself has it. */
  readonly labels: Labels;
}

/** Which labels name streams, so that there are not too many; and the streams, by name. */
export interface Grouping {
  readonly names: readonly string[];
  readonly groups: readonly Group[];
  /** How many label sets there are. */
  readonly streams: number;
}

export const keyOf = (labels: Labels, names: readonly string[]): string =>
  JSON.stringify(names.map((name) => labels[name] ?? ''));

const groupOf = (labels: Labels, names: readonly string[]): Group => {
  const valued = names.map((name) => [name, labels[name] ?? ''] as const);
  const shown = valued.flatMap(([, value]) => (value === '' ? [] : [value]));
  return {
    name: shown.length === 0 ? 'lines' : shown.join('/'),
    key: keyOf(labels, names),
    labels: Object.fromEntries(valued),
  };
};

/** Ten thousand pods are a few services: while there would be more than `most` streams, the finest label is left off. */
export const grouped = (series: readonly Labels[], names: readonly string[], most: number): Grouping => {
  const groups = new Map(series.map((labels) => [keyOf(labels, names), labels]));
  if (groups.size > most && names.length > 1) return grouped(series, names.slice(0, -1), most);
  const all = [...groups.values()].map((labels) => groupOf(labels, names));
  return {
    names,
    groups: all.sort((a, b) => (a.name < b.name ? -1 : 1)),
    streams: new Set(series.map((labels) => JSON.stringify(labels))).size,
  };
};

/** What is asked for: matchers for Loki, and what of the streams that it knows is meant. */
export interface Wanted {
  readonly matchers: readonly LabelMatcher[];
  meant(labels: Labels): boolean;
}

const everything: Wanted = { matchers: [], meant: () => true };

/**
 * What `of` means: a stream selector, labels ('app=bus,tier=web'), or a name ('bus', 'pod/bus-0', 'deployment/bus') that is
 * the value of a label, or that a value begins with, before a '-'. Throws WireError for a selector that is none.
 */
export const wantedOf = (of: string | undefined): Wanted => {
  if (of === undefined || of.trim() === '') return everything;
  if (of.trim().startsWith('{')) {
    const matchers = parseSelector(of);
    if (matchers === undefined) throw new WireError('unconfigured', `"${of}" is no stream selector`);
    return { matchers, meant: () => true };
  }
  const pairs = of.split(',').map((pair) => /^\s*([a-zA-Z_]\w*)=(\S+)\s*$/.exec(pair));
  if (pairs.every((pair) => pair !== null))
    return {
      matchers: pairs.map(([, name = '', value = '']) => ({ name, value, isRegex: false, isEqual: true })),
      meant: () => true,
    };
  const name = of.slice(of.indexOf('/') + 1).trim();
  return {
    matchers: [],
    meant: (labels) => Object.values(labels).some((value) => value === name || value.startsWith(`${name}-`)),
  };
};

const longestAlternatives = 1500;

/** A regex of RE2 that matches one of these texts, whole. */
const oneOf = (values: readonly string[]): string =>
  values.map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');

/** Matchers that every line of these groups passes, and as few others as a selector of a bearable length can tell. */
export const matchersOf = (groups: readonly Group[], names: readonly string[]): readonly LabelMatcher[] =>
  names.flatMap((name): readonly LabelMatcher[] => {
    const values = [...new Set(groups.map(({ labels }) => labels[name] ?? ''))];
    const [only = ''] = values;
    if (values.length === 1) return [{ name, value: only, isRegex: false, isEqual: true }];
    const value = oneOf(values);
    return value.length > longestAlternatives ? [] : [{ name, value, isRegex: true, isEqual: true }];
  });
