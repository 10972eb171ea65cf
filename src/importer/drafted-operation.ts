/** A source that the draft needs. Its variable has no value: nothing is contacted before a person sets it. */
export interface DraftedSource {
  readonly id: string;
  readonly type: string;
  /** The key of its configuration that the variable fills. */
  readonly key: string;
  readonly isList?: true;
  readonly variable: string;
  /** The value that the document mentions. */
  readonly found?: string;
}

/** An operation of a source with its parameters, before the source type has checked them. */
export interface OperationUse {
  readonly source: DraftedSource;
  readonly name: string;
  readonly with: Readonly<Record<string, unknown>>;
}

export const draftSources = {
  k8s: { id: 'k8s', type: 'kubernetes', key: 'context', variable: 'kubernetes-context' },
  docker: { id: 'docker', type: 'docker', key: 'socket', variable: 'docker-socket' },
  pg: { id: 'pg', type: 'postgres', key: 'url', variable: 'postgres-url' },
  kafka: { id: 'kafka', type: 'kafka', key: 'brokers', isList: true, variable: 'kafka-broker' },
  hosts: { id: 'hosts', type: 'host', key: 'ssh', isList: true, variable: 'host' },
  github: { id: 'github', type: 'github', key: 'repo', variable: 'github-repository' },
} as const satisfies Record<string, DraftedSource>;

/** Parameters without those that a command does not set. */
export const setParams = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** A whole number of a command; undefined for any other text. */
export const commandNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
