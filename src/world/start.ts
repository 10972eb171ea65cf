import { addressesOf, rehearsalVarsOf, type Servers } from './addresses.ts';
import type { Environment } from './model/environment.ts';
import type { Instance } from './model/instance.ts';
import { SystemModel } from './model/system-model.ts';
import { actuatorHandler } from './servers/actuator.ts';
import { startControlServer } from './servers/control.ts';
import { httpHandler } from './servers/http.ts';
import { type Handler, serve } from './servers/serve.ts';
import type { View } from './servers/sight.ts';
import { systemSpec } from './systems.ts';
import type { World, WorldOptions } from './world.ts';

/** The server (or the two servers) of one instance: what it is called in `${world.…}` → its handler. */
const instanceHandlers = (
  view: View,
  { name, service }: Instance,
): readonly (readonly [string, Handler])[] => {
  const actuator = actuatorHandler(view, name);
  const application = httpHandler(view, name);
  if (service.managementApart)
    return [
      [name, actuator],
      [`${name}-app`, application],
    ];
  const both: Handler = (ask) => (ask.path[0] === 'actuator' ? actuator(ask) : application(ask));
  return [[name, both]];
};

/** Starts every server of one environment; what it is called → where it listens. */
const startEnvironment = async (view: View): Promise<Servers> => {
  const env = view.model.layout(view.env);
  const handlers = [
    ...['edge', ...env.dependencies.keys()].map((name) => [name, httpHandler(view, name)] as const),
    ...env.instances.flatMap((instance) => instanceHandlers(view, instance)),
  ];
  return new Map(
    await Promise.all(handlers.map(async ([name, handler]) => [name, await serve(handler)] as const)),
  );
};

/**
 * Opens the embedded world of a system: one model, and every server of every environment on a free loopback port.
 * Throws for a system, incident or environment that it does not know.
 */
export const startWorld = async (system: string, options: WorldOptions): Promise<World> => {
  const { clock } = options;
  const spec = systemSpec(system);
  const model = new SystemModel(spec, {
    startedAt: clock.now(),
    ...(options.speed === undefined ? {} : { speed: options.speed }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  const struckEnv = options.incidentEnv ?? 'production';
  if (options.incident !== undefined) model.strikeEarlier(options.incident, struckEnv);

  const see = (env: string): Environment => model.see(env, clock.now());
  const servers = new Map(
    await Promise.all(
      model.environmentNames.map(
        async (env) => [env, await startEnvironment({ model, clock, env })] as const,
      ),
    ),
  );
  const vars = (env: string): Readonly<Record<string, string>> => ({
    ...addressesOf(model.layout(env), servers.get(env) ?? new Map()),
    'world.control': control.url,
  });
  const rehearse = (incident: string | undefined, env = struckEnv): void => {
    if (incident !== undefined) model.strike(incident, env, clock.now());
    else for (const name of model.environmentNames) see(name).heal();
  };
  const control = await startControlServer({ model, clock, rehearse, vars });
  const all = [control, ...[...servers.values()].flatMap((of) => [...of.values()])];
  return {
    system,
    vars,
    rehearsalVars: (env) => rehearsalVarsOf(spec.rehearsal, vars(env)),
    incidents: spec.incidents.map(({ name }) => name),
    get incident() {
      return model.environmentNames
        .map((env) => see(env).incident)
        .find((incident) => incident !== undefined);
    },
    rehearse,
    close: async () => {
      await Promise.all(all.map((server) => server.close()));
    },
  };
};
