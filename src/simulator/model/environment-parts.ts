import { AwsAccount } from './aws/aws-account.ts';
import { Checkout } from './checkout/checkout.ts';
import { Ci } from './ci/ci.ts';
import { Cluster } from './cluster/cluster.ts';
import { BlueGreen } from './colors/blue-green.ts';
import { Compose } from './compose/compose.ts';
import { Database } from './database/database.ts';
import { Hosts } from './hosts/hosts.ts';
import type { EnvironmentContext, Part } from './instances/environment-part.ts';
import type { ServiceInstance } from './instances/instance.ts';
import { Messaging } from './messaging/messaging.ts';
import { MongoServer } from './mongodb/mongo-server.ts';
import { Pager } from './pager/pager.ts';
import { EventPipeline } from './pipeline/event-pipeline.ts';
import { RedisServer } from './redis/redis-server.ts';
import type { IncidentSpec, SystemSpec } from './spec/system-spec.ts';

const leaveAtDebug = (env: EnvironmentContext, { servicesNoisy = {} }: IncidentSpec): void => {
  for (const [service, perSecond] of Object.entries(servicesNoisy)) {
    env.deployments.get(service)?.setLogNoise(perSecond);
    for (const instance of env.instancesOf(service)) instance.loggers.set(`app.${service}`, 'DEBUG');
  }
};

const leaveOpen = (env: EnvironmentContext, { breakersOpen = [] }: IncidentSpec): void => {
  for (const instance of env.instances)
    for (const name of breakersOpen) if (instance.hasBreaker(name)) instance.breaker(name).trip(env.now);
};

const letFail = (env: EnvironmentContext, { servicesFailing = {} }: IncidentSpec): void => {
  for (const [service, failing] of Object.entries(servicesFailing)) {
    const deployment = env.deployments.get(service);
    if (failing.isPermanent === true && deployment !== undefined) deployment.failing = failing;
    else for (const instance of env.instancesOf(service)) instance.ownFailure = failing;
  }
};

/** Applies an incident to an environment. */
export const applyIncident = (
  env: EnvironmentContext,
  parts: EnvironmentParts,
  incident: IncidentSpec,
): void => {
  for (const name of incident.dependenciesDown ?? []) {
    const dependency = env.dependencies.get(name);
    if (dependency) dependency.up = false;
  }
  for (const [service, ms] of Object.entries(incident.servicesSlow ?? {}))
    for (const instance of env.instancesOf(service)) instance.extraDelayMs = ms;
  for (const service of incident.servicesStopped ?? [])
    for (const instance of env.instancesOf(service)) instance.running = false;
  leaveOpen(env, incident);
  for (const [service, count] of Object.entries(incident.servicesScaled ?? {})) env.scale(service, count);
  letFail(env, incident);
  for (const [service, crowd] of Object.entries(incident.servicesOverloaded ?? {}))
    env.deployments.get(service)?.overload(crowd);
  for (const [service, release] of Object.entries(incident.servicesReleased ?? {}))
    env.deployments.get(service)?.rollOut(release);
  leaveAtDebug(env, incident);
  applyIncidentToParts(parts, incident);
};

const isTroubled = ({
  running,
  extraDelayMs: hinderedMs,
  ownFailure: fails,
  noise,
  breakers,
}: ServiceInstance): boolean =>
  !running ||
  hinderedMs > 0 ||
  fails !== undefined ||
  noise > 0 ||
  breakers.some(({ state }) => state !== 'CLOSED');

/** Returns true when any effect of an incident remains or a breaker is not closed. */
export const isEnvironmentDegraded = (env: EnvironmentContext, parts: EnvironmentParts): boolean =>
  parts.all.some((part) => part.isBroken) ||
  [...env.dependencies.values()].some((dependency) => !dependency.up) ||
  [...env.deployments.values()].some((deployment) => deployment.isDegraded) ||
  env.instances.some(isTroubled);

/** Platform of an environment, as defined by its system. */
export interface EnvironmentParts {
  readonly cluster?: Cluster;
  readonly compose?: Compose;
  readonly database?: Database;
  readonly messaging?: Messaging;
  readonly mongodb?: MongoServer;
  readonly redis?: RedisServer;
  readonly aws?: AwsAccount;
  readonly pipeline?: EventPipeline;
  readonly hosts?: Hosts;
  readonly checkout?: Checkout;
  readonly ci?: Ci;
  readonly pager?: Pager;
  readonly colors?: BlueGreen;
  readonly all: readonly Pick<Part<never>, 'tick' | 'isBroken' | 'heal'>[];
}

/** Creates the parts of an environment; its instances already exist. */
export const createParts = (system: SystemSpec, env: EnvironmentContext): EnvironmentParts => {
  const cluster = system.cluster && new Cluster(system.cluster, env);
  const compose = system.compose && new Compose(system.compose, env);
  const database = system.database && new Database(system.database, env);
  const messaging = system.messaging && new Messaging(system.messaging, env);
  const mongodb = system.mongodb && new MongoServer(system.mongodb, env);
  const redis = system.redis && new RedisServer(system.redis, env);
  const aws = system.aws && new AwsAccount(system.aws, env, messaging);
  const pipeline = system.pipeline && new EventPipeline(system.pipeline, env, { messaging, mongodb, aws });
  const hosts = system.hosts && new Hosts(system.hosts, env);
  const checkout = system.checkout && new Checkout(system.checkout, env);
  const ci = system.ci && new Ci(system.ci, env);
  const pager = system.pager && new Pager(system.pager, env);
  const colors = system.colors && new BlueGreen(system.colors, env);
  if (colors !== undefined) {
    const { greenProject: project, service } = colors.spec;
    const { version } = colors.releaseOf('green');
    compose?.addOther({ project, service, version }, colors.greenBackend);
  }
  const parts = {
    ...{ cluster, compose, database, messaging, mongodb, redis, aws, pipeline, hosts, checkout, ci },
    ...{ pager, colors },
  };
  return {
    all: Object.values(parts).filter((part) => part !== undefined),
    // Parts that the system lacks are absent, not undefined.
    ...(Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as Omit<
      EnvironmentParts,
      'all'
    >),
  };
};

/** Applies an incident to the parts. */
const applyIncidentToParts = (parts: EnvironmentParts, incident: IncidentSpec): void => {
  const { cluster, compose, database, messaging, mongodb, redis } = parts;
  const { aws, pipeline, hosts, checkout, ci, pager, colors } = parts;
  if (incident.cluster) cluster?.inject(incident.cluster);
  if (incident.compose) compose?.inject(incident.compose);
  if (incident.database) database?.inject(incident.database);
  if (incident.messaging) messaging?.inject(incident.messaging);
  if (incident.mongodb) mongodb?.inject(incident.mongodb);
  if (incident.redis) redis?.inject(incident.redis);
  if (incident.aws) aws?.inject(incident.aws);
  if (incident.pipeline) pipeline?.inject(incident.pipeline);
  if (incident.hosts) hosts?.inject(incident.hosts);
  if (incident.checkout) checkout?.inject(incident.checkout);
  if (incident.ci) ci?.inject(incident.ci);
  if (incident.colors) colors?.inject(incident.colors);
  if (incident.page) pager?.inject(incident.page);
};
