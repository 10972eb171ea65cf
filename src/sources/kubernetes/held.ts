import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { KubeClient } from './client.ts';

export interface InformerParts<T> {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly timeoutMs: Millis;
  /** Slim: what is kept of an object. Throws WireError. */
  parse(raw: unknown): T;
  /** Something has changed, or a read is worth its while. */
  wake(): void;
}

/** What is known now. */
export interface Held<T> {
  readonly objects: Iterable<T>;
  /** When the API last proved it: by a list, an event or a bookmark. */
  readonly provedAt: Millis;
  /** Present while the first list is under way: this many have come, and so many are to come. */
  readonly listing?: { readonly came: number; readonly remaining?: number };
}
