import type { Address } from './servers/server.ts';

/** Environment variable of the runner with the running servers and the server under test. */
export const setVariable = 'OPSDECK_REAL';

export interface Setting {
  readonly under: string;
  readonly servers: readonly Address[];
}

const setting = (): Setting => {
  const text = process.env[setVariable];
  if (text === undefined) throw new Error('these suites need real servers: npm run test:real -- --tier fast');
  return JSON.parse(text);
};

/** The server under test. */
export const underTest = (): Address => {
  const { under, servers } = setting();
  const server = servers.find(({ name }) => name === under);
  if (server === undefined) throw new Error(`server ${under} is not running`);
  return server;
};

/** A running server of another kind, without the addresses of this one; undefined if none runs. */
export const strangerTo = ({ kind }: Address): Address | undefined =>
  setting().servers.find((server) => server.kind !== kind && server.port > 0);

/** Another running server by name. */
export const beside = (name: string): Address => {
  const other = setting().servers.find((server) => server.name === name);
  if (other === undefined) throw new Error(`server ${name} is not running`);
  return other;
};

/** True if a server with this name runs. */
export const isRunning = (name: string): boolean => setting().servers.some((server) => server.name === name);

/** A named detail of a server for its suites. */
export const detailOf = ({ name, details }: Address, detail: string): string => {
  const value = details?.[detail];
  if (value === undefined) throw new Error(`${name} has no detail ${detail}`);
  return value;
};
