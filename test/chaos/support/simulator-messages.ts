/** First message of a simulator in another process, once it listens. */
export interface SimulatorReady {
  readonly incidents: readonly string[];
  readonly titles: Readonly<Record<string, string>>;
  /** By environment: the addresses for its profile, and the values that redirect a real profile. */
  readonly environments: Readonly<
    Record<
      string,
      {
        readonly vars: Readonly<Record<string, string>>;
        readonly rehearsalVars: Readonly<Record<string, string>>;
      }
    >
  >;
}

/** Starts an incident in an environment; without one, fixes everything. */
export interface RehearseMessage {
  readonly rehearse: string | undefined;
  readonly env: string | undefined;
}
