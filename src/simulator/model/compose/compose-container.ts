import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Dependency } from '../instances/dependency-call.ts';
import type { ServiceInstance } from '../instances/instance.ts';
import { ContainerLog } from '../logs/container-log.ts';
import { fnv1a } from '../spec/seeded-random.ts';

/** The process of a container: an instance of a service, or a dependency. */
export interface ContainerBackend {
  start(now: Millis): void;
  stop(): void;
  readonly isUp: boolean;
  /** Applies the variables with which its container was created. */
  configure(env: Readonly<Record<string, string>>): void;
  /** Exit status after SIGTERM: 0 for third-party servers, 143 for a Java process. */
  readonly stopCode: number;
  /** The last line of its log if its release cannot start; it then ends by itself with status 1. */
  readonly crash?: string | undefined;
}

/** Spring Boot's relaxed binding of `spring.datasource.hikari.maximum-pool-size`. */
const poolSizeVariable = 'SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE';
const concurrencyVariable = 'SPRING_KAFKA_LISTENER_CONCURRENCY';
const mongoUriVariable = 'SPRING_DATA_MONGODB_URI';

/** A positive integer in a variable; undefined otherwise. */
const countIn = (text: string | undefined): number | undefined =>
  /^[1-9]\d*$/.test(text ?? '') ? Number(text) : undefined;

export const instanceBackend = (instance: ServiceInstance): ContainerBackend => ({
  start: (now) => {
    instance.running = true;
    instance.isFromSource = false;
    instance.restart(now);
  },
  stop: () => {
    instance.running = false;
  },
  get isUp() {
    return instance.running && !instance.isFromSource;
  },
  configure: (env) => {
    instance.poolMaxOverride = countIn(env[poolSizeVariable]);
    instance.listenerConcurrency = countIn(env[concurrencyVariable]);
    instance.mongoPoolOverride = countIn(/[?&]maxPoolSize=(\d+)/i.exec(env[mongoUriVariable] ?? '')?.[1]);
  },
  stopCode: 143,
  get crash() {
    return instance.deployment.release.crash;
  },
});

export const dependencyBackend = (dependency: Dependency): ContainerBackend => ({
  start: () => {
    dependency.up = true;
    dependency.restarts += 1;
  },
  stop: () => {
    dependency.up = false;
  },
  configure: () => {},
  get isUp() {
    return dependency.up;
  },
  stopCode: 0,
});

/** A container that no service depends on. */
export const idleBackend = (): ContainerBackend => {
  const behind = {
    isUp: true,
    stopCode: 0,
    configure: () => {},
    start: () => {
      behind.isUp = true;
    },
    stop: () => {
      behind.isUp = false;
    },
  };
  return behind;
};

/** A container event. */
export interface ContainerEvent {
  readonly at: Millis;
  readonly action: string;
  readonly exitCode?: number;
}

/** Name and contents of a container. */
export interface ContainerDefinition {
  /** Seed of the IDs, which are the same in every run of a scenario. */
  readonly seed: string;
  readonly name: string;
  /** Compose project, if it is not that of the system. */
  readonly project?: string;
  readonly service: string;
  readonly number: number;
  readonly image: string;
  readonly startedAt: Millis;
  /** Log of its process at start; absent: only that it started. */
  readonly says?: (time: Millis) => readonly string[];
}

const eventsKept = 64;
const killed = 137;
/** Exit status of a JVM after an exception in its main thread. */
const crashed = 1;

/** 64 hexadecimal digits that are constant for a name. */
const idOf = (name: string): string =>
  Array.from({ length: 8 }, (_, part) => fnv1a(`${name}/${part}`).toString(16).padStart(8, '0')).join('');

/** One container of the project. Times are model times. */
export class ComposeContainer {
  readonly #seed: string;
  /** Number of times it was recreated; each is a new container. */
  #made = 0;
  #isRemoved = false;
  readonly name: string;
  /** Undefined: the project of the system. */
  readonly project: string | undefined;
  readonly service: string;
  readonly number: number;
  readonly image: string;
  readonly log = new ContainerLog();
  readonly #behind: ContainerBackend;
  readonly #says: (time: Millis) => readonly string[];
  #events: ContainerEvent[] = [];
  #wasUp = true;
  /** Variables it was created with, in addition to those of the image. */
  env: Readonly<Record<string, string>> = {};
  createdAt: Millis;
  startedAt: Millis;
  /** End of the last completed run. */
  finishedAt: Millis | undefined;
  exitCode = 0;
  isOomKilled = false;
  /** Error of the health check; '' if healthy. */
  diagnostic = '';

  constructor(
    { seed, name, project, service, number, image, startedAt, says }: ContainerDefinition,
    behind: ContainerBackend,
  ) {
    this.#says = says ?? (() => [`Started ${service} in 2.412 seconds`]);
    this.#seed = seed;
    this.name = name;
    this.project = project;
    this.service = service;
    this.number = number;
    this.image = image;
    this.#behind = behind;
    this.createdAt = startedAt;
    this.startedAt = startedAt;
    for (const line of this.#says(startedAt)) this.log.write(startedAt, line);
  }

  get id(): string {
    return idOf(`${this.#seed}/${this.name}${this.#made === 0 ? '' : `/${this.#made}`}`);
  }

  /** True if it was removed and not yet recreated. */
  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  get isRunning(): boolean {
    return this.#behind.isUp;
  }

  get events(): readonly ContainerEvent[] {
    return this.#events;
  }

  /** Records a change to its process that did not go through Docker. */
  sync(now: Millis): void {
    if (this.isRunning === this.#wasUp) return;
    if (this.isRunning) this.#started(now);
    else if (this.#behind.crash === undefined) this.#ended(now, this.#behind.stopCode);
    else {
      this.log.write(now, this.#behind.crash);
      this.#ended(now, crashed);
    }
  }

  start(now: Millis): void {
    this.#behind.start(now);
    this.#started(now);
  }

  stop(now: Millis): void {
    this.#tell(now, 'kill');
    this.end(now, this.#behind.stopCode);
    this.#tell(now, 'stop');
  }

  kill(now: Millis, exitCode: number): void {
    this.#tell(now, 'kill');
    this.end(now, exitCode);
  }

  restart(now: Millis): void {
    if (this.isRunning) this.stop(now);
    this.start(now);
    this.#tell(now, 'restart');
  }

  remove(now: Millis): void {
    if (this.isRunning) this.kill(now, killed);
    this.#isRemoved = true;
    this.#tell(now, 'destroy');
  }

  /** Its name is free: nothing was created under it yet. */
  reserve(): void {
    this.#wasUp = false;
    this.#isRemoved = true;
  }

  /** Creates another container under its name with these variables, without starting it. */
  remake(now: Millis, env: Readonly<Record<string, string>>): void {
    this.#made += 1;
    this.#isRemoved = false;
    this.createdAt = now;
    this.env = env;
    this.#behind.configure(env);
    this.#tell(now, 'create');
  }

  end(now: Millis, exitCode: number, isOomKilled = false): void {
    this.#behind.stop();
    this.isOomKilled = isOomKilled;
    if (isOomKilled) this.#tell(now, 'oom');
    this.#ended(now, exitCode);
  }

  complain(now: Millis, words: string): void {
    this.diagnostic = words;
    this.#tell(now, 'health_status: unhealthy');
  }

  #started(now: Millis): void {
    this.#wasUp = true;
    this.startedAt = now;
    this.exitCode = 0;
    this.isOomKilled = false;
    this.diagnostic = '';
    for (const line of this.#says(now)) this.log.write(now, line);
    this.#tell(now, 'start');
  }

  #ended(now: Millis, exitCode: number): void {
    this.#wasUp = false;
    this.finishedAt = now;
    this.exitCode = exitCode;
    // A killed process writes nothing.
    if (exitCode !== killed) this.log.write(now, `Stopping ${this.service}`);
    this.#tell(now, 'die', exitCode);
  }

  #tell(time: Millis, action: string, exitCode?: number): void {
    this.#events = [...this.#events.slice(1 - eventsKept), { at: time, action, ...defined({ exitCode }) }];
  }
}
