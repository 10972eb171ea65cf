import { createPatience, type PatienceOptions } from './patience.ts';

/** Work that takes real time: file access, a program, a module import. Simulated time waits for it. */
export interface Activity {
  /** Tracks work until it has settled, and returns it. `answeredBy`: see `counting`. */
  during<T>(what: string, work: Promise<T>, answeredBy?: 'machine' | 'server'): Promise<T>;
  /** Marks a wait of a simulated server, or of a call to one, for simulated time: the call that it handles waits too. */
  delayed<T>(wait: Promise<T>): Promise<T>;
  /**
   * Tracks the promises that calls on this object return, and for the machine also each item of an async iterable.
   * `answeredBy: 'server'`: a call to a simulated server may wait for simulated time; work of the machine never does.
   */
  counting<T extends object>(what: string, inner: T, answeredBy: 'machine' | 'server'): T;
  /** Resolves when all remaining work waits for simulated time. */
  quiet(): Promise<void>;
  /** Stops tracking module imports. */
  close(): void;
}

/** Consecutive idle turns of the event loop that are required: in-memory streams pass on one chunk per turn, and a response passes several of them. */
const quietTurns = 10;
/** After this many busy turns without any work that ends it waits for another thread or process, and leaves it the processor. */
const patientTurns = 25;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** Whether an active resource of Node is a request (FSReqPromise, CloseReq, GetAddrInfoReqWrap), not a socket, timer or watcher. */
const isUnderWay = (resource: string): boolean => resource.includes('Req');

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise;

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** The open activities: each tracks the modules that `import()` loads. */
const all = new Set<Activity>();

/** `isStalling`: calls may be waiting for simulated time, beyond those of `delayed`. */
export const createActivity = (
  isStalling = (): boolean => false,
  patienceOptions: PatienceOptions = {},
): Activity => {
  const machine = new Map<symbol, string>();
  const calls = new Map<symbol, string>();
  let delayed = 0;
  /** Works that have ended. On a busy machine they are many before all are quiet. */
  let ended = 0;

  const countIn = async <T>(underWay: Map<symbol, string>, what: string, work: Promise<T>): Promise<T> => {
    const key = Symbol(what);
    underWay.set(key, what);
    try {
      return await work;
    } finally {
      underWay.delete(key);
      ended += 1;
    }
  };
  const requests = (): readonly string[] => process.getActiveResourcesInfo().filter(isUnderWay);
  const busy = (): boolean =>
    machine.size > 0 || (calls.size > delayed && !isStalling()) || requests().length > 0;

  /** Tracks each item: file contents arrive in chunks, decompressed on another thread. */
  async function* counted(call: string, pieces: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    const iterator = pieces[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await countIn(machine, call, Promise.resolve(iterator.next()));
        if (done === true) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  const activity: Activity = {
    during: (what, work, answeredBy = 'machine') =>
      countIn(answeredBy === 'server' ? calls : machine, what, work),
    delayed: async (wait) => {
      delayed += 1;
      try {
        return await wait;
      } finally {
        delayed -= 1;
      }
    },
    counting: (what, inner, answeredBy) =>
      new Proxy(inner, {
        get: (target, name) => {
          const held: unknown = Reflect.get(target, name);
          if (typeof held !== 'function') return held;
          return (...args: unknown[]): unknown => {
            const given: unknown = Reflect.apply(held, target, args);
            const call = `${what}.${String(name)}`;
            if (isPromise(given)) return activity.during(call, given, answeredBy);
            return answeredBy === 'machine' && isIterable(given) ? counted(call, given) : given;
          };
        },
      }),
    quiet: async () => {
      const patience = createPatience(patienceOptions);
      let before = ended;
      for (let [still, busyTurns] = [0, 0]; still < quietTurns; ) {
        await (busyTurns < patientTurns ? turn() : pause());
        const goesOn = ended !== before;
        before = ended;
        [still, busyTurns] = busy() ? [0, goesOn ? 0 : busyTurns + 1] : [still + 1, 0];
        if (await patience.isOver(goesOn))
          throw new Error(
            `simulated time cannot move on: ${[...machine.values(), ...calls.values(), ...requests()].join(', ')}`,
          );
      }
    },
    close: () => void all.delete(activity),
  };
  all.add(activity);
  return activity;
};

interface LoadedModule {
  readonly module: Promise<unknown>;
  isPending: boolean;
}

/** Loaded modules: the test runner would resolve each of them again, in another process. */
const loaded = new Map<string, LoadedModule>();

const loadedBy = (key: string, load: () => Promise<unknown>): LoadedModule => {
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const loadedModule: LoadedModule = { module: load(), isPending: true };
  const settle = (): void => {
    loadedModule.isPending = false;
  };
  loadedModule.module.then(settle, settle);
  loaded.set(key, loadedModule);
  return loadedModule;
};

/**
 * Loads a module once, and tracks it while it is loading in every simulation that waits for it: `test/support/native-modules.ts`
 * wraps every `import()` of the product in this.
 */
const opsdeckLoad = (key: string, load: () => Promise<unknown>): Promise<unknown> => {
  const { module, isPending } = loadedBy(key, load);
  if (!isPending) return module;
  return [...all].reduce((tracked, activity) => activity.during(`import ${key}`, tracked), module);
};

Object.assign(globalThis, { opsdeckLoad });
