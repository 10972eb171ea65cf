import { optionsOf, usage } from '../test/real/runner/options.ts';
import { totalOf } from '../test/real/runner/report.ts';
import { runReal } from '../test/real/runner/run.ts';
import { tableText } from '../test/real/runner/table.ts';
import { realServers } from '../test/real/servers/every.ts';

// Contract tests against real third-party servers: docs/contributing/testing-real.md. Exit status: 0 at least one ran (or, with
// --install-only, was to be installed) and none failed · 1 otherwise · 4 usage · 130 interrupted.

const minute = 60_000;
const budgetMs = { fast: 20 * minute, all: 60 * minute } as const;

const names = realServers.map(({ name }) => name);
const options = optionsOf(process.argv.slice(2), names);

if (typeof options === 'string') {
  process.stderr.write(`${options}\n${usage}${names.join(', ')}\n`);
  process.exitCode = 4;
} else {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.abort(new Error(signal)));
  const inTime = AbortSignal.any([interrupted.signal, AbortSignal.timeout(budgetMs[options.tier])]);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const reports = await runReal(realServers, options, inTime, say);
  const { passed, failed } = totalOf(reports);
  say(`\n${tableText(reports)}`);
  const isDone = failed === 0 && (options.installOnly || passed > 0);
  process.exitCode = interrupted.signal.aborted ? 130 : isDone ? 0 : 1;
}
