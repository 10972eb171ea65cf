import { type Command, InvalidArgumentError } from 'commander';
import type { Millis } from '../../domain/fault.ts';
import { collectTexts } from '../global-options.ts';

/** What `opsdeck logs` was asked for, word by word. */
export interface LogFlags {
  readonly source?: readonly string[];
  readonly of?: string;
  readonly view?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly ignoreCase?: boolean;
  readonly level?: string;
  readonly since?: string;
  readonly until?: string;
  readonly tail?: number | 'all';
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly afterContext?: number;
  readonly beforeContext?: number;
  readonly context?: number;
  readonly count?: boolean;
  readonly anonymise?: boolean;
  readonly json?: boolean;
}

const amount = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number of lines.');
};

const amountOrAll = (text: string): number | 'all' => (text === 'all' ? text : amount(text));

/** Declares the options of `opsdeck logs`. */
export const addLogOptions = (command: Command): Command =>
  command
    .option('--source <source>', 'lines of this source (repeatable)', collectTexts)
    .option('--of <target>', 'of it: pod/x, deployment/x, app=label, a container, a unit, a file')
    .option('--view <view>', 'what a log view of the profile shows')
    .option('--include <regex>', 'lines that match it, or another --include (repeatable)', collectTexts)
    .option('--exclude <regex>', 'no lines that match it (repeatable)', collectTexts)
    .option('-i, --ignore-case', 'upper and lower case are the same')
    .option('--level <level>', 'lines at least this grave: trace, debug, info, warn, error, fatal')
    .option('--since <time>', 'from then on: 1h, or 2026-03-04T10:15:00Z')
    .option('--until <time>', 'up to then')
    .option('--tail <lines>', 'the last lines of each stream that pass, or all', amountOrAll)
    .option('-f, --follow', 'go on with what is written from now on')
    .option('--previous', 'of containers before their last restart')
    .option('-A, --after-context <lines>', 'also so many lines behind each that passes', amount)
    .option('-B, --before-context <lines>', 'also so many in front of it', amount)
    .option('-C, --context <lines>', 'also so many on both sides', amount)
    .option('--count', 'only how many lines pass')
    .option('--anonymise', 'pseudonyms in place of hosts, addresses, people, tokens and card numbers')
    .option('--json', 'one JSON object a line');

/** A moment, wall clock: '1h' is an hour ago. Undefined for what is neither a duration nor a time. */
export const parseTime = (
  text: string,
  ago: (text: string) => Millis | undefined,
  now: Millis,
): Millis | undefined => {
  const ms = ago(text);
  if (ms !== undefined) return now - ms;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};
