import { writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { shellQuoteArgv } from '../../../platform/processes/program.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import { recordingHandler } from '../http/change-request-log.ts';
import { syncLockFile, writeCheckout } from '../http/checkout-files.ts';
import { type Handler, serve } from '../http/http-server.ts';
import { statusInMemory } from '../http/loopback.ts';
import type { FindProgram, SimulatedProgram } from '../http/programs.ts';
import { interpreterArgv } from '../http/script-interpreter.ts';
import type { ProtocolEndpoint } from '../http/simulator-context.ts';
import { changeRecorderFor, type SimulatorContext } from '../http/simulator-context.ts';
import { makeOwnDir } from '../http/temporary-dir.ts';
import { curlWriteOut } from '../ssh/commands/curl.ts';
import { cargo } from './cargo.ts';
import { deployScript } from './deploy-script.ts';
import { rsync, scp, sha256sum } from './file-copies.ts';
import { git } from './repository-tools.ts';
import type { ToolInvocation, ToolResult } from './tool.ts';
import { type Tool, toolFailed, toolOk, toolOkWithStderr, unsupportedInvocation } from './tool.ts';

/** Environment variables that the programs read. */
const forgeVariables: readonly string[] = [
  'DRY_RUN',
  'SKIP_TESTS',
  'BACKUP_ENABLED',
  'CARGO_BUILD_JOBS',
  'RUSTC_WRAPPER',
  'RUST_LOG',
  'RUST_BACKTRACE',
];

/** The words and the exit status of curl for an address without a listener. */
const noConnection = "curl: (7) Failed to connect: Couldn't connect to server\n";
const noConnectionStatus = 7;
/** The time that a request of the program takes. */
const urlSeconds = 0.0041;

/** One simulated program; all of them share one implementation. */
const forgeProgram = (argv: readonly string[]): string => `#!/bin/sh\nexec ${shellQuoteArgv(argv)} "$@"\n`;

/**
 * Runs the programs of a checkout. The simulator at `url` returns the output and exit status. A monitor's output is requested
 * again after each pause.
 */
const forgeStandIn = (url: string): string => `
const names = ${JSON.stringify(forgeVariables)};
const env = Object.fromEntries(names.filter((name) => process.env[name] !== undefined).map((name) => [name, process.env[name]]));
const [program, ...args] = process.argv.slice(2);
const started = { program, args, cwd: process.cwd(), env };
for (let turn = 1; ; turn += 1) {
  const answer = await fetch(${JSON.stringify(url)}, { method: 'POST', body: JSON.stringify(started) });
  const { status, out, err, again, urls = [], writeOut = '' } = await answer.json();
  const statuses = await Promise.all(urls.map((url) => fetch(url).then((response) => response.status, () => 0)));
  const isDeaf = statuses.length > 0 && statuses.every((code) => code === 0);
  process.stderr.write(isDeaf ? ${JSON.stringify(noConnection)} : err);
  process.stdout.write(out + statuses.map((code) => writeOut.replaceAll('%{http_code}', String(code).padStart(3, '0')).replaceAll('%{time_total}', ${JSON.stringify(urlSeconds.toFixed(6))})).join(''));
  process.exitCode = isDeaf ? ${noConnectionStatus} : status;
  if (again === undefined || turn >= (again.times ?? Infinity)) break;
  await new Promise((resolve) => setTimeout(resolve, again.everyMs));
}
`;

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;

/** `monitor_health.sh ENVIRONMENT SECONDS`: a line about the health check per interval. */
const monitorHealth: Tool = ({ args: [to = '', every] }, { view, checkout }): ToolResult => {
  const seconds = wholeNumber(every ?? '30');
  if (!view.model.environmentNames.includes(to) || seconds === undefined)
    return toolFailed(1, 'Usage: monitor_health.sh [local|dev|staging|production] [seconds]\n');
  const env = view.model.environmentAt(to, view.clock.now());
  const isUp = env.instancesOf(checkout.spec.service).some(({ running }) => running);
  const line = isUp ? `OK ${to} healthz 200\n` : `FAILED ${to} healthz: no answer\n`;
  return { ...toolOk(line), again: { everyMs: seconds * 1000 } };
};

/** `monitor_resources.sh DURATION INTERVAL`, both in seconds: a line about CPU and memory per interval. */
const monitorResources: Tool = ({ args: [duration, interval] }): ToolResult => {
  const all = wholeNumber(duration);
  const each = wholeNumber(interval);
  if (all === undefined || each === undefined)
    return toolFailed(1, 'Usage: monitor_resources.sh [duration] [interval]\n');
  const again = { everyMs: each * 1000, times: Math.max(1, Math.floor(all / each)) };
  return { ...toolOk('cpu=14.2% memory=33.1% read=12kB/s written=96kB/s\n'), again };
};

/** `generate_metrics_report.sh BUILDS`: writes the tables in metrics/. */
const metricsReport: Tool = ({ args: [builds = '10'], cwd }, { view, checkout }): ToolResult => {
  const count = wholeNumber(builds);
  if (count === undefined) return toolFailed(1, 'Usage: generate_metrics_report.sh [builds]\n');
  checkout.reportedAt = view.model.environmentAt(view.env, view.clock.now()).now;
  checkout.builds = count;
  writeCheckout(checkout, cwd, (time) => view.model.toClock(time) + view.clock.wallOffset());
  return toolOkWithStderr(`wrote metrics of the last ${count} builds\n`);
};

/** `curl -w FORMAT URL` or `URL[1-N]`: the format for each of the parallel requests. The program itself sends them. */
const curl: Tool = (started) => {
  const { args } = started;
  const [, url = '', last] = /^(http.*?)(?:\[1-(\d+)\])?$/.exec(args.at(-1) ?? '') ?? [];
  if (url === '' || !args.includes('-w') || !args.includes('-o')) return unsupportedInvocation(started);
  const writeOut = (args[args.indexOf('-w') + 1] ?? '').replaceAll('\\n', '\n');
  const urls =
    last === undefined ? [url] : Array.from({ length: Number(last) }, (_, index) => `${url}${index + 1}`);
  return { ...toolFailed(0, ''), urls, writeOut };
};

/** Searches for `unsafe` without a SAFETY comment; like ripgrep, exits with 1 if it finds nothing. */
const rg: Tool = ({ args }, { checkout }) =>
  args.some((arg) => /^-\w*P/.test(arg))
    ? checkout.trouble.unsafeAt === undefined
      ? toolFailed(1, '')
      : toolOk(`${checkout.trouble.unsafeAt}:    unsafe { std::ptr::read(slot) }\n`)
    : args.includes('unsafe')
      ? toolOk(
          'crates/riptide-core/src/ring.rs:41:    // SAFETY: the index is masked\ncrates/riptide-core/src/ring.rs:42:    unsafe { self.slots.get_unchecked(index) }\n',
        )
      : toolFailed(1, '');

const valgrind: Tool = (started) => {
  if (started.args[0] !== '--tool=massif') return unsupportedInvocation(started);
  writeFileSync(join(started.cwd, 'massif.out.4242'), 'desc: (none)\ncmd: ./target/release/riptide-api\n');
  return toolOkWithStderr('==4242== Massif, a heap profiler\n==4242== \n');
};

/** Programs and scripts of a checkout by name. */
const forgeTools: Readonly<Record<string, Tool>> = {
  cargo,
  curl,
  git,
  rg,
  rsync,
  scp,
  sha256sum,
  valgrind,
  'deploy.sh': deployScript,
  'monitor_health.sh': monitorHealth,
  'monitor_resources.sh': monitorResources,
  'generate_metrics_report.sh': metricsReport,
};

const zStarted = z.object({
  program: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
});

/** Output and exit status of a checkout program; undefined for an unknown one. */
const ranBy = (
  view: SimulatorContext,
  checkout: Checkout,
  started: ToolInvocation,
): ToolResult | undefined => {
  view.model.environmentAt(view.env, view.clock.now());
  syncLockFile(checkout, started.cwd);
  return forgeTools[started.program]?.(started, { view, checkout });
};

const handlerOf =
  (view: SimulatorContext, checkout: Checkout): Handler =>
  (ask) => {
    const started = zStarted.parse(JSON.parse(ask.body));
    const ran = ranBy(view, checkout, started);
    return ran === undefined
      ? { status: 404, json: { error: `there is no ${started.program}` } }
      : { status: 200, json: ran };
  };

/** Output, exit status and turns of a program that runs again and again until it is stopped. */
const runInMemory = async (
  view: SimulatorContext,
  checkout: Checkout,
  started: ToolInvocation,
  { out, err, signal }: Parameters<SimulatedProgram['run']>[0],
): Promise<number> => {
  for (let turn = 1; ; turn += 1) {
    changeRecorderFor(view, 'forge')(`POST /`, JSON.stringify(started));
    const ran = ranBy(view, checkout, started);
    if (ran === undefined) return 127;
    const { urls = [], writeOut = '', again } = ran;
    const statuses = await Promise.all(urls.map((url) => statusInMemory(url).catch(() => 0)));
    const isDeaf = statuses.length > 0 && statuses.every((status) => status === 0);
    err(isDeaf ? noConnection : ran.err);
    out(ran.out + statuses.map((status) => curlWriteOut(writeOut, status, urlSeconds)).join(''));
    if (again === undefined || turn >= (again.times ?? Number.POSITIVE_INFINITY))
      return isDeaf ? noConnectionStatus : ran.status;
    await view.clock.sleep(again.everyMs, signal);
    if (signal.aborted) return 143;
  }
};

/** The same programs without a process: handles the response in this process. */
const forgePrograms =
  (view: SimulatorContext, checkout: Checkout, vars: Readonly<Record<string, string>>): FindProgram =>
  ({ argv: [path = '', ...args], cwd, env }) => {
    const program = Object.keys(vars).find((name) => vars[name] === path);
    if (program === undefined) return undefined;
    const known = Object.fromEntries(Object.entries(env).filter(([name]) => forgeVariables.includes(name)));
    const started = { program, args, cwd, env: known };
    return { run: (io) => runInMemory(view, checkout, started, io) };
  };

/** Starts the server for the programs of a checkout. Each is a var with the path of its replacement: `cargo`, `deploy.sh`. */
export const startForgeEndpoint = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const { checkout } = view.model.layout(view.env).parts;
  if (checkout === undefined) return { vars: {}, close: async () => {} };
  const server = await serve(
    recordingHandler(handlerOf(view, checkout), changeRecorderFor(view, 'forge')),
    view.clock,
  );
  const dir = await makeOwnDir('forge');
  const vars = Object.fromEntries(Object.keys(forgeTools).map((name) => [name, join(dir, name)]));
  const standIn = join(dir, 'stand-in.mjs');
  await writeFile(standIn, forgeStandIn(server.url));
  await Promise.all(
    Object.entries(vars).map(([name, path]) =>
      writeFile(path, forgeProgram([...interpreterArgv(), standIn, name]), { mode: 0o755 }),
    ),
  );
  return {
    vars,
    program: forgePrograms(view, checkout, vars),
    close: async () => {
      await server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
