import type { HealthStatus } from '../../kinds/health/fact.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { numberIn } from '../table.ts';

/**
 * What a monitoring plugin says with its exit status. Source: Nagios plugin development guidelines, return codes.
 * Undefined for any other.
 */
export const statusOf = (code: number): HealthStatus | undefined =>
  (['up', 'degraded', 'down', 'unknown'] as const)[code];

/** A measured value of a plugin. No `value`: it said `U`, that it could not tell. */
export interface Perf {
  readonly label: string;
  readonly value?: number;
  /** s, us, ms, %, B, KB, MB, TB, c, or whatever stood behind the number. */
  readonly unit: string;
}

export interface PluginOutput {
  /** The first line, without the performance data. */
  readonly detail: string;
  readonly perf: readonly Perf[];
}

/**
 * The text and the performance data of a plugin: `TEXT | 'label'=value[UOM];[warn];[crit];[min];[max]`, and further data
 * behind a bar in the lines below, up to the end. Source: Nagios plugin development guidelines.
 */
export const parsePlugin = (out: string): PluginOutput => {
  const [first = '', ...rest] = masker.mask(out).split('\n');
  const [detail, data] = atBar(first);
  const [, more] = atBar(rest.join('\n'));
  return { detail: oneLine(detail), perf: [...perfOf(data), ...perfOf(more)] };
};

const atBar = (text: string): readonly [string, string] => {
  const bar = text.indexOf('|');
  return bar === -1 ? [text, ''] : [text.slice(0, bar), text.slice(bar + 1)];
};

/** A label in quotes ('' is a quote in it) or without, then a number and its unit; limits follow, which opsdeck has its own of. */
const datum = /(?:'((?:[^']|'')+)'|([^\s'=;]+))=(U|[-+]?[\d.,]+(?:[eE][-+]?\d+)?)([^\s;\d]*)[^\s]*/g;

const perfOf = (text: string): readonly Perf[] =>
  [...text.matchAll(datum)].map(([, quoted, plain, number = '', unit = '']) => {
    // Some locales make plugins write a comma.
    const value = numberIn(number.replace(',', '.'));
    return {
      label: (quoted ?? plain ?? '').replaceAll("''", "'"),
      ...(value === undefined ? {} : { value }),
      unit,
    };
  });
