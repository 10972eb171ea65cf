/** A Compose project. Every instance and dependency of the environment is a container, except those in a cluster. */
export interface ComposeSpec {
  readonly project: string;
  /** Images by service or dependency; default: `PROJECT/NAME:VERSION`. */
  readonly images?: Readonly<Record<string, string>>;
  /** Services whose containers have a terminal: their log has no frames. */
  readonly terminals?: readonly string[];
  readonly memoryLimitBytes?: number;
  /** Other containers, which no service calls: name → image. */
  readonly additionalServices?: Readonly<Record<string, string>>;
  /** Images of the registry that can be pulled, beside those of the containers. */
  readonly registry?: readonly string[];
  /** Dependencies in its Compose file, beside the services. */
  readonly composed?: readonly string[];
  /** Variables of images and Compose files by service, for programs in the containers. */
  readonly variables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Container port of a dependency's native protocol, such as 5432 of the database. Default: 8080, its HTTP API. */
  readonly wires?: Readonly<Record<string, { readonly port: number; readonly wire: 'postgres' | 'kafka' }>>;
}

/** Effects of an incident; a restart fixes each of them, except fixed ports. */
export interface ComposeIncidentSpec {
  /** Service or dependency → how its containers ended. */
  readonly exited?: Readonly<Record<string, { readonly code: number; readonly oomKilled?: boolean }>>;
  /** Service or dependency → output of its failing health check; it keeps running. */
  readonly unhealthy?: Readonly<Record<string, string>>;
  /** Services that were restarted just now. */
  readonly restarted?: readonly string[];
  /** Service → host port that its Compose file now publishes: only one container can have it. */
  readonly fixedPorts?: Readonly<Record<string, number>>;
}
