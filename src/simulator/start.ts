import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '../domain/base/defined.ts';
import type { Millis } from '../domain/base/fault.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import { startControlServer } from './control.ts';
import { simulatorFileNames, updateSimulatorFiles, updateSimulatorFilesSync } from './files.ts';
import type { Environment } from './model/environment.ts';
import type { RehearsalSpec, SystemSpec } from './model/spec/system-spec.ts';
import { SystemModel } from './model/system-model.ts';
import { startEndpoints } from './servers/endpoints.ts';
import { environmentHandlers, environmentServers } from './servers/environment.ts';
import { createChangeLog } from './servers/http/change-request-log.ts';
import { checkProgram } from './servers/http/check-script.ts';
import type { RunningServer } from './servers/http/http-server.ts';
import { type Handler, serve } from './servers/http/http-server.ts';
import type { FindProgram } from './servers/http/programs.ts';
import type { ProtocolEndpoint, SimulatorContext } from './servers/http/simulator-context.ts';
import { makeOwnDir } from './servers/http/temporary-dir.ts';
import type { ModeledSimulator, SimulatorOptions } from './simulator.ts';
import { systemSpec } from './systems.ts';

/** Running servers of one environment by name: edge, a dependency, an instance, an instance's `-app`. */
type RunningServers = ReadonlyMap<string, RunningServer>;

/**
 * Addresses of an environment as `${world.NAME}` in a profile. An instance's actuator has the instance's name, that of the first
 * instance the service's name. Applications have the suffix `-app`, metrics pages `-metrics`. Edge, deploy, prometheus,
 * alertmanager, GitHub, the public address of hosts, and every dependency are root addresses.
 */
const environmentAddresses = (
  env: Pick<Environment, 'instances' | 'dependencies'>,
  servers: RunningServers,
): Readonly<Record<string, string>> => {
  const addresses: Record<string, string> = {};
  for (const name of [...environmentServers, ...env.dependencies.keys()])
    addresses[`world.${name}`] = servers.get(name)?.url ?? '';
  for (const name of ['front', 'front-plain', 'github', 'pagerduty', 'kong', 'blue', 'green']) {
    const front = servers.get(name);
    if (front !== undefined) addresses[`world.${name}`] = front.url;
  }
  const slack = servers.get('slack');
  if (slack !== undefined) addresses['world.slack'] = `${slack.url}/api`;
  for (const { name, service } of env.instances) {
    const management = servers.get(name)?.url ?? '';
    addresses[`world.${name}`] = `${management}/actuator`;
    addresses[`world.${name}-app`] = servers.get(`${name}-app`)?.url ?? management;
    addresses[`world.${name}-metrics`] = `${management}/actuator/prometheus`;
    addresses[`world.${service.name}-metrics`] ??= `${management}/actuator/prometheus`;
    addresses[`world.${service.name}`] ??= `${management}/actuator`;
    addresses[`world.${service.name}-app`] ??= servers.get(`${name}-app`)?.url ?? management;
  }
  return addresses;
};

/** Values of a real profile's vars in a drill; those that this environment lacks are omitted. */
export const rehearsalVariables = (
  { addresses, texts }: RehearsalSpec,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const filled = Object.entries(addresses).flatMap(([name, of]) => {
    const address = variables[`world.${of}`];
    return address === undefined ? [] : [[name, address] as const];
  });
  return { ...texts, ...Object.fromEntries(filled) };
};

const everyMs: Millis = 2000;

/** Files of a running simulator, in a separate folder. */
interface SimulatorFiles {
  /**
   * `world.files`, `world.check-script`, `world.docker-program`, `world.manifests`, `world.backups`, `world.known-issues`,
   * `world.access-log` and `world.database-log` of an environment; kept up to date from now on.
   */
  varsOf(env: string): Readonly<Record<string, string>>;
  /** The check next to the files, without a process. */
  readonly program: FindProgram;
  /** Deletes the folder. */
  close(): Promise<void>;
}

/** Creates a temporary folder, and writes an environment's files on the first access. */
const keepSimulatorFiles = async (viewOf: (env: string) => SimulatorContext): Promise<SimulatorFiles> => {
  const root = await makeOwnDir('simulator');
  const stops = new Map<string, () => void>();
  const updates = new Map<string, Promise<void>>();
  /** One write at a time; on a busy disk the next one is skipped. */
  const update = (view: SimulatorContext, dir: string): void => {
    if (updates.has(dir)) return;
    const done = (): void => void updates.delete(dir);
    updates.set(dir, updateSimulatorFiles(view, dir).then(done, done));
  };
  return {
    varsOf: (env) => {
      const dir = join(root, env);
      if (!stops.has(env)) {
        const view = viewOf(env);
        updateSimulatorFilesSync(view, dir);
        stops.set(
          env,
          view.clock.every(everyMs, () => update(view, dir)),
        );
      }
      return {
        'world.files': dir,
        'world.check-script': join(dir, simulatorFileNames.check),
        'world.docker-program': join(dir, simulatorFileNames.docker),
        'world.manifests': join(dir, simulatorFileNames.manifests),
        'world.backups': join(dir, simulatorFileNames.backups),
        'world.known-issues': join(dir, 'known-issues.csv'),
        'world.access-log': join(dir, 'logs', 'access.log'),
        'world.database-log': join(dir, 'logs', 'postgresql.log'),
      };
    },
    program: (call) => {
      for (const env of stops.keys()) {
        const dir = join(root, env);
        const simulatedProgram = checkProgram(join(dir, simulatorFileNames.check), dir)(call);
        if (simulatedProgram !== undefined) return simulatedProgram;
      }
      return undefined;
    },
    close: async () => {
      for (const stop of stops.values()) stop();
      await Promise.all(updates.values());
      await rm(root, { recursive: true, force: true });
    },
  };
};

/** Maximum delay behind the clock before an environment is advanced, so that a later read has little to compute. */
const fileUpdateIntervalMs: Millis = 2000;

/** The clock of the machines of a model, which may have been stepped. */
const clockOf = (model: SystemModel, clock: Clock): Clock => ({
  ...clock,
  now: () => clock.now() + model.clockOffsetMs,
  wallNow: () => clock.wallNow() + model.clockOffsetMs,
});

/** Starts the servers of one environment; name → address. */
const startServers = async (handlers: ReadonlyMap<string, Handler>, clock: Clock): Promise<RunningServers> =>
  new Map(
    await Promise.all(
      [...handlers].map(async ([name, handler]) => [name, await serve(handler, clock)] as const),
    ),
  );

const modelOf = (spec: SystemSpec, options: SimulatorOptions): SystemModel =>
  new SystemModel(spec, {
    startedAt: options.clock.now(),
    ...defined({
      speed: options.speed,
      seed: options.seed,
      identity: options.identity,
      warmUpMs: options.warmUpMs,
    }),
  });

/** Vars of other environments: 'world.staging/bus'. */
const neighbourVars = (
  addressesByEnv: ReadonlyMap<string, Readonly<Record<string, string>>>,
  env: string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...addressesByEnv].flatMap(([name, own]) =>
      name === env
        ? []
        : Object.entries(own).map(([place, url]) => [place.replace('world.', `world.${name}/`), url]),
    ),
  );

/**
 * Starts the simulator of a system: one model, and all servers of all environments on free loopback ports. Throws for an unknown
 * system, incident or environment.
 */
export const startSimulator = async (
  system: string,
  options: SimulatorOptions,
): Promise<ModeledSimulator> => {
  const spec = systemSpec(system);
  const model = modelOf(spec, options);
  const clock = clockOf(model, options.clock);
  const struckEnv = options.incidentEnv ?? 'production';
  const see = (env: string): Environment => model.environmentAt(env, clock.now());
  const changes = createChangeLog();
  const viewOf = (env: string): SimulatorContext => ({
    changes,
    model,
    clock,
    env,
    address: (name) => wires.get(env)?.vars[name] ?? servers.get(env)?.get(name)?.url,
  });
  // Monitoring is created with its servers, and must see the time before the incident.
  const handlers = model.environmentNames.map((env) => [env, environmentHandlers(viewOf(env))] as const);
  const layouts = new Map(
    model.environmentNames.map((env) => {
      const { instances, dependencies } = model.layout(env);
      return [env, { instances, dependencies }] as const;
    }),
  );
  if (options.incident !== undefined) model.injectEarlier(options.incident, struckEnv);

  const files = await keepSimulatorFiles(viewOf);
  const servers = new Map(
    await Promise.all(handlers.map(async ([env, all]) => [env, await startServers(all, clock)] as const)),
  );
  const wires = new Map<string, ProtocolEndpoint>(
    await Promise.all(
      model.environmentNames.map(async (env) => [env, await startEndpoints(viewOf(env))] as const),
    ),
  );
  // Servers are those of the start: an instance added later has none.
  const addressesByEnv = new Map(
    [...servers].map(
      ([env, running]) =>
        [env, environmentAddresses(layouts.get(env) ?? model.layout(env), running)] as const,
    ),
  );
  const addresses = (env: string): Readonly<Record<string, string>> => ({
    ...addressesByEnv.get(env),
    ...Object.fromEntries(
      Object.entries(wires.get(env)?.vars ?? {}).map(([name, address]) => [`world.${name}`, address]),
    ),
    'world.control': control.url,
  });
  const vars = (env: string): Readonly<Record<string, string>> => ({
    ...addresses(env),
    ...files.varsOf(env),
  });
  const rehearse = (incident: string | undefined, env = struckEnv): void => {
    if (incident !== undefined) model.inject(incident, env, clock.now());
    else for (const name of model.environmentNames) see(name).heal();
  };
  const incidentIn = (env: string): string | undefined =>
    model.environmentNames.includes(env) ? see(env).incident : undefined;
  // Only for profiles: file paths and protocol-specific values, which differ between runs.
  const reported = (env: string): Readonly<Record<string, string>> => ({
    ...addressesByEnv.get(env),
    'world.control': control.url,
  });
  const control = await startControlServer({ model, clock, rehearse, vars: reported, changes: changes.all });
  const stopKeepingUp = clock.every(fileUpdateIntervalMs, () => {
    for (const name of model.environmentNames) see(name);
  });
  const all = [control, ...[...servers.values()].flatMap((of) => [...of.values()])];
  return {
    system,
    model,
    vars,
    rehearsalVars: (env) =>
      rehearsalVariables(spec.rehearsal, { ...neighbourVars(addressesByEnv, env), ...vars(env) }),
    incidents: spec.incidents.map(({ name }) => name),
    titles: Object.fromEntries(spec.incidents.map(({ name, title }) => [name, title])),
    get incident() {
      return model.environmentNames.map(incidentIn).find((incident) => incident !== undefined);
    },
    incidentIn,
    rehearse,
    changes: changes.all,
    program: (call) => {
      for (const { program } of [...wires.values(), files]) {
        const simulatedProgram = program?.(call);
        if (simulatedProgram !== undefined) return simulatedProgram;
      }
      return undefined;
    },
    close: async () => {
      stopKeepingUp();
      await Promise.all([files, ...wires.values(), ...all].map((part) => part.close()));
    },
  };
};
