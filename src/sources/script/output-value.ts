import type { Sample } from '../../domain/facts.ts';
import { WireError } from '../../platform/failures.ts';
import type { ProgramEnd } from '../../platform/processes/program.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { parseCsv } from '../csv.ts';
import { parseJson } from '../json-text.ts';
import { scalarAt } from '../scalar.ts';
import { columnValue, numberIn, tableOf } from '../table.ts';
import type { Format, OutputRead } from './config.ts';
import { parsePlugin } from './nagios.ts';

type Value = Pick<Sample, 'value' | 'why'>;

/**
 * What a signal reads of a program's output. Throws `malformed` for an output that is not what `parse` says, `missing` for
 * a column that it has not.
 */
export const outputValue = (format: Format, end: ProgramEnd, read: OutputRead): Value => {
  switch (format) {
    case 'number':
      return { value: numberOf(end.out) };
    case 'json':
      return scalarAt(jsonOf(end.raw), read.path);
    case 'csv': {
      const { rows, openAt } = parseCsv(end.raw.replaceAll('\r\n', '\n'), read.delimiter);
      if (openAt !== undefined) throw new WireError('malformed', `line ${openAt}: a quoted field never ends`);
      if (rows.length === 0) throw new WireError('malformed', 'it printed nothing');
      return columnValue(tableOf(rows, read.header ?? true), read);
    }
    case 'nagios':
      return read.label === undefined ? statusValue(end) : perfValue(end, read.label);
    case 'exit':
      return statusValue(end);
  }
};

export const statusValue = ({ status, signal }: ProgramEnd): Value =>
  status === undefined ? { why: `it was ended by ${signal ?? 'a signal'}` } : { value: status };

/** A value of performance data, in the unit in which the plugin gave it. */
export const perfValue = ({ out }: ProgramEnd, label: string): Value => {
  const { perf } = parsePlugin(out);
  const found = perf.find((one) => one.label === label);
  if (found === undefined) {
    const has =
      perf.length === 0 ? 'it has none' : `it has ${oneLine(perf.map((one) => one.label).join(', '))}`;
    return { why: `no "${label}" in its performance data; ${has}` };
  }
  return found.value === undefined ? { why: `it could not tell its "${label}"` } : { value: found.value };
};

/** Throws `malformed` for anything but one number. */
export const numberOf = (out: string): number => {
  const value = numberIn(out);
  if (value === undefined) throw new WireError('malformed', `expected a number, got "${oneLine(out, 40)}"`);
  return value;
};

/** Throws `malformed`, with the line. */
export const jsonOf = (raw: string): unknown => {
  const parsed = parseJson(raw);
  if (!parsed.ok) throw new WireError('malformed', `expected JSON: ${parsed.problem}`);
  return parsed.value;
};
