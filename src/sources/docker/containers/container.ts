/** A container, as its own page tells it; or as far as the list does, when the page could not be read. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** Of Compose; '' for a container that was started by hand. */
  readonly project: string;
  readonly service: string;
  /** Made by `compose run`: it bears a service's name and is none of its containers. */
  readonly isOneOff: boolean;
  /** Services that had to end with status 0 before this one began. */
  readonly awaits: readonly string[];
  /** created, restarting, running, removing, paused, exited, dead */
  readonly state: string;
  /** healthy, unhealthy, starting; '' without a health check. */
  readonly health: string;
  /** The last words of a health check. */
  readonly healthWords: string;
  readonly exitCode?: number;
  readonly isOomKilled: boolean;
  readonly error: string;
  readonly restarts?: number;
  /** Ms since the epoch, the daemon's clock. */
  readonly startedAt?: number;
  /** The same of the end of its last run; of one that runs, the run before. */
  readonly finishedAt?: number;
  /** It writes to a terminal: its log is one stream without frames. */
  readonly isTerminal: boolean;
  readonly memoryLimitBytes?: number;
  readonly cpuLimitCores?: number;
  /** How long it is given to end by itself, where that is not Docker's default. */
  readonly stopSeconds?: number;
  readonly isOnHostNetwork: boolean;
  readonly hasFixedPort: boolean;
  /** Its own address in each of its networks, and where that network begins: at an address of the daemon's machine. */
  readonly networks: readonly { readonly address: string; readonly gateway: string }[];
  /** '8080/tcp' → where the host publishes it. */
  readonly ports: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
}

/** A restart within so long makes a container one whose restarts rise. */
const recentlyMs = 10 * 60_000;

/** True when something restarted it lately: it has restarted before, and has not run for long. `now`: the daemon's clock. */
export const keepsEnding = ({ state, restarts = 0, startedAt }: Container, now: number): boolean =>
  state === 'restarting' || (restarts > 0 && startedAt !== undefined && now - startedAt < recentlyMs);

/** 'unhealthy', 'OOMKilled', 'failed', 'exited', 'restarting', 'running' … : what tells most of it. */
export const statusOf = ({ state, health, isOomKilled, exitCode }: Container): string => {
  if (state === 'running') return health === '' || health === 'healthy' ? 'running' : health;
  if (isOomKilled) return 'OOMKilled';
  if (state === 'exited') return exitCode === 0 ? 'exited' : 'failed';
  return state === 'dead' ? 'failed' : state;
};

export const isReady = ({ state, health }: Container): boolean =>
  state === 'running' && (health === '' || health === 'healthy');
