import { type Duplex, pipeline } from 'node:stream';
import type { Millis } from '../domain/base/fault.ts';
import type { ForwardEnd, ForwardEnding, PortForward } from '../domain/runbooks/port-forward.ts';
import { errorMessage } from '../domain/text/error-message.ts';
import { oneLine } from '../platform/masking/sanitize.ts';
import { openLoopbackListener } from '../platform/network/loopback-listener.ts';
import { type SealedConnection, unseal } from '../platform/network/sealed.ts';

/** A port-forward to open. */
export interface ForwardRequest {
  readonly to: ForwardEnd;
  /** 0: a free port. */
  readonly localPort: number;
  /** Opens a connection to the far end, one per accepted connection. The signal closes it. Throws WireError. */
  connect(signal: AbortSignal): Promise<SealedConnection>;
  /** Called once when it has ended; awaited before the registry is closed. */
  ended?(forward: PortForward, why: ForwardEnding): Promise<unknown>;
}

/**
 * The open port-forwards of one environment. They outlive the step that opened them, and end when a person closes them
 * or the environment is closed.
 */
export interface PortForwards {
  /** Opens a local port, on 127.0.0.1 only. Throws WireError. */
  open(request: ForwardRequest): Promise<PortForward>;
  list(): readonly PortForward[];
  /** Closes one and its connections. Resolves when its end is recorded; an unknown id is already closed. */
  close(id: string, why?: ForwardEnding): Promise<void>;
  /** Calls the listener after every change; returns the unsubscribe function. */
  onChange(listener: () => void): () => void;
  /** Closes all of them. */
  closeAll(): Promise<void>;
}

interface Open {
  shown: PortForward;
  readonly request: ForwardRequest;
  readonly stop: AbortController;
  close(): Promise<void>;
}

const errorText = (error: unknown): string => oneLine(errorMessage(error));

class OpenForwards implements PortForwards {
  readonly #now: () => Millis;
  readonly #open = new Map<string, Open>();
  readonly #listeners = new Set<() => void>();
  #opened = 0;

  constructor(now: () => Millis) {
    this.#now = now;
  }

  async close(id: string, why: ForwardEnding = 'closed by the operator'): Promise<void> {
    const foundOpen = this.#open.get(id);
    if (foundOpen === undefined) return;
    this.#open.delete(id);
    foundOpen.stop.abort();
    this.#changed();
    await foundOpen.close();
    await foundOpen.request.ended?.(foundOpen.shown, why);
  }

  async open(request: ForwardRequest): Promise<PortForward> {
    const id = `forward-${++this.#opened}`;
    const stop = new AbortController();
    const connections = new Set<Duplex>();
    const listener = await openLoopbackListener(request.localPort, {
      accepted: (near) => {
        connections.add(near);
        void this.#carry(id, near).finally(() => connections.delete(near));
      },
      failed: () => void this.close(id, 'the listener failed'),
    });
    const shown: PortForward = {
      ...request.to,
      id,
      localPort: listener.port,
      openedAt: this.#now(),
      connections: 0,
      accepted: 0,
    };
    this.#open.set(id, {
      shown,
      request,
      stop,
      close: async () => {
        for (const near of connections) near.destroy();
        await listener.close();
      },
    });
    this.#changed();
    return shown;
  }

  list(): readonly PortForward[] {
    return [...this.#open.values()].map(({ shown }) => shown);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.close(id, 'the environment was closed')));
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #show(id: string, change: (shown: PortForward) => PortForward): void {
    const foundOpen = this.#open.get(id);
    if (foundOpen === undefined) return;
    foundOpen.shown = change(foundOpen.shown);
    this.#changed();
  }

  #failed(id: string, error: unknown): void {
    this.#show(id, (shown) => ({ ...shown, problem: { text: errorText(error), at: this.#now() } }));
  }

  #worked(id: string): void {
    if (this.#open.get(id)?.shown.problem !== undefined) this.#show(id, ({ problem: _, ...shown }) => shown);
  }

  /** Connects an accepted connection with the far end, until one of them ends. */
  async #carry(id: string, near: Duplex): Promise<void> {
    const foundOpen = this.#open.get(id);
    if (foundOpen === undefined) return void near.destroy();
    const { signal } = foundOpen.stop;
    this.#show(id, (shown) => ({
      ...shown,
      connections: shown.connections + 1,
      accepted: shown.accepted + 1,
    }));
    // Until the pipeline is built, a reset has no other listener.
    near.on('error', () => {});
    try {
      const far = unseal(await foundOpen.request.connect(signal));
      far.once('data', () => this.#worked(id));
      await new Promise<void>((resolve) => {
        far.once('error', (error) => {
          if (!near.destroyed && !signal.aborted) this.#failed(id, error);
        });
        pipeline(far, near, () => near.destroy());
        pipeline(near, far, () => {
          far.destroy();
          resolve();
        });
      });
    } catch (error) {
      if (!signal.aborted) this.#failed(id, error);
    } finally {
      near.destroy();
      this.#show(id, (shown) => ({ ...shown, connections: Math.max(0, shown.connections - 1) }));
    }
  }
}

/** Creates the registry. `now`: the clock of its times. */
export const createPortForwards = (now: () => Millis): PortForwards => new OpenForwards(now);
