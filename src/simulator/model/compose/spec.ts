/**
 * A Compose project: every instance and every dependency of the environment is a container of it, but for what runs in
 * a cluster.
 */
export interface ComposeSpec {
  readonly project: string;
  /** Images by service or dependency; default: `PROJECT/NAME:VERSION`. */
  readonly images?: Readonly<Record<string, string>>;
  /** Services whose containers write to a terminal: their log has no frames. */
  readonly terminals?: readonly string[];
  readonly memoryLimitBytes?: number;
  /** What else runs there and nobody calls: name → image. */
  readonly additionalServices?: Readonly<Record<string, string>>;
  /** The port of a dependency's container that its own wire stands behind: 5432 of the database. Default: 8080, its HTTP API. */
  readonly wires?: Readonly<Record<string, { readonly port: number; readonly wire: 'postgres' | 'kafka' }>>;
}

/** What an incident does to it; a restart mends each of them. */
export interface ComposeIncidentSpec {
  /** Service or dependency → how its containers ended. */
  readonly exited?: Readonly<Record<string, { readonly code: number; readonly oomKilled?: boolean }>>;
  /** Service or dependency → what its health check says; it runs on. */
  readonly unhealthy?: Readonly<Record<string, string>>;
}
