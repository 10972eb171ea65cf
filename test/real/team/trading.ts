import { resolve } from 'node:path';
import { openSandbox } from '../../e2e/support/sandbox.ts';

/** A request that one of its servers received. */
interface ReceivedChange {
  readonly server: string;
  readonly line: string;
  readonly body?: string;
}

/** The trading system of the simulator, served by a process of its own. */
export interface TradingSystem extends AsyncDisposable {
  /** Its production profile with the addresses of its servers and the state database at `url`. */
  profile(url: string): string;
  /** Starts another incident in production. */
  inject(incident: string): Promise<void>;
  /** The requests to change something that a server has received, oldest first. */
  received(server: string): Promise<readonly ReceivedChange[]>;
  /** Reads a page of one of its servers. */
  read(server: 'pagerduty' | 'slack', path: string): Promise<unknown>;
}

/** Accounts that belong to a database user. They approve only what a runbook asks to be approved. */
type Users = Readonly<Record<string, string>>;

/** Its program prints every credential masked, like those of any system. The simulator has only these. */
const credentials = [
  ['://…masked@', '://opsdeck:rehearsal@'],
  ['…masked', 'rehearsal'],
] as const;

const withCredentials = (vars: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(vars).map(([name, value]) => [
      name,
      credentials.reduce((text, [masked, real]) => text.replace(masked, real), value),
    ]),
  );

/** Starts `opsdeck world` with an incident in production. */
export const openTradingSystem = async (incident: string, users: Users): Promise<TradingSystem> => {
  const stack = new AsyncDisposableStack();
  const sandbox = stack.use(await openSandbox());
  const running = sandbox.start(['world', '--system', 'trading', '--incident', incident, '--json']);
  stack.defer(async () => {
    running.child.kill('SIGTERM');
    await running.ended;
  });
  const [line] = await running.printed(/^\{.*\}(?=\n)/);
  const { control, environments, profileVars } = JSON.parse(line);
  const addresses = environments.production;
  return {
    profile: (url) =>
      JSON.stringify({
        ...{ opsdeck: 1, system: 'trading', env: 'production' },
        extends: resolve('profiles/trading/production.yaml'),
        vars: withCredentials(profileVars.production),
        state: { url, password: '${env:STATE_PASSWORD}' },
        guard: { approval: { for: '10m', users } },
      }),
    inject: async (name) => {
      const body = JSON.stringify({ name, env: 'production' });
      const { status } = await fetch(`${control}/incident`, { method: 'POST', body });
      if (status !== 200) throw new Error(`the simulator answers ${status} to incident ${name}`);
    },
    received: async (server) => {
      const answer = await fetch(`${control}/changes`);
      const changes: readonly ReceivedChange[] = JSON.parse(await answer.text());
      return changes.filter((change) => change.server === server);
    },
    read: async (server, path) => (await fetch(`${addresses[`world.${server}`]}${path}`)).json(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
