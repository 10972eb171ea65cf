import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '../../../domain/text/error-message.ts';
import type { FindProgram } from './programs.ts';

/** Exit status and output line of a check. */
interface Checked {
  readonly out: string;
  readonly status: number;
}

/**
 * The check itself. `text` is the content of `metrics.json`, or the error of reading it. Its source is copied into the program,
 * so it must not refer to anything outside itself.
 */
const checkMetrics = (args: readonly string[], text: () => string): Checked => {
  const words = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];
  const [metric = 'errorRatePercent', warn = '1', crit = '5'] = args.filter((arg) => arg !== '--json');
  let metrics: Record<string, unknown>;
  try {
    metrics = JSON.parse(text());
  } catch (error) {
    metrics = { problem: errorMessage(error) };
  }
  if (args.includes('--json'))
    return { out: JSON.stringify(metrics), status: metrics.problem === undefined ? 0 : 3 };
  const value = metrics[metric];
  if (typeof value !== 'number')
    return { out: `UNKNOWN - ${metrics.problem ?? `there is no ${metric}`}`, status: 3 };
  const isWorse = (limit: number): boolean => (metric === 'slaPercent' ? value < limit : value >= limit);
  const status = isWorse(Number(crit)) ? 2 : isWorse(Number(warn)) ? 1 : 0;
  return {
    out: `${words[status]} - ${metric} is ${value} | ${metric}=${value};${warn};${crit}`,
    status,
  };
};

/**
 * A stand-alone check in the style of the Nagios plugins. It reads the `metrics.json` next to it, prints one line with
 * performance data, and exits with 0, 1, 2 or 3. Arguments: `[METRIC [WARN CRIT]]`, default `errorRatePercent 1 5`; for
 * `slaPercent`, lower is worse. `--json` prints the numbers of the file and exits with 0.
 */
export const checkScriptSource = (node: string): string => `#!${node}
import { readFileSync } from 'node:fs';

const check = ${checkMetrics.toString()};
const { out, status } = check(process.argv.slice(2), () => readFileSync(new URL('metrics.json', import.meta.url), 'utf8'));
console.log(out);
process.exitCode = status;
`;

/** The same check without a process. `path` is the program, `dir` the directory of its `metrics.json`. */
export const checkProgram =
  (path: string, dir: string): FindProgram =>
  ({ argv: [program, ...args] }) =>
    program !== path
      ? undefined
      : {
          run: async ({ out }) => {
            const checked = checkMetrics(args, () => readFileSync(join(dir, 'metrics.json'), 'utf8'));
            out(`${checked.out}\n`);
            return checked.status;
          },
        };
