import { defined } from '../../domain/base/defined.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import type { HealthStatus } from '../../kinds/health/fact.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import type { ProgramEnd } from '../../platform/processes/program.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { columnValue, parseCsv, parseDecimal, tableFromCsv } from '../kit/values/data-table.ts';
import { jsonScalarAt, parseJson } from '../kit/values/json.ts';
import type { OutputFormat, OutputRead, ScriptCheckConfig } from './config.ts';

/**
 * Maps the exit status of a monitoring plugin; undefined for any other status. Source: Nagios plugin development
 * guidelines, return codes.
 */
export const nagiosStatus = (code: number): HealthStatus | undefined =>
  (['up', 'degraded', 'down', 'unknown'] as const)[code];

/** A measured value of a plugin. Without `value` the plugin reported `U`, undetermined. */
interface PerformanceValue {
  readonly label: string;
  readonly value?: number;
  /** s, us, ms, %, B, KB, MB, TB, c, or any other suffix of the number. */
  readonly unit: string;
}

interface PluginOutput {
  /** First line, without performance data. */
  readonly detail: string;
  readonly perf: readonly PerformanceValue[];
}

/**
 * Parses the text and performance data of a plugin: `TEXT | 'label'=value[UOM];[warn];[crit];[min];[max]`. Further data
 * may follow after a bar in later lines, up to the end. Source: Nagios plugin development guidelines.
 */
export const parsePluginOutput = (out: string): PluginOutput => {
  const [first = '', ...rest] = secretMasker.mask(out).split('\n');
  const [detail, data] = splitAtBar(first);
  const [, more] = splitAtBar(rest.join('\n'));
  return { detail: oneLine(detail), perf: [...parsePerformanceData(data), ...parsePerformanceData(more)] };
};

const splitAtBar = (text: string): readonly [string, string] => {
  const bar = text.indexOf('|');
  return bar === -1 ? [text, ''] : [text.slice(0, bar), text.slice(bar + 1)];
};

/**
 * A quoted label ('' is an escaped quote) or a plain one, then a number and its unit. The plugin's thresholds are
 * ignored, since opsdeck has its own.
 */
const performancePattern =
  /(?:'((?:[^']|'')+)'|([^\s'=;]+))=(U|[-+]?[\d.,]+(?:[eE][-+]?\d+)?)([^\s;\d]*)[^\s]*/g;

const parsePerformanceData = (text: string): readonly PerformanceValue[] =>
  [...text.matchAll(performancePattern)].map(([, quoted, plain, number = '', unit = '']) => {
    // Plugins write a comma in some locales.
    const value = parseDecimal(number.replace(',', '.'));
    return {
      label: (quoted ?? plain ?? '').replaceAll("''", "'"),
      ...defined({ value }),
      unit,
    };
  });

export interface CheckVerdict {
  readonly status: HealthStatus;
  /** One line: its output, or the reason it is not up. */
  readonly detail: string;
}

/**
 * Evaluates a completed check. Throws WireError: `missing` when its exit status reports a command that could not run
 * (126, 127: POSIX, shell exit statuses), `malformed` for invalid output.
 */
export const checkVerdict = ({ parse }: Pick<ScriptCheckConfig, 'parse'>, end: ProgramEnd): CheckVerdict => {
  const { status, signal } = end;
  const summary = parse === 'nagios' ? parsePluginOutput(end.out).detail : firstLine(end.out);
  const words = summary === '' ? firstLine(end.err) : summary;
  if (status === undefined)
    return { status: 'down', detail: withOutput(`killed by ${signal ?? 'a signal'}`, words) };
  if (status === 126 || status === 127)
    throw new WireError(
      'missing',
      withOutput(`exited with status ${status}: command not found or not executable`, words),
    );
  const state = parse === 'nagios' ? nagiosStatus(status) : status === 0 ? 'up' : 'down';
  if (state === undefined || (state === 'down' && parse !== 'nagios'))
    return { status: 'down', detail: withOutput(`exited with status ${status}`, words) };
  if (state !== 'up') return { status: state, detail: words === '' ? `exited with status ${status}` : words };
  if (parse === 'number') parseNumberOutput(end.out);
  if (parse === 'json') parseJsonOutput(end.raw);
  return { status: 'up', detail: parse === 'nagios' ? summary : '' };
};

/**
 * Describes the failure of a program that should have printed a value; undefined when it succeeded. A plugin has four
 * valid exit statuses.
 */
export const exitFailure = (
  parse: OutputFormat,
  { status, signal, err, out }: ProgramEnd,
): WireError | undefined => {
  const isGood =
    parse === 'nagios' ? status !== undefined && nagiosStatus(status) !== undefined : status === 0;
  if (isGood) return undefined;
  const words = firstLine(err) === '' ? firstLine(out) : firstLine(err);
  if (status === undefined)
    return new WireError('unreachable', withOutput(`killed by ${signal ?? 'a signal'}`, words));
  const kind = status === 126 || status === 127 ? 'missing' : 'unreachable';
  return new WireError(kind, withOutput(`exited with status ${status}`, words));
};

const firstLine = (text: string): string =>
  oneLine(
    secretMasker
      .mask(text)
      .split('\n')
      .find((line) => line.trim() !== '') ?? '',
  );

const withOutput = (what: string, words: string): string => (words === '' ? what : `${what}: ${words}`);

type OutputReading = Pick<Sample, 'value' | 'why' | 'metric' | 'origin'>;

/**
 * Reads a signal's value from a program's output. Throws `malformed` for output that does not match `parse`, `missing`
 * for an unknown column.
 */
export const outputValue = (format: OutputFormat, end: ProgramEnd, read: OutputRead): OutputReading => {
  switch (format) {
    case 'number':
      return { value: parseNumberOutput(end.out) };
    case 'json':
      return jsonScalarAt(parseJsonOutput(end.raw), read.path);
    case 'csv': {
      const { rows, unterminatedLine: openAt } = parseCsv(end.raw.replaceAll('\r\n', '\n'), read.delimiter);
      if (openAt !== undefined) throw new WireError('malformed', `line ${openAt}: unterminated quoted field`);
      if (rows.length === 0) throw new WireError('malformed', 'no output');
      return columnValue(tableFromCsv(rows, read.header ?? true), read);
    }
    case 'nagios':
      return read.label === undefined ? exitStatusValue(end) : performanceValue(end, read.label);
    case 'exit':
      return exitStatusValue(end);
  }
};

export const exitStatusValue = ({ status, signal }: ProgramEnd): OutputReading =>
  status === undefined ? { why: `killed by ${signal ?? 'a signal'}` } : { value: status };

/** Returns a value of performance data, in the unit of the plugin. */
export const performanceValue = ({ out }: ProgramEnd, label: string): OutputReading => {
  const { perf } = parsePluginOutput(out);
  const performanceValue = perf.find((candidate) => candidate.label === label);
  if (performanceValue === undefined) {
    const has =
      perf.length === 0
        ? 'There is none'
        : `Available: ${oneLine(perf.map((currentPerformanceValue) => currentPerformanceValue.label).join(', '))}`;
    return { why: `no "${label}" in the performance data. ${has}` };
  }
  return performanceValue.value === undefined
    ? { why: `performance data "${label}" has no value` }
    : { value: performanceValue.value, metric: { unit: performanceValue.unit } };
};

/** Parses exactly one number. Throws `malformed` for anything else. */
const parseNumberOutput = (out: string): number => {
  const value = parseDecimal(out);
  if (value === undefined) throw new WireError('malformed', `expected a number, got "${oneLine(out, 40)}"`);
  return value;
};

/** Parses JSON. Throws `malformed`, with the line. */
const parseJsonOutput = (raw: string): unknown => {
  const parsed = parseJson(raw);
  if (!parsed.ok) throw new WireError('malformed', `expected JSON: ${parsed.problem}`);
  return parsed.value;
};
