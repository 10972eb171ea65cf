import { Duplex } from 'node:stream';
import type { Dial } from '../../../src/platform/network/dial.ts';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import { toAbortError, toWireError } from '../../../src/platform/runtime/wire-error.ts';
import type { SimulatedProgram } from '../../../src/simulator/servers/http/programs.ts';
import { type CurrentFault, createByteFilter, type FilterEnd } from './byte-filter.ts';
import type { WireFault } from './fault-kinds.ts';

/** The way of all connections and programs of a simulation, with a fault while one is set. */
export interface FaultNetwork {
  dial(straight: Dial): Dial;
  program(found: SimulatedProgram): SimulatedProgram;
  /** A call may be waiting for bytes that do not arrive, or not yet. */
  isStalling(): boolean;
  /** Applies a fault to open connections and to new ones; undefined ends it, and resets the connections that it changed. */
  set(fault: WireFault | undefined): void;
  /** Number of open connections and running programs. */
  open(): number;
  /** Connections and programs since the start that the fault has changed. */
  affected(): number;
  /** Counts a call of another door that the fault has changed. */
  note(): void;
  current(): WireFault | undefined;
}

const errorOf = (code: 'ECONNRESET' | 'ECONNREFUSED'): Error =>
  Object.assign(new Error(code === 'ECONNRESET' ? 'read ECONNRESET' : 'connect ECONNREFUSED 127.0.0.1'), {
    code,
  });

/** Creates the network. `clock`: simulated time, for delays. */
export const createFaultNetwork = (clock: () => Clock): FaultNetwork => {
  let fault: WireFault | undefined;
  let epoch = 0;
  let stalls = 0;
  let count = 0;
  const live = new Map<object, { begin(): void; finish(): void; stuck: boolean }>();
  const affectedStreams = new Set<object>();
  let ending = new AbortController();
  const current = (): CurrentFault => ({
    fault,
    epoch,
    ended: ending.signal,
    stalled: (change) => {
      stalls += change;
    },
  });
  const mark = (key: object) => (): void => {
    if (!affectedStreams.has(key)) count += 1;
    affectedStreams.add(key);
    const entry = live.get(key);
    if (entry !== undefined && (fault?.name === 'silence' || fault?.name === 'half-close'))
      entry.stuck = true;
  };

  const wrap = (inner: Duplex): Duplex => {
    let isHalf = false;
    const outer: Duplex & { resetAndDestroy?: () => Duplex } = new Duplex({
      read: () => void inner.resume(),
      write: (chunk: Buffer, _encoding, done) => {
        const entry = live.get(outer);
        if (isHalf || (entry?.stuck === true && fault?.name === 'silence')) return done();
        inner.write(chunk, () => done());
      },
      final: (done) => {
        inner.end();
        done();
      },
      destroy: (error, done) => {
        live.delete(outer);
        affectedStreams.delete(outer);
        if (!inner.destroyed) inner.destroy();
        done(error);
      },
    });
    const noop = (): Duplex => outer;
    Object.assign(outer, { setNoDelay: noop, setKeepAlive: noop, setTimeout: noop, ref: noop, unref: noop });
    outer.resetAndDestroy = () => outer.destroy();
    let isEnded = false;
    const endOnce = (): void => {
      if (!isEnded) outer.push(null);
      isEnded = true;
    };
    const end: FilterEnd = {
      push: (bytes) => {
        if (!isEnded && !outer.push(bytes)) inner.pause();
      },
      end: (how) => {
        if (outer.destroyed) return;
        if (how === 'reset') outer.destroy(errorOf('ECONNRESET'));
        else {
          isHalf = true;
          endOnce();
          if (how === 'cut') inner.destroy();
        }
      },
      isOpen: () => !outer.destroyed && !isEnded,
    };
    const filter = createByteFilter(clock(), current, end, mark(outer));
    inner.on('data', (bytes: Buffer) => {
      if (!isHalf) filter.receive(bytes);
    });
    // Delayed bytes arrive before the end.
    const endAfterBytes = (): void =>
      void filter.settled().then(() => {
        if (!isHalf && !outer.destroyed && live.get(outer)?.stuck !== true) endOnce();
      });
    inner.on('end', endAfterBytes);
    inner.on('close', endAfterBytes);
    inner.on('error', (error) => {
      if (!isHalf) outer.destroy(error);
    });
    live.set(outer, {
      stuck: false,
      begin: () => {
        if (fault === undefined || fault.after > 0) return;
        if (fault.name === 'silence') mark(outer)();
        if (['cut', 'reset', 'half-close', 'refuse'].includes(fault.name)) {
          mark(outer)();
          end.end(fault.name === 'half-close' ? 'half-close' : fault.name === 'cut' ? 'cut' : 'reset');
        }
      },
      finish: () => {
        // What a firewall or a peer that was restarted does to connections it no longer knows.
        if (affectedStreams.has(outer)) outer.destroy(errorOf('ECONNRESET'));
      },
    });
    if (fault !== undefined) live.get(outer)?.begin();
    return outer;
  };

  return {
    open: () => live.size,
    affected: () => count,
    note: () => {
      count += 1;
    },
    current: () => fault,
    // After a changed length, a client waits for bytes that do not exist.
    isStalling: () =>
      stalls > 0 ||
      (fault?.name === 'corrupt' && affectedStreams.size > 0) ||
      [...live.values()].some(({ stuck }) => stuck),
    set: (next) => {
      const before = fault;
      fault = next;
      epoch += 1;
      ending.abort();
      ending = new AbortController();
      for (const entry of [...live.values()])
        if (next === undefined) {
          if (before !== undefined) entry.finish();
        } else entry.begin();
    },
    dial: (straight) =>
      Object.assign(
        async (...[to, signal]: Parameters<Dial>) => {
          if (fault?.name === 'refuse') {
            count += 1;
            const refused = errorOf('ECONNREFUSED');
            throw toWireError(refused) ?? refused;
          }
          return wrap(await straight(to, signal));
        },
        { isStraight: true } as const,
      ),
    program: (found) => ({
      ...found,
      ...(found.openTunnel === undefined
        ? {}
        : {
            openTunnel: () => {
              // A refused tunnel opens no connection: it would stay open, with an error that is not handled.
              if (fault?.name === 'refuse') {
                count += 1;
                return 'Connection refused';
              }
              const carried = found.openTunnel?.() ?? 'closed';
              return typeof carried === 'string' ? carried : wrap(carried);
            },
          }),
      run: (streams) => runThrough(found, streams),
    }),
  };

  async function runThrough(
    found: SimulatedProgram,
    streams: Parameters<SimulatedProgram['run']>[0],
  ): Promise<number> {
    const key = {};
    const { promise: ended, resolve: finishWith } = Promise.withResolvers<number>();
    if (fault?.name === 'refuse') {
      count += 1;
      streams.err('ssh: connect to host port 22: Connection refused\n');
      return 255;
    }
    let isOver = false;
    const close = (status: number): void => {
      isOver = true;
      live.delete(key);
      affectedStreams.delete(key);
      finishWith(status);
    };
    const lose = (): void => {
      if (isOver) return;
      streams.err('Connection closed by remote host.\n');
      close(255);
    };
    const entry = {
      stuck: false,
      begin: () => {
        if (fault === undefined || fault.after > 0) return;
        if (['cut', 'reset', 'refuse'].includes(fault.name)) lose();
        if (fault.name === 'silence' || fault.name === 'half-close') mark(key)();
      },
      finish: () => {
        if (entry.stuck) lose();
      },
    };
    live.set(key, entry);
    entry.begin();
    const abort = (): void => close(255);
    streams.signal.addEventListener('abort', abort, { once: true });
    // Otherwise the signal, which lives as long as its source, keeps the output of every program.
    void ended.then(() => streams.signal.removeEventListener('abort', abort));
    const filter = createByteFilter(
      clock(),
      current,
      {
        push: (bytes) => {
          if (!isOver) streams.out(bytes);
        },
        end: (how) => {
          if (how !== 'half-close') lose();
        },
        isOpen: () => !isOver,
      },
      mark(key),
    );
    void found
      .run({
        out: (bytes) => {
          if (!isOver && !entry.stuck) filter.receive(Buffer.from(bytes));
        },
        err: (text) => {
          if (!isOver && !entry.stuck) streams.err(text);
        },
        signal: streams.signal,
      })
      .then(
        async (status) => {
          // Delayed output arrives before the end.
          await filter.settled();
          if (!isOver && !entry.stuck) close(status);
        },
        () => {
          if (!isOver) close(255);
        },
      );
    const status = await ended;
    if (streams.signal.aborted) throw toAbortError(streams.signal);
    return status;
  }
};
