import { existsSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Millis } from '../domain/base/fault.ts';
import { dayMs } from '../domain/text/duration.ts';
import { makeDirSync } from '../platform/files/make-dir.ts';
import type { Environment } from './model/environment.ts';
import { recentWindowMs, type ServedRequest, summarizeRequests } from './model/instances/traffic.ts';
import { mongoArchive } from './servers/container-tools/mongo-tools.ts';
import { gradleWrapperSource } from './servers/gradle/endpoint.ts';
import { checkScriptSource } from './servers/http/check-script.ts';
import { writeCheckout } from './servers/http/checkout-files.ts';
import { composeProgramSource } from './servers/http/compose-program.ts';
import { shebangInterpreter } from './servers/http/script-interpreter.ts';
import { writeScriptLogs } from './servers/http/script-logs.ts';
import type { SimulatorContext } from './servers/http/simulator-context.ts';
import { deploymentScriptPaths } from './servers/scripts/deployment-scripts.ts';
import { deploymentScriptSource } from './servers/scripts/endpoint.ts';

/** Paths of the parts of a folder, relative to it. */
export const simulatorFileNames = {
  csv: 'metrics.csv',
  json: 'metrics.json',
  backups: 'backups',
  check: 'check-metrics.mjs',
  compose: 'docker-compose.yml',
  composeGreen: 'docker-compose.green.yml',
  docker: 'docker.mjs',
  manifests: 'manifests',
} as const;

/** Maximum number of CSV rows. */
const mostRows = 120;
const header = 'time,service,requests_per_second,error_rate_percent,p95_ms,sla_percent';
/** Backups run at 02:00 UTC; the last three are kept. */
const backupHourMs: Millis = 2 * 3_600_000;

/** Writes under a temporary name first, so that readers never see a partial file. */
const put = (path: string, content: string | Buffer, mode = 0o644): void => {
  writeFileSync(`${path}.part`, content, { mode });
  renameSync(`${path}.part`, path);
};

/**
 * The asynchronous form. Replacing a file makes the file system write it to disk first, which takes as long as the disk is busy.
 */
const putLater = async (path: string, content: string): Promise<void> => {
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
};

const numbersOf = (served: readonly ServedRequest[], slaMs?: Millis) => {
  const { requests, errorRatePercent, p95Ms, slaPercent } = summarizeRequests(served, slaMs);
  return {
    requestsPerSecond: requests / (recentWindowMs / 1000),
    errorRatePercent: errorRatePercent ?? null,
    p95Ms: p95Ms ?? null,
    slaPercent: slaPercent ?? null,
  };
};

/** All deployed services with their recent traffic. */
const servicesOf = (env: Environment) =>
  [...env.deployments.values()].map(({ service }) => {
    const served = env.instancesOf(service.name).flatMap(({ traffic }) => traffic.recent(env.now));
    return { name: service.name, ...numbersOf(served, service.slaMs) };
  });

/** A file that changes with every update. */
interface Metrics {
  readonly path: string;
  readonly text: string;
}

/** `metrics.csv` with one more row per service; undefined if it already has rows for this time. */
const csvOf = (path: string, time: string, services: ReturnType<typeof servicesOf>): Metrics | undefined => {
  const before = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').slice(1) : [];
  if (before.at(-1)?.startsWith(`${time},`) === true) return undefined;
  const rows = services.map(({ name, requestsPerSecond, errorRatePercent, p95Ms, slaPercent }) =>
    [time, name, requestsPerSecond, errorRatePercent ?? '', p95Ms ?? '', slaPercent ?? ''].join(','),
  );
  return { path, text: `${[header, ...[...before, ...rows].slice(-mostRows)].join('\n')}\n` };
};

/** The current `metrics.csv` and `metrics.json`. */
const metricsOf = (view: SimulatorContext, dir: string): readonly Metrics[] => {
  const now = view.clock.now();
  const env = view.model.environmentAt(view.env, now);
  const time = new Date(now).toISOString();
  const each = servicesOf(env);
  const services = Object.fromEntries(each.map(({ name, ...numbers }) => [name, numbers]));
  const all = env.instances.flatMap(({ traffic }) => traffic.recent(env.now));
  const summary = { at: time, system: view.model.spec.name, env: view.env, ...numbersOf(all), services };
  const csv = csvOf(join(dir, simulatorFileNames.csv), time, each);
  const json = { path: join(dir, simulatorFileNames.json), text: `${JSON.stringify(summary, null, 2)}\n` };
  return csv === undefined ? [json] : [csv, json];
};

/** A dump of PostgreSQL. */
const sqlDump = (day: string): Buffer =>
  gzipSync(
    `-- PostgreSQL database dump of ${day}\n${'insert into events values (1);\n'.repeat(2000)}--\n-- PostgreSQL database dump complete\n--\n\n`,
  );

const archivedDocuments = 240;

/** An archive of mongodump: completed events before the backup. */
const eventArchive = (namespace: string, time: Millis): Buffer =>
  mongoArchive({
    [namespace]: Array.from({ length: archivedDocuments }, (_, index) => ({
      _id: `evt-${time}-${index}`,
      type: 'order.created',
      status: 'COMPLETED',
      timestamp: new Date(time - 1000 * (index + 1)),
    })),
  });

const writeBackups = (dir: string, view: SimulatorContext, now: Millis): void => {
  const { name: system, mongodb, pipeline } = view.model.spec;
  const ofEvents =
    mongodb === undefined || pipeline === undefined
      ? undefined
      : `${mongodb.database}.${pipeline.collection}`;
  makeDirSync(dir);
  const last = Math.floor((now - backupHourMs) / dayMs) * dayMs + backupHourMs;
  for (const time of [last - 2 * dayMs, last - dayMs, last]) {
    const day = new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
    const path = join(
      dir,
      ofEvents === undefined ? `${system.replaceAll('-', '')}_${day}.sql.gz` : `mongo-${day}.archive.gz`,
    );
    if (existsSync(path)) continue;
    put(path, ofEvents === undefined ? sqlDump(day) : eventArchive(ofEvents, time));
    utimesSync(path, time / 1000, time / 1000);
  }
};

/** The Compose file of a project and the replacement for docker; both are written once. */
const writeCompose = (dir: string, { parts, deployments }: Environment): void => {
  const { compose } = parts;
  if (compose === undefined) return;
  const file = join(dir, simulatorFileNames.compose);
  const program = join(dir, simulatorFileNames.docker);
  const filed = (names: readonly string[]): string =>
    `${JSON.stringify({ services: Object.fromEntries(names.map((name) => [name, { environment: {} }])) }, null, 2)}\n`;
  if (!existsSync(file)) put(file, filed([...deployments.keys(), ...(compose.spec.composed ?? [])]));
  const green = join(dir, simulatorFileNames.composeGreen);
  if (parts.colors !== undefined && !existsSync(green)) put(green, filed([parts.colors.spec.service]));
  if (!existsSync(program)) put(program, composeProgramSource(shebangInterpreter()), 0o755);
};

/** The scripts of blue-green deployments, written once. */
const writeScripts = ({ address }: SimulatorContext, dir: string): void => {
  const url = address?.('scripts');
  if (url === undefined) return;
  for (const path of deploymentScriptPaths) {
    const file = join(dir, path);
    makeDirSync(dirname(file));
    if (!existsSync(file)) put(file, deploymentScriptSource(shebangInterpreter(), url, path), 0o755);
  }
};

/** The Gradle wrapper of a system that can be started from its source code, written once. */
const writeGradleWrapper = ({ address }: SimulatorContext, dir: string): void => {
  const url = address?.('gradle');
  const file = join(dir, 'gradlew');
  if (url !== undefined && !existsSync(file))
    put(file, gradleWrapperSource(shebangInterpreter(), url), 0o755);
};

/** Manifests that operators apply. A modified file is not overwritten. */
const writeManifests = (dir: string, manifests: Readonly<Record<string, string>>): void => {
  makeDirSync(dir);
  for (const [name, text] of Object.entries(manifests))
    if (!existsSync(join(dir, name))) put(join(dir, name), text);
};

/** Files that rarely change; written once, or when their content differs. */
const putLasting = (view: SimulatorContext, dir: string): void => {
  const now = view.clock.now();
  const env = view.model.environmentAt(view.env, now);
  writeBackups(join(dir, simulatorFileNames.backups), view, now);
  writeManifests(join(dir, simulatorFileNames.manifests), view.model.spec.manifests ?? {});
  writeScriptLogs(view, dir);
  const { checkout } = env.parts;
  if (checkout !== undefined)
    writeCheckout(checkout, dir, (time) => view.model.toClock(time) + view.clock.wallOffset());
  writeCompose(dir, env);
  writeScripts(view, dir);
  writeGradleWrapper(view, dir);
  const check = join(dir, simulatorFileNames.check);
  if (!existsSync(check)) put(check, checkScriptSource(shebangInterpreter()), 0o755);
};

/** Updates the folder of an environment synchronously. */
export const updateSimulatorFilesSync = (view: SimulatorContext, dir: string): void => {
  makeDirSync(dir);
  for (const { path, text } of metricsOf(view, dir)) put(path, text);
  putLasting(view, dir);
};

/** Updates the existing folder of an environment without blocking on the disk. */
export const updateSimulatorFiles = async (view: SimulatorContext, dir: string): Promise<void> => {
  putLasting(view, dir);
  await Promise.all(metricsOf(view, dir).map(({ path, text }) => putLater(path, text)));
};

/**
 * Writes the files of an environment: `metrics.csv` (one row per service and write, the last 120), `metrics.json`,
 * `backups/SYSTEM_YYYYMMDD.sql.gz` of three nights (archives of mongodump for a system with events in MongoDB), `manifests`, the output of its scripts, and `check-metrics.mjs`, a check in
 * the style of Nagios. A Compose project also has its file and `docker.mjs`. Times are those of the view's clock. Rejects if
 * `dir` is not writable.
 */
export const writeSimulatorFiles = async (view: SimulatorContext, dir: string): Promise<void> =>
  updateSimulatorFilesSync(view, dir);
