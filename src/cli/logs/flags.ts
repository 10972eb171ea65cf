import { type Command, InvalidArgumentError } from 'commander';
import type { Millis } from '../../domain/base/fault.ts';
import { collectTexts } from '../command/global-options.ts';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck logs`, unparsed. */
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
  readonly records?: boolean;
  /** `--anonymize`: Commander names the value by the last spelling. */
  readonly anonymise?: boolean;
  readonly json?: boolean;
}

const amount = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a number of lines, such as 100.');
};

const amountOrAll = (text: string): number | 'all' => (text === 'all' ? text : amount(text));

/** Declares `opsdeck logs` with its options. */
export const declareLogs = (command: Command): Command =>
  addExamples(
    command
      .summary('print filtered log lines')
      .description(
        'Print filtered log lines on stdout. Messages about sources go to stderr.\n\n' +
          'Exit codes: 0 success, 3 a source could not be read, 4 usage or profile error.',
      )
      .option('--source <source>', 'read only this source. Repeat the flag for each source', collectTexts)
      .option(
        '--of <target>',
        'read only this target of the source, such as pod/x, deployment/x, app=label, a container, a unit or a file',
      )
      .option('--view <view>', 'apply a log view of the profile')
      .option(
        '--include <regex>',
        'show only lines that match. Repeat the option for lines that match any of several patterns',
        collectTexts,
      )
      .option(
        '--exclude <regex>',
        'hide lines that match this pattern. Repeat the flag for each pattern',
        collectTexts,
      )
      .option('-i, --ignore-case', 'match capital and small letters alike in patterns')
      .option('--level <level>', 'minimum level: trace, debug, info, warn, error, fatal')
      .option(
        '--since <time>',
        'show no lines before this time, written as an age (1h) or as 2026-03-04T10:15:00Z',
      )
      .option('--until <time>', 'show no lines after this time, in the same formats')
      .option(
        '--tail <lines>',
        'how many of the last matching lines of each stream to print, or all (default: 200, or all lines of a file if stdout is a pipe)',
        amountOrAll,
      )
      .option('-f, --follow', 'keep printing new lines until you press ctrl-c')
      .option('--previous', 'read containers before their last restart')
      .option('-A, --after-context <lines>', 'how many lines to print after each match', amount)
      .option('-B, --before-context <lines>', 'how many lines to print before each match', amount)
      .option('-C, --context <lines>', 'how many lines to print before and after each match', amount)
      .option('--count', 'print only the number of matching lines')
      .option(
        '--records',
        'treat a line with a stack trace and other continuation lines as one record when filtering, counting and printing',
      )
      .option(
        '--anonymize, --anonymise',
        'replace hosts, addresses, people, tokens and card numbers with pseudonyms',
      )
      .option('--json', 'print one JSON object per line'),
    [
      ['opsdeck logs --env production --view errors --since 1h', 'print one log view of the last hour'],
      ['opsdeck logs --env production --source k8s -f', 'follow the logs of one source'],
      ["opsdeck logs --env production --include 'timeout|refused' --count", 'count the matching lines'],
    ],
  );

/** Parses a wall-clock time; '1h' is an hour ago. Undefined for text that is neither a duration nor a time. */
export const parseTime = (
  text: string,
  ago: (text: string) => Millis | undefined,
  now: Millis,
): Millis | undefined => {
  const ms = ago(text);
  if (ms !== undefined) return now - ms;
  const [day] = /^\d{4}-\d\d-\d\d/.exec(text) ?? [];
  // Date.parse takes 30 February as 2 March.
  const isDay = day !== undefined && new Date(`${day}T00:00Z`).getUTCDate() === Number(day.slice(8));
  const time = isDay ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
};
