import type { Address } from './servers/server.ts';

/** Environment variable of the runner with the running servers and the server under test. */
export const setVariable = 'OPSDECK_REAL';

export interface Setting {
  readonly under: string;
  readonly servers: readonly Address[];
}

const setting = (): Setting => {
  const told = process.env[setVariable];
  if (told === undefined) throw new Error('these suites need real servers: npm run test:real -- --tier fast');
  return JSON.parse(told);
};

/** The server under test. */
export const underTest = (): Address => {
  const { under, servers } = setting();
  const found = servers.find(({ name }) => name === under);
  if (found === undefined) throw new Error(`no ${under} runs`);
  return found;
};

/** A running server of another kind, without the addresses of this one; undefined if there is none. */
export const strangerTo = ({ kind }: Address): Address | undefined =>
  setting().servers.find((server) => server.kind !== kind && server.port > 0);

/** Another running server by name. */
export const beside = (name: string): Address => {
  const found = setting().servers.find((server) => server.name === name);
  if (found === undefined) throw new Error(`no ${name} runs beside it`);
  return found;
};

/** Whether a server with this name runs. */
export const runs = (name: string): boolean => setting().servers.some((server) => server.name === name);

/** A named detail of a server for its suites. */
export const detailOf = ({ name, details }: Address, detail: string): string => {
  const told = details?.[detail];
  if (told === undefined) throw new Error(`${name} has no detail ${detail}`);
  return told;
};
