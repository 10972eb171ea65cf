import type { Millis } from '../../../domain/fault.ts';
import type { Dependency } from '../dependency.ts';
import type { Instance } from '../instance.ts';

/** What stands behind a container: an instance of a service, or a dependency. */
export interface Behind {
  start(now: Millis): void;
  stop(): void;
  readonly isUp: boolean;
  /** Takes the variables that its container was made with. */
  configure(env: Readonly<Record<string, string>>): void;
  /** How it ends when it is told to: a server of somebody else's leaves with 0, a Java process with 143. */
  readonly stopCode: number;
}

/** Spring Boot's relaxed binding of `spring.datasource.hikari.maximum-pool-size`. */
const poolSizeVariable = 'SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE';

export const behindInstance = (instance: Instance): Behind => ({
  start: (now) => {
    instance.running = true;
    instance.restart(now);
  },
  stop: () => {
    instance.running = false;
  },
  get isUp() {
    return instance.running;
  },
  configure: ({ [poolSizeVariable]: size }) => {
    instance.poolMaxSet = /^[1-9]\d*$/.test(size ?? '') ? Number(size) : undefined;
  },
  stopCode: 143,
});

export const behindDependency = (dependency: Dependency): Behind => ({
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

/** Something that nothing here depends on. */
export const behindNothing = (): Behind => {
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
