import { isAbsolute, join } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { isObject } from '../../domain/text/value-text.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { LoginExpiredError, RemediedError } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { ProgramError, WireError } from '../../platform/runtime/wire-error.ts';
import { type ExecEntry, execCommandLine, isLoginExpiredText, loginArgv, loginRemedy } from './exec-entry.ts';
import type { KubeCluster } from './kubeconfig.ts';

/** The credential from a plugin. */
export interface PluginCredential {
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Expiry by the wall clock; absent: valid until refused. */
  readonly until?: Millis;
}

/** Time limit in ms. Tools that call a login service take seconds; a slower one waits for user input. */
const pluginTimeoutMs: Millis = 20_000;

interface ExecPluginOptions {
  readonly entry: ExecEntry;
  /** The directory of the kubeconfig, for relative commands. */
  readonly dir: string;
  readonly cluster: KubeCluster;
  readonly ca?: string;
  readonly clock: Clock;
}

/**
 * Runs a credential plugin with stdin closed, declared non-interactive, and killed after 20 s. It inherits the whole
 * environment, as with kubectl, because AWS_PROFILE and the like are set there. Throws WireError. Its stdout is never
 * in a message; the first line of its stderr is. Source: kubernetes.io, "client-go credential plugins".
 */
export const runExecPlugin = async (
  parts: ExecPluginOptions,
  signal: AbortSignal,
): Promise<PluginCredential> => {
  const { entry, dir, clock } = parts;
  const line = execCommandLine(entry);
  const remedy = loginRemedy(entry);
  if (entry.wantsTerminal)
    throw new RemediedError('denied', `"${line}" requires a terminal (interactiveMode: Always)`, remedy);
  const isRelative = entry.command.includes('/') && !isAbsolute(entry.command);
  const program = {
    argv: [isRelative ? join(dir, entry.command) : entry.command, ...entry.args],
    env: { ...pluginEnv(), ...entry.env, KUBERNETES_EXEC_INFO: JSON.stringify(infoOf(parts)) },
  };
  const limit = clock.deadline(pluginTimeoutMs);
  const { startProgram } = await import('../../platform/processes/run-process.ts');
  try {
    const stop = AbortSignal.any([signal, limit.signal]);
    const {
      status,
      signal: killedBy,
      raw,
      err,
    } = await startProgram(program, { clock, leftovers: 'end' }, stop).end;
    if (status === 0) return credentialOf(raw, line, entry.apiVersion);
    const how =
      status === undefined ? `was killed by ${killedBy ?? 'a signal'}` : `exited with status ${status}`;
    const detail = `"${line}" ${how}${diagnostic(err)}`;
    throw isLoginExpiredText(err)
      ? new LoginExpiredError(`login expired: ${detail}`, remedy, loginArgv(entry))
      : new RemediedError('denied', detail, remedy);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    if (error.kind === 'timeout')
      throw new LoginExpiredError(
        `login expired: "${line}" did not finish: waiting for a login${diagnostic(error.err)}`,
        remedy,
        loginArgv(entry),
      );
    const hint = error.kind === 'missing' ? entry.installHint : undefined;
    throw new RemediedError(
      error.kind,
      `"${line}": ${error.message}`,
      hint === undefined ? (error.remedy ?? remedy) : oneLine(secretMasker.mask(hint), 300),
    );
  } finally {
    limit.clear();
  }
};

const pluginEnv = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

const diagnostic = (err: string): string => {
  const first = secretMasker
    .mask(err)
    .split('\n')
    .find((line) => line.trim() !== '');
  return first === undefined ? '' : `: ${oneLine(first, 200)}`;
};

/** The ExecCredential input. Source: client.authentication.k8s.io/v1, ExecCredentialSpec and Cluster. */
const infoOf = ({ entry, cluster, ca }: ExecPluginOptions): unknown => ({
  apiVersion: entry.apiVersion,
  kind: 'ExecCredential',
  spec: { interactive: false, ...(entry.wantsCluster ? { cluster: clusterInfo(cluster, ca) } : {}) },
});

const clusterInfo = (cluster: KubeCluster, ca: string | undefined): unknown => ({
  server: cluster.server,
  ...defined({ 'tls-server-name': cluster.serverName }),
  ...(cluster.insecure ? { 'insecure-skip-tls-verify': true } : {}),
  ...(ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
  ...defined({ 'proxy-url': cluster.proxyUrl }),
  ...(cluster.disableCompression === true ? { 'disable-compression': true } : {}),
  ...defined({ config: cluster.execConfig }),
});

const textAt = (value: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const fieldValue = value[name];
  return typeof fieldValue === 'string' && fieldValue !== '' ? fieldValue : undefined;
};

const credentialOf = (raw: string, line: string, apiVersion: string): PluginCredential => {
  let answer: unknown;
  try {
    answer = JSON.parse(raw);
  } catch {
    throw new WireError(
      'malformed',
      `"${line}" printed no ExecCredential. Run the command by hand, and log in again`,
    );
  }
  if (!isObject(answer) || answer.kind !== 'ExecCredential')
    throw new WireError(
      'malformed',
      `"${line}" printed no ExecCredential. Run the command by hand, and log in again`,
    );
  if (answer.apiVersion !== apiVersion)
    throw new RemediedError(
      'malformed',
      oneLine(
        `"${line}" printed apiVersion ${String(answer.apiVersion)}, but the kubeconfig expects ${apiVersion}`,
        300,
      ),
      'regenerate the kubeconfig entry with this version of the login tool',
    );
  const status = isObject(answer.status) ? answer.status : {};
  const token = textAt(status, 'token');
  const cert = textAt(status, 'clientCertificateData');
  const key = textAt(status, 'clientKeyData');
  if (token === undefined && (cert === undefined || key === undefined))
    throw new WireError(
      'malformed',
      `"${line}" returned neither a token nor a client certificate with a key. Log in again`,
    );
  if (token !== undefined) secretMasker.add(token);
  const until = Date.parse(textAt(status, 'expirationTimestamp') ?? '');
  return {
    ...defined({ token }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(Number.isNaN(until) ? {} : { until }),
  };
};
