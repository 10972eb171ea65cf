import { engineSentence, engineSituation } from '../../engine/situation.ts';
import { isoFormatter } from '../../kinds/registry/check-rows.ts';
import {
  type HttpListener,
  isLoopbackHost,
  openHttpListener,
  type Page,
} from '../../platform/network/http-listener.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { UsageError } from '../command/exit-code.ts';
import { opsdeckVersion } from '../command/package-root.ts';
import { type Invocation, type SubCommand, untilAny } from '../opening/command-invocation.ts';
import { type EnvironmentSession, withEnvironment } from '../opening/open-environment.ts';
import { exposition, expositionType } from './exposition.ts';
import type { ListenAddress, ServeFlags } from './flags.ts';
import { type LevelsReport, levelsReport } from './levels-report.ts';

/** A report is built at most this often, however often it is scraped. */
const reuseMs = 1000;

/** Returns the masked report of the present state. */
const createReporter = (
  { profile, engine }: EnvironmentSession,
  { context: { clock }, options: { listen }, output, sharing }: Invocation<ServeFlags>,
): (() => LevelsReport) => {
  // Without a login, what systems say of themselves stays on this machine.
  const isLocal = isLoopbackHost(listen.host);
  const situation = () => ({
    level: engineSituation({ profile, engine }).level,
    sentence: engineSentence({ profile, engine }, clock),
  });
  let last: { readonly at: number; readonly report: LevelsReport } | undefined;
  return () => {
    const now = clock.now();
    if (last !== undefined && now - last.at < reuseMs) return last.report;
    sharing?.learn({ profile, engine });
    const real = levelsReport(
      engine.snapshot(),
      engine.facts.getState(),
      isoFormatter(clock.wallOffset()),
      isLocal ? situation() : undefined,
    );
    last = { at: now, report: output.sink.tree(real) };
    return last.report;
  };
};

const pagesOf =
  (report: () => LevelsReport, { output }: Invocation<ServeFlags>) =>
  (path: string): Page | undefined => {
    if (path === '/metrics') return { type: expositionType, body: exposition(report(), opsdeckVersion) };
    if (path === '/levels')
      return { type: 'application/json', body: `${output.sink.json(report(), false)}\n` };
    return undefined;
  };

const urlOf = ({ host }: ListenAddress, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

const listen = async (
  address: ListenAddress,
  pages: (path: string) => Page | undefined,
): Promise<HttpListener> => {
  try {
    return await openHttpListener(address, pages);
  } catch (error) {
    if (error instanceof WireError)
      throw new UsageError(`${error.message}. Choose another --listen address.`);
    throw error;
  }
};

/** `opsdeck serve --metrics`: polls as the cockpit does, and serves the levels until it is interrupted. */
export const serveLevels: SubCommand<ServeFlags> = async (invocation) => {
  const { options, context, output } = invocation;
  const { listen: address } = options;
  if (options.metrics !== true) throw new UsageError('nothing to serve. Add --metrics.');
  if (!isLoopbackHost(address.host) && options.allowRemote !== true)
    throw new UsageError(
      `cannot listen on ${address.host}: other machines can reach this address, and anyone there can read the levels without a login. To allow that, add --allow-remote.`,
    );
  return withEnvironment(context, { memory: true, sharesReadings: true }, async (session) => {
    const over = invocation.interruption();
    const listener = await listen(address, pagesOf(createReporter(session, invocation), invocation));
    try {
      if (!isLoopbackHost(address.host))
        output.error(
          `opsdeck: warning: every machine that reaches ${address.host} can read the levels: there is no login and no encryption`,
        );
      session.engine.start();
      output.line(`serving ${urlOf(address, listener.port)}/metrics and /levels. Press ctrl-c to end`);
      await untilAny(over);
      return 0;
    } finally {
      await listener.close();
    }
  });
};
