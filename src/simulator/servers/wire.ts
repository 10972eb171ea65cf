import type { SystemModel } from '../model/system-model.ts';
import type { ProgramCall, SimulatedProgram } from '../programs.ts';
import type { RunningWire, View } from './sight.ts';

type Start = (view: View) => Promise<RunningWire>;

/** The servers of an environment's parts, loaded only where its system has such a part. */
const startsOf = (env: ReturnType<SystemModel['layout']>): readonly (() => Promise<Start>)[] => {
  const { cluster, compose, database, messaging, hosts, checkout } = env.parts;
  return [
    ...(cluster === undefined
      ? []
      : [async () => (await import('./kubernetes/wire.ts')).startKubernetesWire]),
    ...(compose === undefined ? [] : [async () => (await import('./docker/wire.ts')).startDockerWire]),
    ...(database === undefined ? [] : [async () => (await import('./postgres/wire.ts')).startPostgresWire]),
    ...(messaging === undefined ? [] : [async () => (await import('./kafka/wire.ts')).startKafkaWire]),
    ...(hosts === undefined ? [] : [async () => (await import('./ssh/wire.ts')).startSshWire]),
    ...(checkout === undefined ? [] : [async () => (await import('./forge/wire.ts')).startForgeWire]),
    ...((cluster ?? compose ?? hosts) === undefined
      ? []
      : [async () => (await import('./loki/wire.ts')).startLokiWire]),
  ];
};

const firstOf = (running: readonly RunningWire[], call: ProgramCall): SimulatedProgram | undefined => {
  for (const { program } of running) {
    const found = program?.(call);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Starts what an environment has of them, as one. */
export const startWires = async (view: View): Promise<RunningWire> => {
  const starts = startsOf(view.model.layout(view.env));
  const running = await Promise.all(starts.map(async (load) => (await load())(view)));
  return {
    vars: Object.assign({}, ...running.map((wire) => wire.vars)),
    program: (call) => firstOf(running, call),
    close: async () => {
      await Promise.all(running.map((wire) => wire.close()));
    },
  };
};
