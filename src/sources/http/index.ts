import { defined } from '../../domain/base/defined.ts';
import type { Fault } from '../../domain/base/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { type Endpoint, openEndpoint } from '../kit/contract/endpoint.ts';
import { identityFault } from '../kit/contract/identity.ts';
import type { Source, SourceModule, SourceOptions } from '../kit/contract/source.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { httpCheckFeed } from './check-feed.ts';
import {
  expectedHttpRows,
  type HttpCheckConfig,
  type HttpConfig,
  httpConfig,
  httpReadProblem,
  httpReads,
  httpViaDefaults,
  routeHttpConfig,
} from './config.ts';
import { diagnoseHttpChecks } from './doctor.ts';
import { createProbe } from './probe.ts';
import { requestOperation } from './request.ts';
import { httpRowCommand } from './row-command.ts';

/** Anything that responds over HTTP, accepts a TCP connection or completes a TLS handshake: one probe per check. */
export const http: SourceModule<HttpConfig> = {
  type: 'http',
  title: 'Health checks over HTTP, TCP and TLS',
  config: httpConfig,
  reads: httpReads,
  checkRead: httpReadProblem,
  feedNames: ['health'],
  operations: declarationsOf([requestOperation]),
  gives: (config) => {
    const expects = expectedHttpRows(config);
    if (expects === undefined) return { kinds: ['health'] };
    return { kinds: expects.length === 0 ? [] : ['health'], expects };
  },
  viaDefaults: httpViaDefaults,
  routeConfig: routeHttpConfig,
  rowCommand: httpRowCommand,
  open: async (opening, io) => openHttp(opening, io),
};

const openHttp = (
  { id, env, config, signals, dir = process.cwd() }: SourceOptions<HttpConfig>,
  io: ReadIo,
): Source => {
  const { identity, endpoints: ends = [{ name: '', url: config.url, checks: config.checks }] } = config;
  const bases = ends.flatMap(({ url }) => (url === undefined ? [] : [endpointAt(url, id, config, io)]));
  const checks = ends.flatMap((end, nth) =>
    end.checks.map((check) => ({
      check,
      end: end.name,
      probe: createProbe(check, checkEndpoint(check, bases[nth], id, config, io), io, config.tls),
    })),
  );
  const identify = async (signal: AbortSignal): Promise<Fault | undefined> => {
    if (identity === undefined) return undefined;
    const results = await Promise.all(
      bases.map((base) => identityFault(base, identity, io.clock.wallNow, signal)),
    );
    const faults = results.filter((fault) => fault !== undefined);
    return faults.find(({ kind }) => kind === 'wrong-system') ?? faults[0];
  };
  const [base] = bases;

  return {
    id,
    feeds: checks.map(({ check, end, probe }) =>
      httpCheckFeed(check, probe, { source: id, env, config, signals, clock: io.clock, endpoint: end }),
    ),
    operations:
      base === undefined
        ? []
        : [
            requestOperation.open({
              source: id,
              endpoint: base,
              identify,
              identified: identity !== undefined,
              io,
              dir,
              endpointName: ends[0]?.name ?? '',
            }),
          ],
    ...(identity === undefined ? {} : { identify, fingerprint: configuredIdentity(identify) }),
    doctor: (signal) =>
      diagnoseHttpChecks(
        id,
        checks.map(({ check, probe }) => ({ probe, timeoutMs: check.timeout ?? config.timeout })),
        io.clock,
        signal,
      ),
    close: () => io.close(),
  };
};

/** The identity document of the profile, confirmed again: a page tells nothing else about who answers. */
const configuredIdentity =
  (identify: NonNullable<Source['identify']>): NonNullable<Source['fingerprint']> =>
  async (signal) => {
    const fault = await identify(signal);
    if (fault !== undefined) throw new WireError(fault.kind, fault.message);
    return { parts: { identity: 'as configured' } };
  };

/** A check on another origin than its source's is requested without the source's credentials. */
const checkEndpoint = (
  check: HttpCheckConfig,
  base: Endpoint | undefined,
  id: string,
  config: HttpConfig,
  io: ReadIo,
): Endpoint | undefined => {
  if (check.url === undefined) return base;
  const foreign = base !== undefined && new URL(check.url).origin !== new URL(base.base).origin;
  const { auth: _, ...open } = config;
  return endpointAt(check.url, id, foreign ? open : config, io);
};

const endpointAt = (url: string, id: string, config: HttpConfig, io: ReadIo): Endpoint =>
  openEndpoint(
    id,
    {
      url,
      ...defined({ auth: config.auth, tls: config.tls }),
    },
    io,
  );
