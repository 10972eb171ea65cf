import type { Address } from './servers/server.ts';

/** The runner tells its suites by this which servers run, and which of them is to be tested. */
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

/** A running server of another kind, which has none of the addresses of this one; undefined when there is none. */
export const strangerTo = ({ kind }: Address): Address | undefined =>
  setting().servers.find((server) => server.kind !== kind && server.port > 0);

/** A server that runs beside the one under test, by its name. */
export const beside = (name: string): Address => {
  const found = setting().servers.find((server) => server.name === name);
  if (found === undefined) throw new Error(`no ${name} runs beside it`);
  return found;
};

/** Whether a server of this name runs. */
export const runs = (name: string): boolean => setting().servers.some((server) => server.name === name);

/** What a server of this kind tells its suites besides its port. */
export const detailOf = ({ name, details }: Address, detail: string): string => {
  const told = details?.[detail];
  if (told === undefined) throw new Error(`${name} tells no ${detail}`);
  return told;
};
