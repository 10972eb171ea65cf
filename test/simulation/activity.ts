/** Work that real time goes by for: a file, a program, a module that is loaded. Simulated time waits for it. */
export interface Activity {
  /** Counts a piece of work until it has settled, and gives it back. */
  during<T>(what: string, work: Promise<T>): Promise<T>;
  /** Says that a server lets simulated time pass before it answers, and whoever asked it waits with it. */
  delayed<T>(wait: Promise<T>): Promise<T>;
  /** Counts every promise that calls through this object give, and every piece of what they give piece by piece. */
  counting<T extends object>(what: string, inner: T): T;
  /** Resolves when nothing is under way any more but what waits for simulated time. */
  quiet(): Promise<void>;
  /** Modules that are loaded are not counted any more. */
  close(): void;
}

/** Turns of the event loop in which nothing may be under way: streams in memory hand on a piece in each. */
const quietTurns = 3;
/** After so many busy turns the loop is left to whoever does the work. */
const patientTurns = 50;
/** Work that takes longer in real time does not wait for time that stands still by accident: it is named. */
const stuckAfterMs = 15_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** Requests of Node's own that are under way (FSReqPromise, CloseReq, GetAddrInfoReqWrap), but no sockets, timers or watches. */
const isUnderWay = (resource: string): boolean => resource.includes('Req');

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise;

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** Modules that `import()` loads are counted by these of all activities: see `vitest.config.ts`. */
const all = new Set<Activity>();

export const createActivity = (): Activity => {
  const underWay = new Map<symbol, string>();
  let delayed = 0;

  const during: Activity['during'] = async (what, work) => {
    const key = Symbol(what);
    underWay.set(key, what);
    try {
      return await work;
    } finally {
      underWay.delete(key);
    }
  };
  const requests = (): readonly string[] => process.getActiveResourcesInfo().filter(isUnderWay);
  const busy = (): boolean => underWay.size > delayed || requests().length > 0;

  /** What a file holds comes in pieces, unpacked on another thread. */
  async function* counted(call: string, pieces: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    const iterator = pieces[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await during(call, Promise.resolve(iterator.next()));
        if (done === true) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  const activity: Activity = {
    during,
    delayed: async (wait) => {
      delayed += 1;
      try {
        return await wait;
      } finally {
        delayed -= 1;
      }
    },
    counting: (what, inner) =>
      new Proxy(inner, {
        get: (target, name) => {
          const held: unknown = Reflect.get(target, name);
          if (typeof held !== 'function') return held;
          return (...args: unknown[]): unknown => {
            const given: unknown = Reflect.apply(held, target, args);
            const call = `${what}.${String(name)}`;
            if (isPromise(given)) return during(call, given);
            return what === 'disk' && isIterable(given) ? counted(call, given) : given;
          };
        },
      }),
    quiet: async () => {
      const began = performance.now();
      for (let [still, turns] = [0, 0]; still < quietTurns; turns += 1) {
        await (turns > 0 && turns % patientTurns === 0 ? pause() : turn());
        still = busy() ? 0 : still + 1;
        if (performance.now() - began > stuckAfterMs)
          throw new Error(
            `simulated time cannot move on: ${[...underWay.values(), ...requests()].join(', ')}`,
          );
      }
    },
    close: () => void all.delete(activity),
  };
  all.add(activity);
  return activity;
};

/** What has been loaded. The test runner would look each of them up again, in another process. */
const loaded = new Map<string, Promise<unknown>>();

/** Loads a module once and counts it as activity meanwhile: `vitest.config.ts` wraps every `import()` of the product in this. */
Object.assign(globalThis, {
  opsdeckLoad: (key: string, load: () => Promise<unknown>): Promise<unknown> => {
    const known = loaded.get(key);
    if (known !== undefined) return known;
    let module = load();
    for (const activity of all) module = activity.during(`import ${key}`, module);
    loaded.set(key, module);
    return module;
  },
});
