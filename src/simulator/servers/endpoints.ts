import type { SystemModel } from '../model/system-model.ts';
import type { ProgramCall, SimulatedProgram } from './http/programs.ts';
import type { ProtocolEndpoint, SimulatorContext } from './http/simulator-context.ts';

type Start = (view: SimulatorContext) => Promise<ProtocolEndpoint>;

/** Servers of an environment's parts, loaded only if its system has the part. */
const startsOf = (
  env: ReturnType<SystemModel['layout']>,
  { hasCertificate, gradle }: SystemModel['spec'],
): readonly (() => Promise<Start>)[] => {
  const { cluster, compose, database, messaging, mongodb, redis, aws, hosts, checkout, colors } = env.parts;
  return [
    ...(cluster === undefined
      ? []
      : [async () => (await import('./kubernetes/endpoint.ts')).startKubernetesEndpoint]),
    ...(compose === undefined
      ? []
      : [async () => (await import('./docker/endpoint.ts')).startDockerEndpoint]),
    ...(database === undefined
      ? []
      : [async () => (await import('./postgres/endpoint.ts')).startPostgresEndpoint]),
    ...(messaging === undefined
      ? []
      : [async () => (await import('./kafka/endpoint.ts')).startKafkaEndpoint]),
    ...(mongodb === undefined
      ? []
      : [async () => (await import('./mongodb/endpoint.ts')).startMongoEndpoint]),
    ...(redis === undefined ? [] : [async () => (await import('./redis/endpoint.ts')).startRedisEndpoint]),
    ...(aws === undefined ? [] : [async () => (await import('./aws/endpoint.ts')).startAwsEndpoint]),
    ...(hosts === undefined ? [] : [async () => (await import('./ssh/endpoint.ts')).startSshEndpoint]),
    ...(checkout === undefined ? [] : [async () => (await import('./forge/endpoint.ts')).startForgeEndpoint]),
    ...(colors === undefined
      ? []
      : [async () => (await import('./scripts/endpoint.ts')).startScriptsEndpoint]),
    ...(gradle === undefined ? [] : [async () => (await import('./gradle/endpoint.ts')).startGradleEndpoint]),
    ...(hasCertificate === true
      ? [async () => (await import('./http/tls-endpoint.ts')).startTlsEndpoint]
      : []),
    ...((cluster ?? compose ?? hosts) === undefined
      ? []
      : [async () => (await import('./loki/endpoint.ts')).startLokiEndpoint]),
  ];
};

const firstOf = (running: readonly ProtocolEndpoint[], call: ProgramCall): SimulatedProgram | undefined => {
  for (const { program } of running) {
    const simulatedProgram = program?.(call);
    if (simulatedProgram !== undefined) return simulatedProgram;
  }
  return undefined;
};

/** Starts these servers of an environment as one. */
export const startEndpoints = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const starts = startsOf(view.model.layout(view.env), view.model.spec);
  const running = await Promise.all(starts.map(async (load) => (await load())(view)));
  return {
    vars: Object.assign({}, ...running.map((wire) => wire.vars)),
    program: (call) => firstOf(running, call),
    close: async () => {
      await Promise.all(running.map((wire) => wire.close()));
    },
  };
};
